"""Named reads of incidents and of what belongs to them. Need an open scope that sees the firm."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from alerts.models import AlertGroup
from incidents.models import (
    CallBooking,
    Case,
    DeskTask,
    Incident,
    IncidentEvent,
    IncidentGroup,
    Watch,
)
from incidents.states.case import CaseState
from incidents.states.incident import IncidentState
from incidents.states.watch import WatchState


def booking_of(incident: Incident) -> CallBooking | None:
    """The booking that holds; None when nobody booked."""
    booking: CallBooking | None = CallBooking.objects.filter(
        tenant_id=incident.tenant_id, incident_id=incident.pk
    ).first()
    return booking


def incidents_in_reach() -> QuerySet[Incident]:
    """Incidents the open scope sees, with their firms."""
    return Incident.objects.select_related("tenant")


def incidents_of(tenant_id: int) -> QuerySet[Incident]:
    """The incidents of a firm."""
    return incidents_in_reach().filter(tenant_id=tenant_id)


def watched_incident(*, tenant_id: int, asset_key: str, family: str, at: datetime) -> int | None:
    """The incident whose watch after a job an alert of this device and family at `at` breaks; None: none is watched.

    A watch that an earlier alert ended counts until its day: it is the same coming back.
    """
    broken = Watch.objects.filter(
        tenant_id=tenant_id,
        asset_key=asset_key,
        family=family,
        opened_at__lt=at,
        until__gte=at,
        state__in=(WatchState.RUNNING, WatchState.RECURRED),
    )
    incident_id: int | None = broken.order_by("-opened_at").values_list("incident_id", flat=True).first()
    return incident_id


def machines_in_question(tenant_id: int) -> dict[str, Incident]:
    """MAC address → the open incident that is about this machine of the firm."""
    links = IncidentGroup.objects.filter(tenant_id=tenant_id).exclude(group__asset_mac="")
    links = links.filter(incident__isnull=False).exclude(incident__state=IncidentState.CLOSED)
    return {link.group.asset_mac: link.incident for link in links.select_related("incident", "group")}


def one_a_machine(groups: Iterable[AlertGroup]) -> list[AlertGroup]:
    """The first of these groups of each machine whose number is known."""
    first: dict[str, AlertGroup] = {}
    for group in groups:
        if group.asset_mac:
            first.setdefault(group.asset_mac, group)
    return list(first.values())


def open_incidents(tenant_id: int) -> list[Incident]:
    """The firm's incidents that are not closed, the most important and newest first."""
    running = Incident.objects.filter(tenant_id=tenant_id).exclude(state=IncidentState.CLOSED)
    return list(running.order_by("-grade", "-opened_at"))


def incident_of_group(group: AlertGroup) -> Incident | None:
    """The incident a group belongs to."""
    incident: Incident | None = Incident.objects.filter(
        tenant_id=group.tenant_id, incidentgroup__group_id=group.pk
    ).first()
    return incident


def incident_groups(incident: Incident) -> QuerySet[AlertGroup]:
    """The groups of an incident, newest first."""
    linked: QuerySet[AlertGroup] = AlertGroup.objects.filter(
        tenant_id=incident.tenant_id, incidentgroup__incident_id=incident.pk
    )
    return linked.select_related("sensor").order_by("-last_at")


def incident_events(incident: Incident) -> QuerySet[IncidentEvent]:
    """The timeline, oldest first."""
    events: QuerySet[IncidentEvent] = IncidentEvent.objects.filter(
        tenant_id=incident.tenant_id, incident_id=incident.pk
    ).select_related("actor")
    return events.order_by("at", "pk")


def events_after(tenant_id: int, since: datetime) -> QuerySet[IncidentEvent]:
    """What came to the firm's incidents since then, newest first, with the incident."""
    rows: QuerySet[IncidentEvent] = IncidentEvent.objects.filter(tenant_id=tenant_id, at__gt=since)
    return rows.select_related("incident", "actor").order_by("-at", "-pk")


def cases_of(tenant_id: int) -> QuerySet[Case]:
    """The cases of a firm, or of the office under which people of no firm stand."""
    return Case.objects.filter(tenant_id=tenant_id).select_related("tenant")


def talks_waiting(tenant_id: int) -> QuerySet[Case]:
    """Cases in which the desk waits for the firm's answer, the newest first."""
    return cases_of(tenant_id).filter(state=CaseState.WAITING).order_by("-opened_at", "-pk")


def open_task_of(incident: Incident) -> DeskTask | None:
    """The desk's open task about an incident, with who has it."""
    rows = DeskTask.objects.filter(tenant_id=incident.tenant_id, incident_id=incident.pk, done_at__isnull=True)
    return rows.select_related("taken_by").first()
