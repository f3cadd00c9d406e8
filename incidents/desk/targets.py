"""The desk's clock of a firm, or of a programme for callers of no firm."""

from __future__ import annotations

from datetime import datetime

from incidents.desk.rules import due_from
from notifications.channels import Channel, firm_hours, programme_hours
from notifications.hours import BusinessHours
from tenants.models import Programme


def desk_hours(*, tenant_id: int, at: datetime) -> BusinessHours:
    """When the desk's phone is open for a firm; `tenant_id` of an office: for its programme."""
    programme = Programme.objects.filter(office_id=tenant_id).order_by("pk").values_list("pk", flat=True).first()
    if programme is not None:
        return programme_hours(programme_id=programme, channel=Channel.PHONE, at=at)
    return firm_hours(tenant_id=tenant_id, channel=Channel.PHONE, at=at)


def desk_due(*, tenant_id: int, importance: int, at: datetime) -> datetime:
    """Until when the desk should act on something of this importance (0–3) that came at `at`."""
    return due_from(importance, at, desk_hours(tenant_id=tenant_id, at=at))
