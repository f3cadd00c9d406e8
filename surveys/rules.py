"""Asking a firm how it was, and what it may answer: plain data, no database (OSK 表4-29, 表6-3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What is judged."""

    DESK = "desk"  # after a case closes
    VENDOR = "vendor"  # after a job closes
    INCIDENT = "incident"  # after an incident closes


class Verdict(StrEnum):
    """「対応は良かったか」, the five steps of 表4-29."""

    VERY_GOOD = "very_good"
    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"
    VERY_BAD = "very_bad"


class Reason(StrEnum):
    """What decided the verdict; 表4-29 prints them for good ones, and the same four are asked for bad ones."""

    WORDS = "words"
    UNDERSTANDING = "understanding"
    TIME = "time"
    OTHER = "other"


GOOD = (Verdict.VERY_GOOD, Verdict.GOOD)

# Our own rule, as the pilots asked only once, at their end: firms that are asked too often stop answering.
OPEN_FOR = timedelta(days=30)
REMIND_AFTER = timedelta(days=7)
PAUSE = timedelta(days=7)  # a firm is asked at most once in so long
ASK_WITHIN = timedelta(days=14)  # later nobody remembers


def may_ask(*, last_asked_at: datetime | None, now: datetime) -> bool:
    """Whether a firm may be asked again."""
    return last_asked_at is None or now - last_asked_at >= PAUSE
