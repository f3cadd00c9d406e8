"""Visits: steps of an appointment, how long an offer waits, what must be known before somebody sets out. Plain data.

In one programme of 2020, 5 of 29 visits (17%) to set a UTM up ended at the door because another product was there, and
3 of 25 elsewhere because nobody knew the old password. So a visit for installation is agreed only after these answers,
and one to a machine that was detected only after somebody looked whether it is there (OSK 5.3.3: it was next door).
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

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
    PRESENT = "present"  # is the machine there that was detected? No: it was looked for and is not


# Which answers let a visit be agreed.
QUESTIONS: dict[str, dict[Question, frozenset[Answer]]] = {
    "installation": {
        Question.BOX: frozenset({Answer.YES}),
        Question.OTHER: frozenset({Answer.YES, Answer.NO}),
        Question.PASSWORDS: frozenset({Answer.YES}),
    },
    "removal": {Question.PASSWORDS: frozenset({Answer.YES, Answer.NO})},
    "first_response": {Question.PRESENT: frozenset({Answer.YES, Answer.NO})},
}


def questions_before(kind: str, *, on_site: bool) -> dict[Question, frozenset[Answer]]:
    """What is asked before somebody sets out for a job of this kind; nothing when nobody does."""
    return QUESTIONS[kind] if on_site else {}


def open_questions(kind: str, answers: dict[str, str], *, on_site: bool) -> list[Question]:
    """Questions whose answers do not yet let somebody set out for a job of this kind."""
    ready_for = questions_before(kind, on_site=on_site)
    return [question for question, ready in ready_for.items() if answers.get(question, Answer.UNKNOWN) not in ready]
