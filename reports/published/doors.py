"""What was detected at the firms of a programme, by month, read through the wall: numbers only (docs/access.md).

The door checks in the database that the asking person works for the programme's office, and gives nothing of months
with fewer than five firms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import connection

from reports.published.counts import (
    DetectionCounts,
    FirmCount,
    GradeCount,
    MonthCount,
    NameCount,
    WeekCount,
)

_Count = TypeVar("_Count")
_Row = tuple[str, list[str], list[int], datetime | None]


@dataclass(frozen=True)
class Counted:
    """What a programme's office may see of some months. `firms`: of the newest counted month, however few."""

    firms: int
    counted_at: datetime | None
    counts: DetectionCounts


def detections_counted(*, programme_id: int, first: date, last: date, measures: Sequence[str]) -> Counted:
    """Kept figures of the months from `first` to `last`, both inside, put together. Others count nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure, labels, amounts, counted_at FROM sec.detection_figures(%s, %s, %s, %s) ORDER BY 1, 2",
            [programme_id, first, last, list(measures)],
        )
        rows: list[_Row] = cursor.fetchall()
    newest = next((row for row in rows if row[0] == "online"), None)
    counts = DetectionCounts(
        participants={date.fromisoformat(labels[0]): amounts[0] for _is, labels, amounts, _at in _of(rows, "counted")},
        grades=_made(
            rows, "grades", lambda labels, amounts: GradeCount(labels[0], labels[1], int(labels[2]), amounts[0])
        ),
        firms=[
            FirmCount(measure.removeprefix("firms_"), labels[0], labels[1], amounts[0])
            for measure, labels, amounts, _at in rows
            if measure.startswith("firms_")
        ],
        weeks=[
            WeekCount(
                measure.removeprefix("weeks_"),
                labels[1],
                date.fromisoformat(labels[0]),
                int(labels[2]),
                labels[3],
                amounts[0],
            )
            for measure, labels, amounts, _at in rows
            if measure.startswith("weeks_")
        ],
        names=_made(rows, "names", lambda labels, amounts: NameCount(labels[0], labels[1], amounts[0])),
        left_out={labels[0]: amounts[0] for _is, labels, amounts, _at in _of(rows, "left_out")},
        months=_made(
            rows, "months", lambda labels, amounts: MonthCount(date.fromisoformat(labels[0]), labels[1], *amounts)
        ),
    )
    return Counted(newest[2][0] if newest else 0, newest[3] if newest else None, counts)


def _of(rows: Iterable[_Row], measure: str) -> list[_Row]:
    return [row for row in rows if row[0] == measure]


def _made(rows: Iterable[_Row], measure: str, make: Callable[[list[str], list[int]], _Count]) -> list[_Count]:
    return [make(labels, amounts) for _is, labels, amounts, _at in _of(rows, measure)]


def detections_to_count(now: datetime) -> list[tuple[int, date]]:
    """(programme_id, first day) of the months whose detections are due, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT programme_id, month FROM sec.detections_to_count(%s)", [now])
        return list(cursor.fetchall())


def detections_count(*, programme_id: int, first: date, now: datetime) -> None:
    """Count a programme's month anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.detections_count(%s, %s, %s)", [programme_id, first, now])
