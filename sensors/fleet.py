"""All boxes in reach at a glance: which need a look, who is behind, and whether what was ordered holds on the box."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from sensors import manifest
from sensors.models import Order, RuleBundle, Sensor
from sensors.silence import silent_boxes

UNDER_WAY = (Sensor.State.PREPARED, Sensor.State.SHIPPED, Sensor.State.ARRIVED)
# Boxes that let traffic past first, then those silent for longest, by the hour: the order of the index box_in_need.
IN_NEED = (F("unprotected_since").asc(nulls_last=True), "seen_hour", "pk")
MOST_VERSIONS = 50
MOST_REFUSING = 1000
_ORDERS_READ = 60  # a box whose functions changed longer ago than this many orders shows the oldest of them
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Newest:
    """The newest version of each part that any box in reach runs, and those that others still run."""

    agent: str
    suricata: str
    older_agents: tuple[str, ...] = ()
    older_suricatas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Applied:
    """Whether the functions a box shall have hold there. `state`: waiting, applied, refused, rolled_back or none."""

    state: str
    at: datetime | None = None
    version: int = 0
    detail: str = ""


def boxes_in_use() -> QuerySet[Sensor]:
    """Every box in reach that was not given back."""
    return Sensor.objects.exclude(state=Sensor.State.RETIRED)


def with_orders(rows: QuerySet[Sensor]) -> QuerySet[Sensor]:
    """Boxes with their firm and their newest order's version and state."""
    newest = Order.objects.filter(tenant_id=OuterRef("tenant_id"), sensor=OuterRef("pk")).order_by("-version")
    annotated: QuerySet[Sensor] = rows.select_related("tenant").annotate(
        order_version=Subquery(newest.values("version")[:1]),
        order_state=Subquery(newest.values("state")[:1]),
    )
    return annotated


def newest_versions() -> Newest:
    """What the box that is furthest ahead runs."""
    agents, suricatas = (sorted(_versions(name), key=version_key) for name in ("agent_version", "suricata_version"))
    return Newest(
        agent=agents[-1] if agents else "",
        suricata=suricatas[-1] if suricatas else "",
        older_agents=tuple(agents[:-1]),
        older_suricatas=tuple(suricatas[:-1]),
    )


def needing_look(now: datetime) -> Q:
    """Boxes that are silent, or let traffic past."""
    unprotected = Q(unprotected_since__isnull=False)
    silent = Q(unprotected_since__isnull=True) & silent_boxes(at=now)
    return Q(state=Sensor.State.ACTIVE) & (unprotected | silent)


def behind(newest: Newest) -> Q:
    """Boxes with an older program or engine than others, or whose newest order does not hold."""
    older = Q(agent_version__in=newest.older_agents) | Q(suricata_version__in=newest.older_suricatas)
    return Q(state=Sensor.State.ACTIVE) & (older | Q(pk__in=_refusing()))


def _refusing() -> list[int]:
    """Boxes whose newest order was refused or taken back. Read first: few, and PostgreSQL then needs no subquery."""
    rows = Order.objects.filter(state__in=[Order.State.REFUSED, Order.State.ROLLED_BACK])
    newer = Order.objects.filter(
        tenant_id=OuterRef("tenant_id"), sensor=OuterRef("sensor"), version__gt=OuterRef("version")
    )
    return list(rows.exclude(Exists(newer)).values_list("sensor_id", flat=True)[:MOST_REFUSING])


def version_key(text: str) -> tuple[int, ...]:
    """Versions in order: 1.10 after 1.9; the empty one first."""
    return tuple(int(number) for number in _NUMBER.findall(text)[:6])


def functions_applied(sensor: Sensor) -> Applied:
    """Since when the box does what its switches say: the oldest order of the newest run that says the same."""
    wanted = manifest.switched(sensor.switched_off)
    rows = Order.objects.filter(tenant_id=sensor.tenant_id, sensor=sensor).order_by("-version")[:_ORDERS_READ]
    same: list[Order] = []
    for order in rows:
        if _functions(order) != wanted:
            break
        same.append(order)
    if not same:
        return Applied("waiting" if rows or sensor.switched_off else "none")
    held = [order for order in same if order.state == Order.State.APPLIED and order.answered_at is not None]
    if held:
        return Applied("applied", held[-1].answered_at, held[-1].version, held[0].detail)
    return Applied(str(same[0].state), same[0].answered_at, same[0].version, same[0].detail)


def newest_bundle() -> RuleBundle | None:
    """The rules that are sent to boxes now."""
    return RuleBundle.objects.order_by("-version").first()


def _functions(order: Order) -> Any:
    try:
        return json.loads(bytes(order.manifest)).get("functions")
    except (ValueError, AttributeError):
        return None


def _versions(name: str) -> list[str]:
    """Each version that an active box runs: one look into the index for each, however many boxes run it."""
    rows = Sensor.objects.filter(state=Sensor.State.ACTIVE).order_by(name).values_list(name, flat=True)
    versions: list[str] = []
    while len(versions) < MOST_VERSIONS:
        following: str | None = rows.filter(**{f"{name}__gt": versions[-1] if versions else ""}).first()
        if following is None:
            break
        versions.append(following)
    return versions
