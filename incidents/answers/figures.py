"""OSK 表5-24 of a programme's months: how many firms acted on what they were mailed, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from incidents.states.answer import ACTS, Answer


@dataclass(frozen=True)
class FirmsByAnswer:
    """Numbers of firms. `answers`: several of a firm count each; the other five add up to `firms`."""

    answers: dict[Answer, int]
    acted: int
    not_done_only: int
    call_only: int
    unanswered: int
    no_mail: int

    @property
    def firms(self) -> int:
        """All that took part: what every percentage of the table is of."""
        return self.acted + self.not_done_only + self.call_only + self.unanswered + self.no_mail


def firms_by_answer(*, programme_id: int, since: datetime, until: datetime) -> FirmsByAnswer | None:
    """Count the firms of a programme in the months from `since` (included) to `until`, in Japan's time.

    Needs the scope of a person of the programme's office. None: for everybody else, and of fewer than five firms or
    answering firms (sec.office_answers, where it is said how a firm with several answers counts).
    """
    with connection.cursor() as cursor:
        values: list[Any] = [programme_id, since, until, [str(act) for act in ACTS]]
        cursor.execute("SELECT code, firms FROM sec.office_answers(%s, %s, %s, %s)", values)
        counted: dict[str, int] = dict(cursor.fetchall())
    return _counted(counted) if counted else None


def _counted(counted: Mapping[str, int]) -> FirmsByAnswer:
    return FirmsByAnswer(
        answers={answer: counted.get(answer, 0) for answer in Answer},
        acted=counted.get("acted", 0),
        not_done_only=counted.get("not_done_only", 0),
        call_only=counted.get("call_only", 0),
        unanswered=counted.get("unanswered", 0),
        no_mail=counted.get("no_mail", 0),
    )
