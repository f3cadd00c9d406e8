"""Which machine is it? One question at a time, so that a firm that keeps no list of its machines finds it. Plain data.

OSK 5.3.3: the address of a machine alone did not find it: it was a private tablet at the president's home next door.
OSK 5.3.3: firms could not find a machine in their own list of PCs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum


class MachineQuestion(StrEnum):
    """What is asked about a machine, in this order."""

    PRESENT = "present"  # is it here?
    USER = "user"  # who uses it?
    WHOSE = "whose"  # the company's, or private?
    NIGHT = "night"  # is it used at night?


ORDER = tuple(MachineQuestion)
UNKNOWN = "unknown"
NAMED = "named"  # of USER: the name stands beside it
# "I do not know" is an answer too: it says that somebody looked.
ANSWERS: dict[MachineQuestion, frozenset[str]] = {
    MachineQuestion.PRESENT: frozenset({"yes", "no", UNKNOWN}),
    MachineQuestion.USER: frozenset({NAMED, UNKNOWN}),
    MachineQuestion.WHOSE: frozenset({"company", "private", "not_ours", UNKNOWN}),
    MachineQuestion.NIGHT: frozenset({"yes", "no", UNKNOWN}),
}
# Where a machine is may have changed since it was asked before; who uses it mostly not.
ASKED_EACH_TIME = frozenset({MachineQuestion.PRESENT})


def next_question(answered: Mapping[str, datetime], since: datetime | None) -> MachineQuestion | None:
    """The first question without an answer; None: all have one.

    `answered`: question → when it was answered last; `since`: when the matter began about which is asked now, answers
    from before which do not count where things may have changed meanwhile.
    """
    for question in ORDER:
        at = answered.get(question)
        if at is None or (since is not None and question in ASKED_EACH_TIME and at < since):
            return question
    return None


def question_before(question: MachineQuestion | None) -> MachineQuestion | None:
    """The one before, of None (all are answered) the last; None before the first."""
    place = len(ORDER) if question is None else ORDER.index(question)
    return ORDER[place - 1] if place else None


def presence_of(machines: Collection[str | None]) -> str | None:
    """Whether the machines of one matter are here, of each one's answer (None: nobody has said).

    "yes" when one is, "no" when none is; else "unknown" when somebody could not say, None when nobody looked.
    """
    if "yes" in machines:
        return "yes"
    if machines and all(answer == "no" for answer in machines):
        return "no"
    return UNKNOWN if UNKNOWN in machines else None
