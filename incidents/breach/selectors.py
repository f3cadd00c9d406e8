"""Named reads of what a firm notes about a leak. Need the firm's open scope."""

from __future__ import annotations

from incidents.models import BreachNote, Incident


def note_of(incident: Incident) -> BreachNote | None:
    """What the firm noted about an incident; None when it has not."""
    return BreachNote.objects.filter(tenant_id=incident.tenant_id, incident=incident).first()
