"""Mails become contacts: stored, then read and handed to the desk, then their files scanned; each step commits.

A process killed at any point leaves a row that waits, or a mail that is still unmarked in the mailbox. The same mail
is one row (reading.identity_of), and a row becomes a contact in the transaction that marks it done.
"""

from __future__ import annotations

import io
import logging
import time
from dataclasses import replace
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from base.moves import Party, require_move
from incidents.mail_intake import store
from incidents.mail_intake.apart import PartMissing, TooMuch, attachment_of, mail_read
from incidents.mail_intake.bounces import bounces_report
from incidents.mail_intake.contacts import contact_make
from incidents.mail_intake.doors import firm_of_address, waiting_mails
from incidents.mail_intake.faults import fault_count, faults_of, mail_aside_report, mailbox_answered, mails_refused
from incidents.mail_intake.machines import Sender
from incidents.mail_intake.mailbox import AddressWrong, Fetched, MailboxSilent, Place, Round, mails_take, place_of
from incidents.mail_intake.mime import head_bytes
from incidents.mail_intake.oauth import TokenRefused, token_for, token_forget
from incidents.mail_intake.reading import ReadMail, identity_of
from incidents.mail_intake.rules import LARGEST_FILE, LARGEST_MAIL, MOST_TRIES
from incidents.models import DeskMail, MailFile
from incidents.scanning import ScanFailed, ScannerSilent, ScanVerdict, scan, scanner_there
from incidents.states.mail import MAIL_MOVES, FileVerdict, MailState
from tenants.audit.record import audit_record_of_nobody
from tenants.models import Programme, User
from tenants.tenancy.scope import programme_scope
from web.jst import JST

MOST_AT_ONCE = 50
SECONDS_TO_HANDLE = 120.0
MANY_REFUSED = 4  # so many mails in one round and none taken: the mailbox is at fault, not each of them
_log = logging.getLogger(__name__)


def mails_fetch(*, now: datetime) -> int:
    """Store what is new in every mailbox of the settings (DESK_MAILBOXES). → how many mails were stored.

    A mailbox that fails in whatever way is counted and does not stop the next.
    """
    done = 0
    for address, url in settings.DESK_MAILBOXES.items():
        programme = Programme.objects.filter(desk_email__iexact=address).order_by("pk").first()
        if programme is None:
            _log.error("no programme has the desk address %s", address)
            continue
        try:
            done += _mailbox_read(address, url, programme, now)
        except Exception:
            _log.exception("mailbox %s could not be read", address)
    return done


def _mailbox_read(address: str, url: str, programme: Programme, now: datetime) -> int:
    try:
        seen = _looked(address, place_of(url), programme.pk, now)
    except (MailboxSilent, AddressWrong, TokenRefused) as problem:
        _log.warning("mailbox %s: %s", address, problem)
        token_forget(address)
        fault_count(programme=programme, mailbox=address, error=str(problem), now=now)
        return 0
    many = not seen.taken and len(seen.refused) >= MANY_REFUSED
    if seen.unstored or many:  # one fault of the mailbox or of ours, not one of each mail
        error = seen.unstored or next(iter(seen.refused.values()))
        fault_count(programme=programme, mailbox=address, error=error, now=now)
    else:
        mails_refused(programme=programme, mailbox=address, refused=seen.refused, now=now)
        mailbox_answered(programme=programme, mailbox=address, now=now)
    return seen.taken


def _looked(address: str, place: Place, programme_id: int, now: datetime) -> Round:
    tries, pausing = faults_of(programme_id=programme_id, mailbox=address, now=now)
    return mails_take(
        place,
        today=now.astimezone(JST).date(),
        most=MOST_AT_ONCE,
        taken=partial(mail_keep, programme_id=programme_id, mailbox=address, now=now),
        tries=tries,
        pausing=pausing,
        token=token_for(address, settings.DESK_MAILBOX_TOKENS.get(address, {})) if place.by_token else "",
    )


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
    """Make contacts of the mails that wait, small ones first, and have their files scanned. → how many became contacts.

    After SECONDS_TO_HANDLE the rest waits for the next run, which sees what came meanwhile.
    """
    done, until = 0, time.monotonic() + SECONDS_TO_HANDLE
    for programme_id, mail_id in waiting_mails():
        if time.monotonic() > until:
            break
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
    """Read one mail, then hand it to the desk in one transaction. → whether it became a contact.

    It is read before the transaction, in a process of its own: however long that takes, no row is locked. A mail
    nobody can be answered for, one too large and one from a machine are kept aside.
    """
    with programme_scope(programme_id):
        waiting = DeskMail.objects.filter(pk=mail_id, state=MailState.WAITING).first()
    if waiting is None:
        return False
    read = _read(waiting)
    with programme_scope(programme_id):
        mail = DeskMail.objects.select_for_update(skip_locked=True).filter(pk=mail_id, state=MailState.WAITING).first()
        return _handed_over(mail, read, now) if mail else False


def _read(mail: DeskMail) -> ReadMail:
    """The mail as far as it can be read: at least its head, so that somebody's cry for help is a case in any event."""
    raw, own = store.kept(mail.sha256), _own_addresses(mail.programme_id, mail.mailbox)
    try:
        return mail_read(raw, own=own)
    except TooMuch as problem:
        _log.warning("of mail %s/%s only the head is read: %s", mail.programme_id, mail.pk, problem)
        return replace(mail_read(head_bytes(raw), own=own), whole=False)


def _handed_over(mail: DeskMail, read: ReadMail, now: datetime) -> bool:
    _remember(mail, read)
    bounces_report(programme_id=mail.programme_id, read=read, now=now)
    mail.firm_id = firm_of_address(mail.programme_id, read.sender) if read.sender else None
    if reason := _reason_aside(mail, read):
        mail.firm_id = None
        _move(mail, MailState.ASIDE, reason=reason)
        return False
    _files_note(mail, read)
    office = Programme.objects.get(pk=mail.programme_id).office_id
    contact = contact_make(mail=mail, read=read, owner=mail.firm_id or office, now=now)
    mail.contact_id = contact.pk
    _move(mail, MailState.DONE)
    return True


def _reason_aside(mail: DeskMail, read: ReadMail) -> str:
    """Why a mail becomes no contact; "" for one that does. A list's mail is a person's when a firm of ours sent it."""
    if not read.sender:
        return "no sender"
    if mail.size > LARGEST_MAIL:
        return "too large"
    machine = read.sent_by == Sender.MACHINE or (read.sent_by == Sender.LIST and mail.firm_id is None)
    return "automatic" if machine else ""


def _own_addresses(programme_id: int, mailbox: str) -> frozenset[str]:
    desk = Programme.objects.filter(pk=programme_id).values_list("desk_email", flat=True).first() or ""
    return frozenset(address.strip().lower() for address in (mailbox, desk) if address.strip())


def mail_scan(*, programme_id: int, mail_id: int) -> None:
    """Ask the scanner about the files of a mail that wait for it, each for itself.

    A file without a verdict is tried rules.MOST_TRIES times, then it is one that could not be looked into. Raises
    ScannerSilent when there is nobody to ask.
    """
    with programme_scope(programme_id):
        waiting = list(
            MailFile.objects.filter(mail_id=mail_id, verdict=FileVerdict.WAITING).values_list(
                "pk", "part", "mail__sha256"
            )
        )
    undecided = [
        file_id for file_id, part, sha256 in waiting if not _scanned(programme_id, mail_id, file_id, part, sha256)
    ]
    if undecided:
        _count_scan(programme_id, mail_id, undecided)


def _scanned(programme_id: int, mail_id: int, file_id: int, part: int, sha256: str) -> bool:
    """Whether the scanner gave a verdict on a file."""
    try:
        scanned = scan(io.BytesIO(attachment_of(store.kept(sha256), part)))
    except (ScanFailed, TooMuch, PartMissing, store.Tampered) as problem:
        _log.warning("file %s of mail %s/%s has no verdict: %s", part, programme_id, mail_id, problem)
        return False
    with programme_scope(programme_id):
        MailFile.objects.filter(pk=file_id, verdict=FileVerdict.WAITING).update(
            verdict=FileVerdict(scanned.verdict), found=scanned.name[:120]
        )
    if scanned.verdict == ScanVerdict.INFECTED:
        audit_record_of_nobody(code="desk_mail.infected", subject=f"desk_mail:{mail_id}", part=part, found=scanned.name)
    return True


def _count_scan(programme_id: int, mail_id: int, undecided: list[int]) -> None:
    with programme_scope(programme_id):
        mail = DeskMail.objects.select_for_update().get(pk=mail_id)
        mail.attempts += 1
        mail.save(update_fields=["attempts"])
        if mail.attempts >= MOST_TRIES:
            waiting = MailFile.objects.filter(pk__in=undecided, verdict=FileVerdict.WAITING)
            waiting.update(verdict=FileVerdict.NOT_LOOKED_INTO, found="")


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
    mail.text, mail.read_in_part = read.text, not read.whole


def _files_note(mail: DeskMail, read: ReadMail) -> None:
    unscanned = FileVerdict.WAITING if scanner_there() else FileVerdict.UNSCANNED
    MailFile.objects.bulk_create(
        MailFile(
            mail=mail,
            part=file.part,
            name=file.name,
            kind=file.kind,
            size=file.size,
            sha256=file.sha256,
            verdict=unscanned if file.size <= LARGEST_FILE else FileVerdict.TOO_LARGE,
        )
        for file in read.attached
    )


def _move(mail: DeskMail, to: MailState, *, reason: str = "") -> None:
    require_move(MAIL_MOVES, mail.state, to, party=Party.RULE, reason=reason)
    mail.state, mail.reason = to, reason
    mail.save(
        update_fields=[
            "state",
            "reason",
            "message_id",
            "sender",
            "sender_name",
            "subject",
            "sent_at",
            "automatic",
            "firm",
            "contact_id",
            "text",
            "read_in_part",
        ]
    )


def _count_try(programme_id: int, mail_id: int) -> None:
    with programme_scope(programme_id):
        mail = DeskMail.objects.select_for_update().filter(pk=mail_id).first()
        if mail is None:
            return
        mail.attempts += 1
        mail.save(update_fields=["attempts"])
        if mail.attempts >= MOST_TRIES and mail.state == MailState.WAITING:
            _move(mail, MailState.ASIDE, reason="not understood")
            mail_aside_report(programme=Programme.objects.get(pk=programme_id), mail_id=mail_id, now=timezone.now())
