"""Lines of an incident's timeline; their words are incidents.wording's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from incidents.models import Incident, IncidentEvent
from tenants.models import User


def event_add(*, incident: Incident, code: str, at: datetime, by: User | None = None, **data: Any) -> None:
    """Add a line. `data` is shown to the firm: nothing internal."""
    IncidentEvent.objects.create(tenant_id=incident.tenant_id, incident=incident, at=at, code=code, actor=by, data=data)
