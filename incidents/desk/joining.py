"""A conversation about an incident that is open: one press, and it is recorded there."""

from __future__ import annotations

from datetime import datetime

from base.moves import MoveRefused
from incidents.desk.calls import contact_to_case
from incidents.desk.cases import case_join_incident, case_open
from incidents.desk.selectors import open_cases
from incidents.models import Case, Contact, Incident
from incidents.states.incident import IncidentState
from tenants.models import User

# What a conversation about such an incident is about, as a case's (category, topic).
TOPIC_OF_KIND: dict[str, tuple[str, str]] = {
    Incident.Kind.MALWARE_SUSPECTED: ("security", "infection"),
    Incident.Kind.ANTIVIRUS_UNRESOLVED: ("alert", "what_to_do"),
    Incident.Kind.SENSOR_SILENT: ("box", "silent"),
    Incident.Kind.REPORTED: ("security", "advice"),
}


def contact_join_incident(*, contact: Contact, incident: Incident, title: str, by: User, now: datetime) -> Case:
    """Record a conversation with the open incident it was about: in its own case, in the newest open case of the
    incident, else in a new one called `title`. → the case, which belongs to the incident.

    Raises MoveRefused for an incident of another firm and for one that is closed.
    """
    if incident.tenant_id != contact.tenant_id or incident.state == IncidentState.CLOSED:
        raise MoveRefused("not an open incident of this firm")
    case = _case_for(contact, incident)
    if case is None:
        category, topic = TOPIC_OF_KIND[incident.kind]
        outward = contact.direction == Contact.Direction.OUT
        case = case_open(
            tenant_id=contact.tenant_id,
            title=title,
            channel=Case.Channel.DESK if outward else Case.Channel.PHONE,
            category=category,
            topic=topic,
            mine=True,
            by=by,
            now=now,
        )
    if contact.case_id != case.pk:
        contact_to_case(contact_id=contact.pk, case=case, by=by, now=now)
    return case_join_incident(case=case, incident=incident, by=by, now=now)


def _case_for(contact: Contact, incident: Incident) -> Case | None:
    own = contact.case
    if own is not None and own.incident_id in (None, incident.pk):
        return own
    of_incident = open_cases().filter(tenant_id=contact.tenant_id, incident=incident)
    newest: Case | None = of_incident.order_by("-opened_at", "-pk").first()
    return newest
