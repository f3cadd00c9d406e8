"""OSK 表5-24: how many firms acted on what they were mailed, and how. Plain data, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from incidents.states.answer import Answer

STEPS = ("firms", "reached", "answered", "decided", "acted")


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


def firms_by_answer(firms: Mapping[str, int]) -> FirmsByAnswer | None:
    """The table from numbers of firms by code, as sec.answers_counted has them: an answer, or how far a firm came.

    Each of the five steps holds those behind it: firms, reached, answered, decided, acted. None: of nobody.
    """
    if not firms:
        return None
    took_part, reached, answered, decided, acted = (firms.get(step, 0) for step in STEPS)
    return FirmsByAnswer(
        answers={answer: firms.get(answer, 0) for answer in Answer},
        acted=acted,
        not_done_only=decided - acted,
        call_only=answered - decided,
        unanswered=reached - answered,
        no_mail=took_part - reached,
    )
