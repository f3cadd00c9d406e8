"""Visits: steps of an appointment, how long an offer waits, what must be known before somebody sets out. Plain data.

In one programme of 2020, 5 of 29 visits (17%) to set a UTM up ended at the door because another product was there, and
3 of 25 elsewhere because nobody knew the old password. So a visit for installation is agreed only after these answers.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from base.moves import by as _by
from incidents.dispatch.rules import Move, Party


class AppointmentState(StrEnum):
    """What became of a proposed time."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    DROPPED = "dropped"  # taken back, overtaken by another time, or the job went on without it


_BOTH = (Party.FIRM, Party.VENDOR, Party.DESK, Party.OFFICE)
APPOINTMENT_MOVES: dict[AppointmentState, dict[AppointmentState, Move]] = {
    AppointmentState.PROPOSED: {
        AppointmentState.AGREED: _by(*_BOTH),  # the other side; the desk and the office speak for either
        AppointmentState.REFUSED: _by(*_BOTH),
        AppointmentState.DROPPED: _by(*_BOTH, Party.RULE),
    },
    AppointmentState.AGREED: {AppointmentState.DROPPED: _by(*_BOTH, Party.RULE, reason=True)},
    AppointmentState.REFUSED: {},
    AppointmentState.DROPPED: {},
}
LONGEST_VISIT = timedelta(hours=10)


class Answer(StrEnum):
    """To a question before a visit."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Question(StrEnum):
    """What is asked before a visit."""

    BOX = "box"  # has the box arrived?
    OTHER = "other"  # is there another security product or UTM?
    PASSWORDS = "passwords"  # are the router's and the provider's passwords at hand?


# Which answers let a visit be agreed.
QUESTIONS: dict[str, dict[Question, frozenset[Answer]]] = {
    "installation": {
        Question.BOX: frozenset({Answer.YES}),
        Question.OTHER: frozenset({Answer.YES, Answer.NO}),
        Question.PASSWORDS: frozenset({Answer.YES}),
    },
    "removal": {Question.PASSWORDS: frozenset({Answer.YES, Answer.NO})},
    "first_response": {},
}


def open_questions(kind: str, answers: dict[str, str]) -> list[Question]:
    """Questions whose answers do not yet let somebody set out for a job of this kind."""
    return [
        question for question, ready in QUESTIONS[kind].items() if answers.get(question, Answer.UNKNOWN) not in ready
    ]
