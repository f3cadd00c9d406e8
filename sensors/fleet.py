"""All boxes in reach at a glance: which need a look, who is behind, and whether what was ordered holds on the box."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from sensors import manifest
from sensors.models import Order, RuleBundle, Sensor
from sensors.silence import silent_boxes
from tenants.selectors import firms

UNDER_WAY = (Sensor.State.PREPARED, Sensor.State.SHIPPED, Sensor.State.ARRIVED)
_ORDERS_READ = 60  # a box whose functions changed longer ago than this many orders shows the oldest of them
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Newest:
    """The newest version of each part that any box in reach runs."""

    agent: str
    suricata: str


@dataclass(frozen=True)
class Applied:
    """Whether the functions a box shall have hold there. `state`: waiting, applied, refused, rolled_back or none."""

    state: str
    at: datetime | None = None
    version: int = 0
    detail: str = ""


def boxes() -> QuerySet[Sensor]:
    """Every box in reach that was not given back, with its newest order's version and state."""
    newest = Order.objects.filter(tenant_id=OuterRef("tenant_id"), sensor=OuterRef("pk")).order_by("-version")
    rows = Sensor.objects.filter(tenant__in=firms()).exclude(state=Sensor.State.RETIRED).select_related("tenant")
    annotated: QuerySet[Sensor] = rows.annotate(
        order_version=Subquery(newest.values("version")[:1]),
        order_state=Subquery(newest.values("state")[:1]),
    )
    return annotated


def newest_versions(rows: QuerySet[Sensor]) -> Newest:
    """What the box that is furthest ahead runs."""
    active = rows.filter(state=Sensor.State.ACTIVE)
    return Newest(*(_highest(active, name) for name in ("agent_version", "suricata_version")))


def needing_look(now: datetime) -> Q:
    """Boxes that are silent, or let traffic past."""
    return Q(state=Sensor.State.ACTIVE) & (silent_boxes(at=now) | Q(unprotected_since__isnull=False))


def behind(newest: Newest) -> Q:
    """Boxes with an older program or engine than others, or whose newest order does not hold."""
    active = Q(state=Sensor.State.ACTIVE)
    older = Q()
    for name, version in (("agent_version", newest.agent), ("suricata_version", newest.suricata)):
        if version:
            older |= Q(**{f"heartbeat__{name}__isnull": False}) & ~Q(**{f"heartbeat__{name}": version})
    refused = Q(order_state__in=[Order.State.REFUSED, Order.State.ROLLED_BACK])
    return active & (older | refused)


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


def _highest(rows: QuerySet[Sensor], name: str) -> str:
    versions: Iterable[Any] = rows.order_by().values_list(f"heartbeat__{name}", flat=True).distinct()
    return max((text for text in versions if isinstance(text, str)), key=version_key, default="")
