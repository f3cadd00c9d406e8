"""A mail handed to the desk: whose it is, which case it goes on with, what the desk and the firm see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext

from incidents.desk.cases import case_open
from incidents.desk.changing import case_event
from incidents.desk.firm_side import case_goes_on
from incidents.desk.sweeps import KIND_MESSAGE
from incidents.mail_intake.reading import ReadMail
from incidents.models import Caller, Case, Contact, CustomerMessage, DeskMail, Incident
from incidents.states.case import CaseState
from notifications.delivery import KIND_INCIDENT
from notifications.models import OutboxMessage
from notifications.rules import message_id
from tenants.tenancy.scope import tenant_scope

LONGEST_MESSAGE: Final = 4000
MOST_EARLIER: Final = 50
THREAD: Final = timedelta(days=180)  # a mail that answers an older one of ours begins anew


@dataclass(frozen=True)
class Thread:
    """What a mail goes on with. `elsewhere`: it names a case, but not as somebody of that case."""

    case: Case | None = None
    incident: Incident | None = None
    elsewhere: bool = False


def contact_make(*, mail: DeskMail, read: ReadMail, owner: int, now: datetime) -> Contact:
    """Store the contact of a mail with its case, in the caller's transaction.

    `owner`: the firm, or the programme's office when the sender is nobody's (incidents.models.desk_owned). Who is
    the sender is what the mail says: the desk is shown the address and that it came by mail.
    """
    with tenant_scope(owner):
        thread = _thread(mail, read, owner, now)
        case = thread.case or case_open(
            tenant_id=owner,
            title=read.subject.strip() or gettext("件名のないメール"),
            channel=Case.Channel.MAIL,
            incident=thread.incident,
            now=now,
            by=None,
        )
        contact: Contact = Contact.objects.create(
            tenant_id=owner,
            channel=Contact.Channel.MAIL,
            direction=Contact.Direction.IN,
            offered_at=mail.taken_at,
            answered_at=mail.taken_at,
            ended_at=mail.taken_at,
            caller=_caller(owner, read, now),
            case=case,
        )
        CustomerMessage.objects.create(tenant_id=owner, case=case, from_firm=True, body=_body(read), at=mail.taken_at)
        if thread.elsewhere:
            case_event(case, "mail_other_sender", by=None, now=now)
        if thread.case is not None:
            case_goes_on(tenant_id=owner, case_id=case.pk, now=now)
    return contact


def _thread(mail: DeskMail, read: ReadMail, owner: int, now: datetime) -> Thread:
    """By the mails it answers (the sender's own, or ours), else by our mark of a case in the subject.

    A case of a firm goes on with mails of that firm, the case of a person of no firm with mails of that person: what
    anybody can write, a number or a Message-ID they saw, opens nobody else's case.
    """
    earlier = DeskMail.objects.filter(
        programme_id=mail.programme_id, message_id__in=read.references, contact_id__isnull=False
    )
    contacts = list(earlier.order_by("-pk").values_list("contact_id", flat=True)[:MOST_EARLIER])
    for contact_id in contacts:
        contact = Contact.objects.filter(tenant_id=owner, pk=contact_id).select_related("case").first()
        if contact and contact.case and _is_of_case(mail, read, contact.case):
            return _going_on(contact.case)
    answered = _mail_answered(read, owner, now)
    if answered is not None and answered.kind == KIND_INCIDENT:
        return Thread(incident=Incident.objects.filter(tenant_id=owner, pk=answered.about_id).first())
    if answered is not None:
        message = CustomerMessage.objects.filter(tenant_id=owner, pk=answered.about_id).select_related("case").first()
        return _going_on(message.case if message else None)
    return _by_number(mail, read, owner, elsewhere=bool(contacts))


def _by_number(mail: DeskMail, read: ReadMail, owner: int, *, elsewhere: bool) -> Thread:
    if read.case_number is None:
        return Thread(elsewhere=elsewhere)
    case = Case.objects.filter(tenant_id=owner, number=read.case_number).first()
    if case is None or not _is_of_case(mail, read, case):
        return Thread(elsewhere=True)
    return _going_on(case)


def _is_of_case(mail: DeskMail, read: ReadMail, case: Case) -> bool:
    """Whether the sender is somebody of the case: of its firm, or for people of no firm the same person."""
    if mail.firm_id is not None:
        return True
    return Contact.objects.filter(tenant_id=case.tenant_id, case=case, caller__email__iexact=read.sender).exists()


def _mail_answered(read: ReadMail, owner: int, now: datetime) -> OutboxMessage | None:
    """Our newest mail to this firm that the mail answers; its Message-ID is made from its key."""
    if not read.references:
        return None
    ours = OutboxMessage.objects.filter(tenant_id=owner, created_at__gt=now - THREAD).order_by("-pk")
    message_ids = set(read.references)
    mails = ours.filter(kind__in=[KIND_INCIDENT, KIND_MESSAGE]).only("key", "kind", "about_id")
    return next((mail for mail in mails if message_id(owner, mail.key, settings.MAIL_DOMAIN) in message_ids), None)


def _going_on(case: Case | None) -> Thread:
    if case is not None and case.state == CaseState.MERGED:
        case = case.merged_into
    return Thread(case=case)


def _caller(owner: int, read: ReadMail, now: datetime) -> Caller:
    known = Caller.objects.filter(tenant_id=owner, email__iexact=read.sender, merged_into=None).order_by("pk").first()
    made: Caller = known or Caller.objects.create(
        tenant_id=owner, name=read.sender_name[:80], email=read.sender, first_at=now
    )
    return made


def _body(read: ReadMail) -> str:
    text = read.text.strip() or _without_words(read)
    if not read.whole:
        text += "\n\n" + gettext(
            "(長すぎるか入り組みすぎていて読み取れなかった部分があります。元のメールは保管しています。)"
        )
    more = "\n" + gettext("(長いため途中までです。全文は、相談窓口が受信したメールにあります。)")
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - len(more)] + more


def _without_words(read: ReadMail) -> str:
    if read.encrypted:
        return gettext("(暗号化されたメールのため、本文を読めません。)")
    return gettext("(本文なし)")
