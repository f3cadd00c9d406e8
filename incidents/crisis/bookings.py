"""Which booked call holds. Needs the firm's open scope."""

from __future__ import annotations

from incidents.models import CallBooking, Incident


def booking_of(incident: Incident) -> CallBooking | None:
    """The booking that holds; None when nobody booked."""
    found: CallBooking | None = CallBooking.objects.filter(
        tenant_id=incident.tenant_id, incident_id=incident.pk
    ).first()
    return found
