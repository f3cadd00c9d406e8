"""Which of a firm's messages told of an incident or a notice, and that somebody read or answered there."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from alerts.models import AlertGroup
from base.about import about_row
from incidents.core.selectors import incident_of_group
from incidents.models import Incident
from notifications.delivery import KIND_INCIDENT
from notifications.models import OutboxMessage
from notifications.selectors import messages_about, messages_of_notice
from notifications.services import message_mark_answered, message_mark_read
from tenants.models import User
from tenants.tenancy.scope import tenant_scope


def messages_of_incident(incident: Incident) -> list[OutboxMessage]:
    """What told of it at once, one for each contact and time."""
    about = about_row(Incident, incident.pk)
    return messages_about(tenant_id=incident.tenant_id, about=about, kind=KIND_INCIDENT)


def messages_of_group(group: AlertGroup) -> list[OutboxMessage]:
    """What told of a notice: its incident's messages, and the digest it stood in."""
    incident = incident_of_group(group)
    at_once = messages_of_incident(incident) if incident is not None else []
    return [*at_once, *_digest(group)]


def _digest(group: AlertGroup) -> QuerySet[OutboxMessage] | list[OutboxMessage]:
    digest = group.digest
    if digest is None:
        return []
    return messages_of_notice(tenant_id=group.tenant_id, notice=digest.notice or digest.key)


def messages_read(messages: list[OutboxMessage], *, by: User, now: datetime, answered: bool = False) -> None:
    """A person of the firm has opened, or answered on, the page that these messages are about.

    It counts for what was mailed to that person. Needs a scope that sees the firm.
    """
    for message in messages:
        if message.to.lower() != by.email.lower() or (message.answered_at if answered else message.read_at):
            continue
        with tenant_scope(message.tenant_id):  # only the firm's own work may mark its messages
            mark = message_mark_answered if answered else message_mark_read
            mark(message=message, now=now)
