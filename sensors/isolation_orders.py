"""Isolations between platform and box: what its order says of them, and what it said became of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from base.moves import Party, require_move
from sensors.isolation_rules import GRACE
from sensors.isolation_settings import isolation_settings
from sensors.models import Isolation, Sensor
from sensors.states import ISOLATION_MOVES, OPEN_ISOLATIONS, WANTED_ISOLATIONS, IsolationState
from tenants.audit.record import audit_record
from tenants.tenancy.jobs import wake

FOLLOW_TASK = "incidents.tasks.follow_isolations"
EXPIRED = "expired"
# Outcome as a box writes it, time, detail.
Reports = Mapping[int, tuple[str, datetime, str]]
State = IsolationState
ON_BOX = (State.ORDERED, State.APPLIED, State.RELEASING)


def isolation_content(sensor: Sensor, now: datetime) -> dict[str, Any]:
    """The part of an order about isolations; empty while there is none, so that orders of all others stay the same."""
    wanted = list(_wanted(sensor).filter(until__gt=now).order_by("pk"))
    if not wanted:
        return {}
    settings = isolation_settings(tenant_id=sensor.tenant_id, at=now)
    return {
        "isolations": [
            {
                "id": row.pk,
                "mac": row.mac,
                "addresses": sorted(row.addresses),
                "until": row.until.isoformat(timespec="seconds"),
            }
            for row in wanted
        ],
        "isolation_open": {
            "name_service": settings.name_service,
            "platform": settings.platform,
            "networks": list(settings.ends.networks),
            "names": list(settings.ends.names),
        },
    }


def isolations_ordered(*, sensor: Sensor, version: int, now: datetime) -> None:
    """An order that names them was made for the box."""
    rows = _wanted(sensor).filter(state=State.CONSENTED, until__gt=now)
    rows.update(state=State.ORDERED, ordered_version=version, ordered_at=now)


def isolations_answer(*, sensor: Sensor, reports: Reports, now: datetime) -> int:
    """Store what a box said of its isolations; said again it changes nothing. → how many moved."""
    rows = Isolation.objects.filter(tenant_id=sensor.tenant_id, sensor=sensor, state__in=ON_BOX, pk__in=list(reports))
    moved = sum(_answer(row, *reports[row.pk], now) for row in rows.select_for_update())
    if moved:
        wake(FOLLOW_TASK)
    return moved


def isolation_run_out(*, isolation: Isolation, now: datetime) -> bool:
    """End one whose time is over though no box said so: a wish nobody agreed to, a box that is silent. → whether."""
    grace = GRACE if isolation.state in ON_BOX else timedelta()
    if isolation.state not in OPEN_ISOLATIONS or isolation.until + grace > now:
        return False
    _move(isolation, State.EXPIRED, Party.RULE, ended_at=isolation.until)
    return True


def _answer(isolation: Isolation, outcome: str, at: datetime, detail: str, now: datetime) -> bool:
    at = min(at, now)
    if outcome == "applied":
        return _applied(isolation, at)
    if outcome == "refused" and isolation.state == State.ORDERED:
        _move(isolation, State.REFUSED, Party.BOX, ended_at=at, problem=detail[:300])
        return True
    if outcome == "ended":
        _move(isolation, State.EXPIRED if detail == EXPIRED else State.ENDED, Party.BOX, ended_at=at)
        return True
    if outcome == "failing" and isolation.problem != detail[:300]:
        isolation.problem = detail[:300]
        isolation.save(update_fields=["problem"])
    return False


def _applied(isolation: Isolation, at: datetime) -> bool:
    """The first time counts; one that is being ended meanwhile goes on ending."""
    if isolation.applied_at is not None:
        return False
    if isolation.state == State.ORDERED:
        _move(isolation, State.APPLIED, Party.BOX, applied_at=at, problem="")
        return True
    isolation.applied_at = at
    isolation.save(update_fields=["applied_at"])
    return False


def _move(isolation: Isolation, to: IsolationState, party: Party, **fields: Any) -> None:
    require_move(ISOLATION_MOVES, IsolationState(isolation.state), to, party=party)
    for name, value in fields.items():
        setattr(isolation, name, value)
    isolation.state, isolation.followed = to, False
    isolation.save(update_fields=["state", "followed", *fields])
    audit_record(
        code=f"isolation.{to.value}",
        subject=f"isolation:{isolation.pk}",
        tenant_id=isolation.tenant_id,
        mac=isolation.mac,
        problem=isolation.problem,
    )


def _wanted(sensor: Sensor) -> QuerySet[Isolation]:
    rows: QuerySet[Isolation] = Isolation.objects.filter(
        tenant_id=sensor.tenant_id, sensor=sensor, state__in=WANTED_ISOLATIONS
    )
    return rows
