"""The bundled cover of an incident or a job, as the insurance room words it."""

from __future__ import annotations

from datetime import date

from django.utils.safestring import SafeString

from incidents.models import Incident, Job
from insurance.selectors import cover_of_firm, cover_of_incident, cover_of_job
from insurance.ui.fragments import entitlement_render


def entitlement_of(incident: Incident) -> SafeString | str:
    """The fragment; "" for a firm that takes part in no programme."""
    try:
        return entitlement_render(cover_of_incident(incident=incident))
    except LookupError:
        return ""


def entitlement_on(tenant_id: int, day: date) -> SafeString | str:
    """What is left for the firm that day; "" for a firm that takes part in no programme."""
    try:
        return entitlement_render(cover_of_firm(tenant_id=tenant_id, on_day=day))
    except LookupError:
        return ""


def entitlement_of_job(job: Job) -> SafeString | str:
    """The same with the job's vendor and way in view; "" for jobs that are about no incident."""
    try:
        cover = cover_of_job(job=job)
    except LookupError:
        return ""
    return entitlement_render(cover) if cover else ""
