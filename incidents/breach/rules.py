"""The report of a leak of personal data: when it is owed, by when, what it says. Plain data.

個人情報保護法 26条, 施行規則 7条 (what is to be reported) and 8条 (速報, 確報), ガイドライン 3-5-3: 速報 within about
3–5 days of becoming aware, 確報 within 30, within 60 where somebody meant harm. The day of becoming aware is the first.
A last day that is a holiday moves on to the next working day by the guideline; we name the earlier one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from incidents.states.breach import Reason

QUICK_FROM, QUICK_UNTIL = 3, 5
FINAL, FINAL_WITH_INTENT = 30, 60


class Item(StrEnum):
    """What a report says (施行規則 8条1項), in its order."""

    SUMMARY = "summary"
    DATA = "data"
    PEOPLE = "people"
    CAUSE = "cause"
    SECOND_DAMAGE = "second_damage"
    NOTIFICATION = "told"
    PUBLISHED = "published"
    PREVENTION = "prevention"
    OTHER = "other"


class Stage(StrEnum):
    """Where the firm stands with it."""

    NOT_OWED = "not_owed"
    QUICK = "quick"  # the first report is waited for
    QUICK_LATE = "quick_late"
    FINAL = "final"
    FINAL_LATE = "final_late"
    DONE = "done"


@dataclass(frozen=True)
class Clock:
    """Days of the two reports: the first is meant between two days, the second is owed until a day."""

    quick_from: date
    quick_until: date
    final_until: date


def clock(aware_on: date, reasons: Collection[str]) -> Clock | None:
    """The days; None when none of the reasons holds, so that no report is owed."""
    if not reasons:
        return None
    days = FINAL_WITH_INTENT if Reason.INTENT in reasons else FINAL
    return Clock(_nth(aware_on, QUICK_FROM), _nth(aware_on, QUICK_UNTIL), _nth(aware_on, days))


def stage(days: Clock | None, *, quick_on: date | None, final_on: date | None, today: date) -> Stage:
    """What is to be done next. A final report given stands for both."""
    if days is None:
        return Stage.NOT_OWED
    if final_on is not None:
        return Stage.DONE
    if quick_on is None:
        return Stage.QUICK_LATE if today > days.quick_until else Stage.QUICK
    return Stage.FINAL_LATE if today > days.final_until else Stage.FINAL


def _nth(first: date, day: int) -> date:
    return first + timedelta(days=day - 1)
