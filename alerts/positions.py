"""A position (box, epoch, sequence number) is used once, in whichever batch it came first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from django.db import connection

from alerts.batches import MOST_LINES, lines_of, plain_of
from alerts.reading import AsideLine, aside_line

# No batch is longer than MOST_LINES, so one that begins earlier than that cannot reach into this one.
_OVERLAPPING = """
SELECT first_seq, first_seq + line_count, batch_id FROM alerts_inboxbatch
 WHERE tenant_id = %s AND sensor_id = %s AND epoch = %s AND first_seq > %s AND first_seq < %s
   AND first_seq + line_count > %s AND batch_id <> %s AND processed_at IS NOT NULL
"""
_BODY = "SELECT encoding, body FROM alerts_inboxbatch WHERE tenant_id = %s AND sensor_id = %s AND batch_id = %s"


class Placed(Protocol):
    """A batch's place in its box's sequence."""

    @property
    def tenant_id(self) -> int: ...
    @property
    def sensor_id(self) -> int: ...
    @property
    def batch_id(self) -> UUID: ...
    @property
    def epoch(self) -> int: ...
    @property
    def first_seq(self) -> int: ...


@dataclass(slots=True)
class Taken:
    """Positions another processed batch has used. `differing` are lines of this batch that say something else there:
    the box lost its place in the sequence, and a person must see what it sent."""

    positions: set[int] = field(default_factory=set)
    differing: list[AsideLine] = field(default_factory=list)


_ANY_OVERLAPPING = """
SELECT EXISTS (SELECT FROM alerts_inboxbatch WHERE tenant_id = %s AND sensor_id = %s AND epoch = %s AND first_seq > %s
   AND first_seq < %s AND first_seq + line_count > %s AND processed_at IS NOT NULL)
"""


def all_free(place: tuple[int, int, int], first: int, end: int) -> bool:
    """Whether no processed batch of (firm, box, epoch) reaches into the positions from `first` to before `end`."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY_OVERLAPPING, (*place, first - MOST_LINES, end, first))
        [reached] = cursor.fetchone()
    return not reached


def positions_taken(batch: Placed, lines: Sequence[bytes]) -> Taken:
    """Which of this batch's positions are used already; none, normally."""
    taken = Taken()
    end = batch.first_seq + len(lines)
    with connection.cursor() as cursor:
        place = (batch.tenant_id, batch.sensor_id, batch.epoch)
        cursor.execute(_OVERLAPPING, (*place, batch.first_seq - MOST_LINES, end, batch.first_seq, str(batch.batch_id)))
        for first_seq, _end, batch_id in covering(cursor.fetchall(), batch.first_seq, end):
            cursor.execute(_BODY, (batch.tenant_id, batch.sensor_id, str(batch_id)))
            encoding, body = cursor.fetchone()
            _compare(taken, batch.first_seq, lines, first_seq, lines_of(plain_of(bytes(body), encoding)))
    return taken


Stretch = tuple[int, int, UUID]  # first position, position after the last, whose


def covering(stretches: Iterable[Stretch], first: int, end: int) -> list[Stretch]:
    """As few of the stretches as cover every position from `first` to before `end` that any of them covers.

    A box that sends a thousand batches at the same place must not make each of them be compared with all the others.
    """
    waiting = sorted(stretches, key=lambda stretch: stretch[0])
    chosen: list[Stretch] = []
    place, reached = first, 0
    while place < end and reached < len(waiting):
        furthest: Stretch | None = None
        while reached < len(waiting) and waiting[reached][0] <= place:
            if furthest is None or waiting[reached][1] > furthest[1]:
                furthest = waiting[reached]
            reached += 1
        if furthest is not None and furthest[1] > place:
            chosen.append(furthest)
            place = furthest[1]
        elif reached < len(waiting):
            place = max(place, waiting[reached][0])
    return chosen


def _compare(taken: Taken, first: int, lines: Sequence[bytes], other_first: int, other: Sequence[bytes]) -> None:
    start, end = max(first, other_first), min(first + len(lines), other_first + len(other))
    for seq in range(start, end):
        line = lines[seq - first]
        if line != other[seq - other_first] and seq not in taken.positions:
            detail = "another line was received with this sequence number"
            taken.differing.append(aside_line(seq, "position_taken", detail, line))
        taken.positions.add(seq)
