"""Whose work comes first when that of many firms waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def first_of_each(rows: Iterable[tuple[int, ...]], most: int) -> list[tuple[int, ...]]:
    """At most `most` rows of each firm, in their order. A row begins with its firm's number."""
    taken: Counter[int] = Counter()
    chosen = []
    for row in rows:
        if taken[row[0]] < most:
            taken[row[0]] += 1
            chosen.append(row)
    return chosen
