"""What a firm may answer to a notice (OSK 表5-24), and which answers end the question; plain data, no database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """The rows of OSK 表5-24 that a firm says itself, and the wish to be called. The table's eighth row, no mail came,
    is nobody's answer: it is counted from the mails."""

    REMOVED = "removed"
    CLEAN_SCAN = "clean_scan"  # scanned, no virus in it
    REINSTALLED = "reinstalled"
    UNINSTALLED = "uninstalled"
    WARNED = "warned"
    OTHER = "other"
    NOT_DONE = "not_done"
    CALL_ME = "call_me"


class Way(StrEnum):
    """How an answer came."""

    PAGE = "page"  # a person of the firm, logged in
    MAIL = "mail"  # whoever holds the link of a mail to the firm's contact


class NotDone(StrEnum):
    """Why nothing was done: the remarks of OSK 表5-24."""

    BLOCKED = "blocked"
    WAITING = "waiting"
    FALSE_ALARM = "false_alarm"
    NO_IDEA_HOW = "no_idea_how"
    TOO_MUCH_WORK = "too_much_work"


class Ends(StrEnum):
    """When an answer ends the question."""

    ALWAYS = "always"
    STOPPED_VISIT = "stopped_visit"  # of a dangerous site, when the box stopped every one
    IN_WORDS = "in_words"  # once it says what was done
    NEVER = "never"


@dataclass(frozen=True)
class Effect:
    """What an answer means: whether the firm has acted (OSK 5.4.1 counts these), when it ends the question, and why."""

    acted: bool
    ends: Ends
    why: str


EFFECTS: dict[Answer, Effect] = {
    Answer.REMOVED: Effect(True, Ends.ALWAYS, "what was in the machine was met and is gone"),
    Answer.CLEAN_SCAN: Effect(
        True, Ends.ALWAYS, "no proof (OSK 5.4.1), so it ends in a watch that asks again when the same comes back"
    ),
    Answer.REINSTALLED: Effect(True, Ends.ALWAYS, "nothing that was in the machine is left"),
    Answer.UNINSTALLED: Effect(True, Ends.ALWAYS, "the program that did it is gone"),
    Answer.WARNED: Effect(
        True, Ends.STOPPED_VISIT, "ends what people do: a visit the box stopped. It takes nothing out of a machine"
    ),
    Answer.OTHER: Effect(True, Ends.IN_WORDS, "nobody can weigh an act that has no name"),
    Answer.NOT_DONE: Effect(False, Ends.NEVER, "the machine is as it was"),
    Answer.CALL_ME: Effect(False, Ends.NEVER, "the desk answers it, with the firm"),
}


def ends_question(answer: Answer, *, visit_stopped: bool, words: str) -> bool:
    """Whether the question is over. `visit_stopped`: it was about a site, and the box let no visit through."""
    match EFFECTS[answer].ends:
        case Ends.ALWAYS:
            return True
        case Ends.STOPPED_VISIT:
            return visit_stopped
        case Ends.IN_WORDS:
            return bool(words.strip())
        case Ends.NEVER:
            return False
