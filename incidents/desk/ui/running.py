"""What runs at firms at this moment: what an agent must see before anything new is opened for a caller."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.models import AlertGroup
from alerts.models.alert import Grade
from alerts.selectors import groups_seen
from alerts.ui import listing
from incidents.desk.selectors import incidents_running_at, open_cases
from incidents.models import Case, Incident

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
    for incident in incidents_running_at(by_firm)[:MOST]:
        by_firm[incident.tenant_id].incidents.append(incident)
    for case in open_cases().filter(tenant_id__in=by_firm).order_by("-opened_at")[:MOST]:
        by_firm[case.tenant_id].cases.append(case)
    groups = groups_seen(tenant_ids=by_firm, since=now - RECENT, least=Grade.LOW)
    shown: list[AlertGroup] = []
    for group in groups[:MOST]:
        firm = by_firm[group.tenant_id]
        firm.alerts_seen += 1
        if firm.alerts_seen <= MOST_ALERTS:
            shown.append(group)
    for row in listing.rows(shown):
        by_firm[row.group.tenant_id].alerts.append(row)
    return by_firm
