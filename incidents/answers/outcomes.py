"""How notices like one ended at all firms of its programme: numbers of five firms and more, counted once a month.

A firm learns what usually becomes of such a notice, and nothing of any other firm: each firm counts once, numbers are
in fives, and what happens within a month changes nothing that is shown.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from alerts.kinds import group_threat
from alerts.models import AlertGroup
from alerts.threats import threat_of
from incidents.answers import doors
from incidents.models import OUTCOMES
from web.jst import JST

LEAST_FIRMS: Final = 5  # the same figure stands in sec.outcomes_alike
_ORDER = {outcome: (place, label) for place, (outcome, label) in enumerate(OUTCOMES)}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ending:
    """So many firms, in fives, whose notices ended like this."""

    outcome: str
    label: str
    firms: int


@dataclass(frozen=True)
class Endings:
    """`firms`: all that had such a notice within the twelve months before `until`, in fives. `same_mark`: by the same
    mark; else of the same kind. `kinds`: the outcomes that five firms or more had, in the order of OUTCOMES.
    """

    firms: int
    until: date
    same_mark: bool
    kinds: list[Ending]

    @property
    def last(self) -> date:
        """The last of the twelve months."""
        return self.until - timedelta(days=1)

    @property
    def since(self) -> date:
        """The first of the twelve months."""
        return self.until.replace(year=self.until.year - 1)


def endings_alike(group: AlertGroup) -> Endings | None:
    """Of notices like this one; None where fewer than five firms had any, or nobody has counted yet."""
    rows = doors.outcomes_alike(tenant_id=group.tenant_id, family=group.family, threat=group_threat(group))
    whole = next((row for row in rows if not row.outcome), None)
    if whole is None:
        return None
    known = sorted((row for row in rows if row.outcome), key=lambda row: _ORDER[row.outcome][0])
    kinds = [Ending(row.outcome, str(_ORDER[row.outcome][1]), row.firms) for row in known]
    return Endings(whole.firms, whole.month, whole.level == "family", kinds)


def outcomes_count(*, now: datetime) -> int:
    """Once a month, count how notices of the twelve months before ended, for every programme. → programmes counted."""
    first = now.astimezone(JST).date().replace(day=1)
    owed = doors.outcomes_owed(first)
    if not owed:
        return 0
    threats = {
        seen.family: threat_of(seen.signature, seen.category, seen.family, seen.function)
        for seen in doors.families_seen(first)
    }
    done = 0
    for programme_id in owed:
        try:
            with transaction.atomic():
                done += bool(doors.outcomes_write(programme_id=programme_id, first=first, threats=threats, now=now))
        except Exception:
            _log.exception("outcomes of programme %s for %s were not counted", programme_id, first)
    return done
