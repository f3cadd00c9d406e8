"""Calls of the `sec` functions about answers: watches that wait for background work, how notices ended at all firms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection


class FamilySeen(NamedTuple):
    """A signature family and what its threat family is known by."""

    family: str
    signature: str
    category: str
    function: str


class OutcomeAlike(NamedTuple):
    """Firms, in fives, whose notices of a kind ended like this; without an outcome: all of them."""

    level: str
    month: date
    outcome: str
    firms: int


def running_answer_watches() -> list[tuple[int, int]]:
    """(tenant_id, watch_id) of watches after a firm's own scan that go on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, watch_id FROM sec.running_answer_watches()")
        return list(cursor.fetchall())


def outcomes_alike(*, tenant_id: int, family: str, threat: str) -> list[OutcomeAlike]:
    """How notices like a firm's in reach ended at the firms of its programme; [] where fewer than five had any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sec.outcomes_alike(%s, %s, %s)", [tenant_id, family, threat])
        return [OutcomeAlike(*row) for row in cursor.fetchall()]


def outcomes_owed(first: date) -> list[int]:
    """Programmes that were not counted for this month yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT programme_id FROM sec.outcomes_owed(%s)", [first])
        return [programme_id for (programme_id,) in cursor.fetchall()]


def families_seen(first: date) -> list[FamilySeen]:
    """Signature families of ★★ and more in the twelve months before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT family, signature, category, function FROM sec.families_seen(%s)", [first])
        return [FamilySeen(*row) for row in cursor.fetchall()]


def outcomes_write(*, programme_id: int, first: date, threats: Mapping[str, str], now: datetime) -> int:
    """Count a programme's month. `threats`: signature family → threat family. → rows written, 0: it was counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sec.outcomes_count(%s, %s, %s::text[], %s::text[], %s)",
            [programme_id, first, list(threats), list(threats.values()), now],
        )
        written: int = cursor.fetchone()[0]
    return written
