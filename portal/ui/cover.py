"""The bundled cover of an incident, as the insurance room words it."""

from __future__ import annotations

from django.utils.safestring import SafeString

from incidents.models import Incident
from insurance.selectors import cover_of_incident
from insurance.ui.fragments import entitlement_render


def entitlement_of(incident: Incident) -> SafeString | str:
    """The fragment; "" for a firm that takes part in no programme."""
    try:
        return entitlement_render(cover_of_incident(incident=incident))
    except LookupError:
        return ""
