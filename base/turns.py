"""The order of work when that of many firms waits: firms take turns."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator


def turns(rows: Iterable[tuple[int, ...]], most: int) -> Iterator[list[tuple[int, ...]]]:
    """The rows in turns: in each at most `most` of every firm that still has some, in their order. A row begins with
    its firm's number."""
    waiting: dict[int, deque[tuple[int, ...]]] = {}
    for row in rows:
        waiting.setdefault(row[0], deque()).append(row)
    while waiting:
        yield [queue.popleft() for queue in waiting.values() for _ in range(min(most, len(queue)))]
        waiting = {firm: queue for firm, queue in waiting.items() if queue}
