"""Mails become contacts: stored, then read and handed to the desk, then their files scanned; each step commits.

A process killed at any point leaves a row that waits, or a mail that is still unmarked in the mailbox. The same mail
is one row (reading.identity_of), and a row becomes a contact in the transaction that marks it done.
"""

from __future__ import annotations

import hashlib
import io
import logging
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction

from incidents.mail_intake import store
from incidents.mail_intake.contacts import contact_make
from incidents.mail_intake.doors import firm_of_address, waiting_mails
from incidents.mail_intake.mailbox import Fetched, MailboxSilent, mails_take, place_of
from incidents.mail_intake.reading import ReadMail, Unreadable, attachment_of, identity_of, mail_read
from incidents.mail_intake.rules import (
    LARGEST_FILE,
    LARGEST_MAIL,
    MAIL_MOVES,
    MOST_FILES,
    MOST_TRIES,
    FileVerdict,
    MailState,
)
from incidents.models import DeskMail, MailFile
from incidents.scanning import ScannerSilent, ScanVerdict, scan, scanner_there
from notifications.hours import JAPAN
from notifications.models import Attention
from notifications.services import attention_open
from tenants.models import Programme, User
from tenants.moves import Party, require_move
from tenants.scope import programme_scope, tenant_scope
from tenants.services import audit_record_of_nobody

MOST_AT_ONCE = 50
_log = logging.getLogger(__name__)


def mails_fetch(*, now: datetime) -> int:
    """Store what is new in every mailbox of the settings (DESK_MAILBOXES). → how many mails were stored."""
    done = 0
    for address, url in settings.DESK_MAILBOXES.items():
        programme = Programme.objects.filter(desk_email__iexact=address).order_by("pk").first()
        if programme is None:
            _log.error("no programme has the desk address %s", address)
            continue
        try:
            done += mails_take(
                place_of(url),
                today=now.astimezone(JAPAN).date(),
                most=MOST_AT_ONCE,
                taken=partial(mail_keep, programme_id=programme.pk, mailbox=address, now=now),
            )
        except MailboxSilent as problem:
            _log.warning("mailbox %s: %s", address, problem)
    return done


def mail_keep(mail: Fetched, *, programme_id: int, mailbox: str, now: datetime) -> bool:
    """Store a mail for good; the same mail again changes nothing. → True: it may be marked as taken."""
    sha256 = store.keep(mail.raw)
    with programme_scope(programme_id):
        DeskMail.objects.bulk_create(
            [
                DeskMail(
                    programme_id=programme_id,
                    mailbox=mailbox,
                    identity=identity_of(mail.raw),
                    sha256=sha256,
                    size=min(mail.size, 2**31 - 1),
                    taken_at=now,
                )
            ],
            ignore_conflicts=True,
        )
    return True


def mails_handle(*, now: datetime) -> int:
    """Make contacts of the mails that wait and have their files scanned. → how many mails became contacts."""
    done = 0
    for programme_id, mail_id in waiting_mails():
        try:
            done += mail_handle(programme_id=programme_id, mail_id=mail_id, now=now)
            mail_scan(programme_id=programme_id, mail_id=mail_id)
        except ScannerSilent as problem:
            _log.warning("the scanner does not answer; files of mail %s wait: %s", mail_id, problem)
        except Exception:
            _log.exception("mail %s/%s could not be handled", programme_id, mail_id)
            _count_try(programme_id, mail_id)
    return done


def mail_handle(*, programme_id: int, mail_id: int, now: datetime) -> bool:
    """Read one mail and hand it to the desk, in one transaction. → whether it became a contact.

    A mail nobody can be answered for, one too large and one from a machine are kept aside.
    """
    with programme_scope(programme_id):
        mail = DeskMail.objects.select_for_update(skip_locked=True).filter(pk=mail_id, state=MailState.WAITING).first()
        if mail is None:
            return False
        raw = store.kept(mail.sha256)
        try:
            read = mail_read(raw)
        except Unreadable as problem:
            _move(mail, MailState.ASIDE, reason=str(problem))
            return False
        _remember(mail, read)
        _tell_of_bounces(mail, read, now)
        if mail.size > LARGEST_MAIL:
            _move(mail, MailState.ASIDE, reason="too large")
        elif read.automatic:
            _move(mail, MailState.ASIDE, reason="automatic")
        else:
            _files_note(mail, read)
            mail.firm_id = firm_of_address(programme_id, read.sender)
            office = Programme.objects.get(pk=programme_id).office_id
            contact = contact_make(mail=mail, read=read, owner=mail.firm_id or office, now=now)
            mail.contact_id = contact.pk
            _move(mail, MailState.DONE)
            return True
    return False


def mail_scan(*, programme_id: int, mail_id: int) -> None:
    """Ask the scanner about the files of a mail that wait for it. Raises ScannerSilent."""
    with programme_scope(programme_id):
        waiting = list(
            MailFile.objects.filter(mail_id=mail_id, verdict=FileVerdict.WAITING).values_list(
                "pk", "part", "mail__sha256"
            )
        )
    if not waiting:
        return
    raw = store.kept(waiting[0][2])
    for file_id, part, _sha in waiting:
        scanned = scan(io.BytesIO(attachment_of(raw, part)))
        with programme_scope(programme_id):
            MailFile.objects.filter(pk=file_id, verdict=FileVerdict.WAITING).update(
                verdict=FileVerdict(scanned.verdict), found=scanned.name[:120]
            )
        if scanned.verdict == ScanVerdict.INFECTED:
            audit_record_of_nobody(
                code="desk_mail.infected", subject=f"desk_mail:{mail_id}", part=part, found=scanned.name
            )


def mail_settle(*, mail: DeskMail, by: User) -> DeskMail:
    """A person of the desk has looked at a mail that was kept aside."""
    with transaction.atomic():
        locked: DeskMail = DeskMail.objects.select_for_update().get(pk=mail.pk)
        require_move(MAIL_MOVES, locked.state, MailState.SETTLED, party=Party.DESK)
        locked.state, locked.settled_by = MailState.SETTLED, by
        locked.save(update_fields=["state", "settled_by"])
    return locked


def _remember(mail: DeskMail, read: ReadMail) -> None:
    mail.message_id, mail.sender, mail.sender_name = read.message_id[:250], read.sender, read.sender_name
    mail.subject, mail.sent_at, mail.automatic = read.subject, read.sent_at, read.automatic


def _files_note(mail: DeskMail, read: ReadMail) -> None:
    unscanned = FileVerdict.WAITING if scanner_there() else FileVerdict.UNSCANNED
    MailFile.objects.bulk_create(
        MailFile(
            mail=mail,
            part=one.part,
            name=one.name,
            kind=one.kind,
            size=len(one.content),
            sha256=hashlib.sha256(one.content).hexdigest(),
            verdict=unscanned if len(one.content) <= LARGEST_FILE else FileVerdict.TOO_LARGE,
        )
        for one in read.attached[:MOST_FILES]
    )


def _tell_of_bounces(mail: DeskMail, read: ReadMail, now: datetime) -> None:
    """A firm's address that takes no mail is worth a call: the same request as when our server was refused."""
    for address in read.undelivered:
        firm = firm_of_address(mail.programme_id, address)
        if firm is None:
            continue
        facts = {"to": address, "subject": mail.subject, "kind": "bounce", "error": "returned by a mail server"}
        with tenant_scope(firm):
            attention_open(
                tenant_id=firm,
                kind=Attention.Kind.MAIL_FAILED,
                subject_key=f"address:{address}",
                facts=facts,
                now=now,
            )


def _move(mail: DeskMail, to: MailState, *, reason: str = "") -> None:
    require_move(MAIL_MOVES, mail.state, to, party=Party.RULE, reason=reason)
    mail.state, mail.reason = to, reason
    mail.save(
        update_fields=["state", "reason", "message_id", "sender", "sender_name", "subject", "sent_at", "automatic",
                       "firm", "contact_id"]
    )  # fmt: skip


def _count_try(programme_id: int, mail_id: int) -> None:
    with programme_scope(programme_id):
        mail = DeskMail.objects.select_for_update().filter(pk=mail_id).first()
        if mail is None:
            return
        mail.attempts += 1
        mail.save(update_fields=["attempts"])
        if mail.attempts >= MOST_TRIES and mail.state == MailState.WAITING:
            _move(mail, MailState.ASIDE, reason="not understood")
