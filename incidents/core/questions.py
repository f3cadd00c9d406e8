"""What nobody has answered or judged yet."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from alerts.judging import unjudged
from alerts.models import AlertGroup
from incidents.models import IncidentGroup


def open_questions(tenant_id: int) -> QuerySet[AlertGroup]:
    """The firm's ★★ and more that nobody answered or judged yet, newest first, however old.

    A group with an incident is not among them: while the incident is open it is the question, closed it is settled,
    and a group taken out of its incident was judged not to belong.
    """
    linked = IncidentGroup.objects.filter(tenant_id=OuterRef("tenant_id"), group_id=OuterRef("pk"))
    groups = unjudged(AlertGroup.objects.filter(tenant_id=tenant_id))
    return groups.exclude(Exists(linked)).order_by("-last_at", "-pk")
