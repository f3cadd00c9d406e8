"""Calls of the `sec` functions about changes of grading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from alerts.models.judgement import Basis


@dataclass(frozen=True)
class TuningOfFirm:
    """A change of grading as those see it who read a firm's alerts. `everywhere`: for all firms of the programme."""

    id: int
    everywhere: bool
    signature_id: int
    signature: str
    direction: str
    device: str
    destination: str
    grade: int
    basis: str
    reason: str
    since: datetime
    until: datetime
    ended: bool

    @property
    def words(self) -> str:
        """Why, in one sentence for the firm."""
        return " ".join(filter(None, (str(Basis(self.basis).label) if self.basis else "", self.reason)))


class Untried(NamedTuple):
    """A proposal, its programme, and in whose sight it is tried on the past."""

    programme_id: int
    tuning_id: int
    user_id: int
    organisation_id: int


class Over(NamedTuple):
    """A change whose time is over, and its programme."""

    programme_id: int
    tuning_id: int


def tunings_of_firm(tenant_id: int) -> list[TuningOfFirm]:
    """What holds for a firm in reach, or did within 90 days, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sec.tunings_of_firm(%s)", [tenant_id])
        return [TuningOfFirm(*row) for row in cursor.fetchall()]


def tunings_untried(now: datetime) -> list[Untried]:
    """Proposals whose turn it is to be tried, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT programme_id, tuning_id, user_id, organisation_id FROM sec.tunings_untried(%s)", [now])
        return [Untried(*row) for row in cursor.fetchall()]


def tunings_over(now: datetime) -> list[Over]:
    """Changes whose time is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT programme_id, tuning_id FROM sec.tunings_over(%s)", [now])
        return [Over(*row) for row in cursor.fetchall()]


def tunings_count(first: date, last: date) -> int:
    """Count anew how often changes took effect on these days. → rows that are new or differ."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.tunings_count(%s, %s)", [first, last])
        written: int = cursor.fetchone()[0]
    return written
