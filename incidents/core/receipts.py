"""Receipts: somebody at the firm knows of an incident."""

from __future__ import annotations

from datetime import datetime

from incidents.models import Incident, IncidentReceipt
from tenants.models import User


def receipt_record(*, incident: Incident, how: str, by: User | None, now: datetime) -> bool:
    """Record that somebody at the firm knows of the ★★★. → False when that was recorded before."""
    _receipt, made = IncidentReceipt.objects.get_or_create(
        tenant_id=incident.tenant_id, incident=incident, defaults={"how": how, "by": by, "at": now}
    )
    return bool(made)
