"""What runs at firms at this moment: what an agent must see before anything new is opened for a caller."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.models import AlertGroup
from alerts.models.alert import Grade
from alerts.ui import listing
from incidents.desk.ui import queue as waiting
from incidents.models import Case, Incident
from incidents.states.incident import IncidentState

# How far back alerts are "recent" beside a caller, and how many of a firm are shown.
RECENT = timedelta(days=7)
MOST_ALERTS = 5
MOST = 200


@dataclass
class Running:
    """Of one firm: incidents that are not closed, open cases, the newest alerts of 重要度 低 and above."""

    incidents: list[Incident] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    alerts: list[listing.GroupRow] = field(default_factory=list)
    alerts_seen: int = 0


def running_at(tenant_ids: Collection[int], now: datetime) -> dict[int, Running]:
    """Firm → what runs there; three reads, however many firms."""
    by_firm = {tenant_id: Running() for tenant_id in tenant_ids}
    incidents = Incident.objects.filter(tenant_id__in=by_firm).exclude(state=IncidentState.CLOSED)
    for incident in incidents.order_by("-grade", "-opened_at")[:MOST]:
        by_firm[incident.tenant_id].incidents.append(incident)
    for case in Case.objects.filter(waiting.OPEN_CASE, tenant_id__in=by_firm).order_by("-opened_at")[:MOST]:
        by_firm[case.tenant_id].cases.append(case)
    groups = AlertGroup.objects.filter(tenant_id__in=by_firm, grade__gte=Grade.LOW, last_at__gte=now - RECENT)
    shown: list[AlertGroup] = []
    for group in groups.order_by("-last_at", "-pk")[:MOST]:
        firm = by_firm[group.tenant_id]
        firm.alerts_seen += 1
        if firm.alerts_seen <= MOST_ALERTS:
            shown.append(group)
    for row in listing.rows(shown):
        by_firm[row.group.tenant_id].alerts.append(row)
    return by_firm
