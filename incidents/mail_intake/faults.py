"""Mailboxes that do not answer and mails they do not give: tried, counted, told to the desk by a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext

from incidents.desk.cases import case_open
from incidents.desk.changing import case_event
from incidents.mail_intake.rules import MOST_TRIES, PAUSE
from incidents.models import Case, MailboxFault
from incidents.states.case import CaseState
from tenants.models import Programme
from tenants.tenancy.scope import programme_scope, tenant_scope

ENDED = (CaseState.SOLVED, CaseState.MERGED)


def faults_of(*, programme_id: int, mailbox: str, now: datetime) -> tuple[dict[str, int], frozenset[str]]:
    """How often each mail of a mailbox was not given, and those that are not asked for again yet."""
    with programme_scope(programme_id):
        faults = list(MailboxFault.objects.filter(mailbox=mailbox, over_at=None).exclude(uid=""))
    tries = {fault.uid: fault.tries for fault in faults}
    pausing = frozenset(f.uid for f in faults if f.tries >= MOST_TRIES and f.last_at > now - PAUSE)
    return tries, pausing


def mails_refused(*, programme: Programme, mailbox: str, refused: Mapping[str, str], now: datetime) -> None:
    """Count the mails a mailbox did not give; the desk hears of each after rules.MOST_TRIES."""
    for uid, error in refused.items():
        fault_count(programme=programme, mailbox=mailbox, uid=uid, error=error, now=now)


def mailbox_answered(*, programme: Programme, mailbox: str, now: datetime) -> None:
    """The mailbox can be read: the case of its silence says so, and a person closes it."""
    with programme_scope(programme.pk):
        fault = MailboxFault.objects.select_for_update().filter(mailbox=mailbox, uid="", over_at=None).first()
        if fault is None:
            return
        fault.over_at = now
        fault.save(update_fields=["over_at"])
        with tenant_scope(programme.office_id):
            if case := Case.objects.filter(tenant_id=programme.office_id, pk=fault.case_id or 0).first():
                case_event(case, "mailbox_reads", by=None, now=now)


def mail_aside_report(*, programme: Programme, mail_id: int, now: datetime) -> None:
    """A case that says a stored mail could not become one after all tries; the desk reads it among those kept aside."""
    with tenant_scope(programme.office_id):
        case = case_open(
            tenant_id=programme.office_id,
            title=gettext("読み取れないメールがあります(取り分けたメールを見てください)"),
            channel=Case.Channel.MAIL,
            now=now,
            by=None,
            importance=2,
        )
        case_event(case, "mail_aside", by=None, now=now, mail=mail_id)


def fault_count(*, programme: Programme, mailbox: str, error: str, now: datetime, uid: str = "") -> None:
    """Count one more try that failed; after rules.MOST_TRIES there is a case, one as long as it is open."""
    with programme_scope(programme.pk):
        fault, _made = MailboxFault.objects.select_for_update().get_or_create(
            programme_id=programme.pk, mailbox=mailbox, uid=uid, defaults={"first_at": now, "last_at": now}
        )
        if fault.over_at is not None:
            fault.tries, fault.first_at, fault.over_at = 0, now, None
        fault.tries += 1
        fault.last_at, fault.error = now, error[:200]
        if fault.tries == MOST_TRIES:
            fault.case_id = _desk_case(programme, fault, now)
        fault.save(update_fields=["tries", "first_at", "last_at", "error", "case_id", "over_at"])


def _desk_case(programme: Programme, fault: MailboxFault, now: datetime) -> int:
    """The case that tells the desk; the one of an earlier silence while nobody has closed it."""
    office, code = programme.office_id, "mail_refused" if fault.uid else "mailbox_silent"
    with tenant_scope(office):
        case = Case.objects.filter(tenant_id=office, pk=fault.case_id or 0).exclude(state__in=ENDED).first()
        if case is None:
            title = gettext("受信箱のメールを取り込めません: %s") if fault.uid else gettext("受信箱が読めません: %s")
            case = case_open(
                tenant_id=office,
                title=title % fault.mailbox,
                channel=Case.Channel.MAIL,
                now=now,
                by=None,
                importance=2,
            )
        case_event(
            case, code, by=None, now=now, mailbox=fault.mailbox, uid=fault.uid, tries=fault.tries, error=fault.error
        )
        number: int = case.pk
    return number
