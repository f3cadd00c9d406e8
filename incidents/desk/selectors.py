"""Named reads of what waits at the desk, over all firms in reach."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from incidents.core.selectors import incidents_in_reach
from incidents.desk.rules import RINGS_FOR
from incidents.models import (
    CallBooking,
    Caller,
    Case,
    Contact,
    CustomerMessage,
    DeskMail,
    DeskTask,
    Escalation,
    Incident,
)
from incidents.states.case import CaseState
from incidents.states.incident import IncidentState
from notifications.models import Attention
from tenants.models import Organisation, Programme
from tenants.selectors import enrolment_current, programmes_of_office


def tasks() -> QuerySet[DeskTask]:
    """All there ever was to do."""
    return DeskTask.objects.all()


def open_tasks() -> QuerySet[DeskTask]:
    """What is to be done."""
    return DeskTask.objects.filter(done_at__isnull=True)


def tasks_of(tenant_id: int) -> QuerySet[DeskTask]:
    """The tasks about a firm, with what they are about and who has them."""
    rows = DeskTask.objects.filter(tenant_id=tenant_id)
    return rows.select_related("tenant", "incident", "attention", "taken_by")


def silence_of_task(*, tenant_id: int, task_id: int) -> Attention | None:
    """The silent box a task is about."""
    rows = tasks_of(tenant_id).filter(attention__kind=Attention.Kind.BOX_SILENT, pk=task_id)
    task = rows.first()
    return task.attention if task else None


def cases() -> QuerySet[Case]:
    """All cases there ever were."""
    return Case.objects.all()


def open_cases() -> QuerySet[Case]:
    """Cases somebody has still to do with."""
    return Case.objects.filter(state__in=[CaseState.NEW, CaseState.WORKING, CaseState.WAITING, CaseState.ESCALATED])


def ended_cases() -> QuerySet[Case]:
    """Cases that are over, the newest end first."""
    return Case.objects.filter(state__in=(CaseState.SOLVED, CaseState.MERGED)).order_by("-closed_at", "-pk")


def rows_of_case(case: Case, model: Any) -> Any:
    """Rows of a case and of those merged into it."""
    own = [case.pk, *Case.objects.filter(tenant_id=case.tenant_id, merged_into=case).values_list("pk", flat=True)]
    return model.objects.filter(tenant_id=case.tenant_id, case_id__in=own)


def escalations_of(case: Case) -> QuerySet[Escalation]:
    """To whom a case was handed, without those of cases merged into it."""
    return Escalation.objects.filter(tenant_id=case.tenant_id, case=case)


def messages_after(tenant_id: int, since: datetime) -> QuerySet[CustomerMessage]:
    """What the desk wrote to the firm since then, newest first, with the case."""
    rows = CustomerMessage.objects.filter(tenant_id=tenant_id, from_firm=False, at__gt=since)
    return rows.select_related("case").order_by("-at", "-pk")


def answers_of_firms_after(since: datetime) -> QuerySet[CustomerMessage]:
    """What firms wrote since then after what began the case, newest first, with case and firm."""
    rows = CustomerMessage.objects.filter(from_firm=True, at__gt=since).filter(at__gt=F("case__opened_at"))
    return rows.select_related("case", "tenant").order_by("-at", "-pk")


def questions_to_soc() -> QuerySet[Escalation]:
    """What the desk asks the SOC and nobody has answered, the oldest first."""
    rows = Escalation.objects.filter(to=Escalation.To.SOC, answered_at__isnull=True).order_by("at")
    return rows.select_related("case", "case__tenant", "by")


def words_of_firm(case: Case) -> str:
    """What a case is about in the firm's words: its title and the firm's newest messages."""
    rows = CustomerMessage.objects.filter(tenant_id=case.tenant_id, case=case, from_firm=True)
    return "\n".join([case.title, *rows.order_by("-at").values_list("body", flat=True)[:3]])


def contacts() -> QuerySet[Contact]:
    """Every contact in reach."""
    return Contact.objects.all()


def contacts_of(tenant_id: int) -> QuerySet[Contact]:
    """The contacts of a firm, with case, caller and agent."""
    return Contact.objects.filter(tenant_id=tenant_id).select_related("tenant", "case", "caller", "agent")


def calls() -> QuerySet[Contact]:
    """Contacts by telephone."""
    return Contact.objects.filter(channel=Contact.Channel.PHONE)


def messages() -> QuerySet[CustomerMessage]:
    """What desk and firms wrote to each other, of all firms in reach."""
    return CustomerMessage.objects.all()


def calls_ringing(now: datetime) -> QuerySet[Contact]:
    """Calls that ring at this moment, the longest first."""
    rows = calls().filter(direction=Contact.Direction.IN, ended_at__isnull=True, agent__isnull=True)
    return rows.filter(offered_at__gt=now - RINGS_FOR).order_by("offered_at")


def callers_known(tenant_id: int, most: int) -> list[Caller]:
    """The people of a firm who spoke with the desk, by name or number, the newest first."""
    rows = callers_of(tenant_id).exclude(name="", number_raw="")
    return list(rows.order_by("-first_at", "-pk")[:most])


def callers_of(tenant_id: int) -> QuerySet[Caller]:
    """The callers of a firm."""
    return Caller.objects.filter(tenant_id=tenant_id, merged_into=None)


def caller_name_of(case: Case) -> str:
    """Who spoke about a case; "" when nobody is known."""
    contact = Contact.objects.filter(tenant_id=case.tenant_id, case=case).select_related("caller").first()
    return contact.caller.name if contact and contact.caller else ""


def mails_of(contact_ids: Collection[int]) -> list[DeskMail]:
    """The mails that became these contacts, with their files."""
    return list(DeskMail.objects.filter(contact_id__in=contact_ids).prefetch_related("files")) if contact_ids else []


def calls_booked() -> QuerySet[CallBooking]:
    """Calls firms booked about incidents and nobody has made yet: the newest booking of each, next first."""
    same = {"tenant_id": OuterRef("tenant_id"), "incident_id": OuterRef("incident_id")}
    newer = CallBooking.objects.filter(**same, pk__gt=OuterRef("pk"))
    undone = DeskTask.objects.filter(**same, done_at__isnull=True)
    rows = CallBooking.objects.exclude(incident__state=IncidentState.CLOSED)
    return rows.filter(Exists(undone)).exclude(Exists(newer)).order_by("at", "pk")


def incidents_without_task() -> QuerySet[Incident]:
    """Incidents that run on though their task is done."""
    waiting = open_tasks().filter(tenant_id=OuterRef("tenant_id"), incident_id=OuterRef("pk"))
    return Incident.objects.exclude(state=IncidentState.CLOSED).exclude(Exists(waiting))


def incidents_running_at(tenant_ids: Collection[int]) -> QuerySet[Incident]:
    """Open incidents of several firms, the most important and newest first."""
    rows = incidents_in_reach().filter(tenant_id__in=tenant_ids).exclude(state=IncidentState.CLOSED)
    return rows.order_by("-grade", "-opened_at")


def programme_of_row(tenant: Organisation) -> Programme | None:
    """The programme of a firm, or of the office under which people of no firm stand."""
    if tenant.kind == Organisation.Kind.OFFICE:
        return programmes_of_office(office_id=tenant.pk).first()
    enrolment = enrolment_current(tenant_id=tenant.pk)
    return enrolment.programme if enrolment else None
