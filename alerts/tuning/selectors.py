"""Named reads of changes of grading."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from alerts.models import AlertGroup, Tuning, TuningDay
from alerts.tuning.doors import TuningOfFirm, tunings_of_firm
from alerts.tuning.rules import Tuned, Tunings
from alerts.tuning.states import ENDED, WAITING, TuningState

EFFECT_DAYS = 14


def tunings_in_force(*, tenant_id: int, programme_id: int | None, now: datetime) -> Tunings:
    """What grades a firm's events now: what was agreed for this firm before what was for all, the newer before the
    older. Inside the firm's scope.
    """
    concerned = Q(firm_id=tenant_id) | Q(firm__isnull=True, programme_id=programme_id)
    rows = Tuning.objects.filter(concerned, state=TuningState.IN_FORCE, expires_at__gt=now)
    ordered = sorted(rows, key=lambda row: (row.firm_id is None, -row.pk))
    return Tunings(Tuned(row.pk, row.pattern, row.grade) for row in ordered)


def tunings() -> QuerySet[Tuning]:
    """Those in reach of the acting analyst, the newest first, with their firm and people."""
    return Tuning.objects.select_related("firm", "programme", "proposed_by", "decided_by", "ended_by").order_by("-pk")


def tunings_waiting() -> QuerySet[Tuning]:
    """Those that are tried on the past, could not be tried, or wait for a second person."""
    return tunings().filter(state__in=WAITING)


def tunings_failed(since: datetime) -> QuerySet[Tuning]:
    """Those that could not be tried on the past and were given up since then, the newest first."""
    return tunings().filter(state=TuningState.UNTRIED, tried_at__gt=since).order_by("-tried_at")


def tunings_running() -> QuerySet[Tuning]:
    """Those in force."""
    return tunings().filter(state=TuningState.IN_FORCE)


def tunings_ended() -> QuerySet[Tuning]:
    """Those that were refused, expired or were rolled back."""
    return tunings().filter(state__in=ENDED)


def effect_of(tuning: Tuning, now: datetime) -> list[TuningDay]:
    """How often it took effect, day by day, within EFFECT_DAYS, the newest first."""
    rows: QuerySet[TuningDay] = TuningDay.objects.filter(tuning=tuning, day__gte=(now - timedelta(EFFECT_DAYS)).date())
    return list(rows.order_by("-day"))


def tuning_of_group(group: AlertGroup) -> TuningOfFirm | None:
    """The change that gave a group its importance, as the firm may read it; None without one, or long after its end."""
    if group.tuning_id is None:
        return None
    return next((row for row in tunings_of_firm(group.tenant_id) if row.id == group.tuning_id), None)
