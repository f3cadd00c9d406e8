"""Founding a programme: a one-time code, a key for it, and the named writes its holder may do.

Nobody is there yet who could be asked: the right to found is a key whose hash PostgreSQL knows (`sec.founding_open`).
An operator prints a code (`manage.py consortium code`); the browser that enters it gets the key. Set-up commands make
a key for themselves on the owner's connection. All else is written by the application's role, in `founding_scope`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from base.identity import nfc
from tenants.accounts.invitations import VALID_FOR, invitation_mail, token_hash, token_make
from tenants.audit.record import audit_record, audit_record_of_nobody
from tenants.models import Founding, Membership, Organisation, Programme
from tenants.tenancy.scope import founding_scope

OWNER: Final = "owner"  # codes and keys of commands are made on this connection only
CODE_HOLDS = timedelta(hours=24)
KEY_HOLDS = timedelta(days=14)
COMMAND_HOLDS = timedelta(minutes=30)
# No letter that is taken for another: 20 of 32 letters are 100 bits.
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP = 4, 5


@dataclass(frozen=True)
class Code:
    """What an operator hands on: shown once, never stored."""

    words: str
    until: datetime


def code_make(*, now: datetime) -> Code:
    """A new code for the founding that has begun and is not over, else for a new one; earlier codes and keys end."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_GROUPS * _GROUP))
    code = Code("-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP)), now + CODE_HOLDS)
    with transaction.atomic(using=OWNER):
        # Those of commands have no code, and are left to them.
        rows = Founding.objects.using(OWNER).filter(closed_at=None, programme=None, code_until__isnull=False)
        begun = rows.exclude(draft={}).order_by("pk").last()
        rows.exclude(pk=begun.pk if begun else 0).update(closed_at=now)
        founding = begun or Founding()
        founding.code_hash, founding.code_until = _code_hash(code.words), code.until
        founding.key_hash = founding.key_until = None
        founding.save(using=OWNER)
    audit_record_of_nobody(code="founding.code_made", subject=f"founding:{founding.pk}", until=code.until.isoformat())
    return code


def founding_redeem(*, code: str, now: datetime) -> str | None:
    """The key for a code. None: unknown, used, over, or there is a programme already (nobody learns which)."""
    key = token_make()
    with transaction.atomic(), connection.cursor() as cursor:
        values: list[Any] = [_code_hash(code), token_hash(key), now + KEY_HOLDS]
        cursor.execute("SELECT sec.founding_redeem(%s, %s, %s)", values)
        if not cursor.fetchone()[0]:
            return None
        audit_record_of_nobody(code="founding.begun", subject="founding")
    return key


def _code_hash(code: str) -> bytes:
    return token_hash("".join(letter for letter in nfc(code).upper() if letter.isalnum()))


@contextmanager
def founding_by_key(key: str) -> Iterator[None]:
    """Work of the holder of a key."""
    with founding_scope(token_hash(key)):
        yield


@contextmanager
def founding_by_command(programme: Programme | None = None) -> Iterator[None]:
    """Work of a set-up command, which may found a programme, or add to this one. Needs OWNER_DATABASE_URL."""
    key, now = token_make(), timezone.now()
    founding = Founding.objects.using(OWNER).create(
        key_hash=token_hash(key),
        key_until=now + COMMAND_HOLDS,
        programme_id=programme.pk if programme else None,
    )
    try:
        with founding_scope(token_hash(key)):
            yield
    finally:
        Founding.objects.using(OWNER).filter(pk=founding.pk).update(closed_at=timezone.now())


def draft_of() -> dict[str, Any] | None:
    """What was typed so far. None: the key is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.founding_draft()")
        draft = cursor.fetchone()[0]
    if draft is None:
        return None
    kept: dict[str, Any] = json.loads(draft) if isinstance(draft, str) else draft
    return kept


def draft_keep(draft: Mapping[str, Any]) -> bool:
    """Keep what was typed. False: the key is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.founding_keep(%s)", [json.dumps(draft)])
        kept: bool = cursor.fetchone()[0]
    return kept


def programme_make(*, name: str, office: Mapping[str, Any], **fields: Any) -> Programme | None:
    """Found the programme with its office. None: the key is over, or founded one before."""
    with connection.cursor() as cursor:
        values = [json.dumps({"name": name, **fields}), json.dumps(dict(office))]
        cursor.execute("SELECT sec.programme_enter(%s, %s)", values)
        programme_id = cursor.fetchone()[0]
    if programme_id is None:
        return None
    audit_record(code="programme.founded", subject=f"programme:{programme_id}", name=name)
    return Programme.objects.get(pk=programme_id)


def partner_join(*, programme: Programme, kind: str, fields: Mapping[str, Any]) -> Organisation | None:
    """Enter a partner of the programme. None: not allowed here, or an office names an organisation there is already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.partner_join(%s, %s, %s)", [programme.pk, kind, json.dumps(dict(fields))])
        organisation_id = cursor.fetchone()[0]
    if organisation_id is None:
        return None
    audit_record(code="partner.entered", subject=f"organisation:{organisation_id}", programme=programme.pk, kind=kind)
    return Organisation.objects.get(pk=organisation_id)


def first_person_invite(
    *, programme: Programme, organisation: Organisation, email: str, name: str, kana: str, again: bool = False
) -> str:
    """Invite the first owner of a partner or of the office by mail.

    → "invited", "waiting" (somebody is already), "has_people", "not_allowed".
    `again`: also when somebody is invited; the earlier link ends.
    """
    token, until = token_make(), timezone.now() + VALID_FOR
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sec.partner_invite(%s, %s, %s, %s, %s, %s, %s, %s)",
            [programme.pk, organisation.pk, email, name, kana, token_hash(token), until, again],
        )
        answer: str = cursor.fetchone()[0]
    if answer == "invited":
        invitation_mail(
            organisation=organisation,
            email=email,
            role=Membership.Role.OWNER,
            token=token,
            expires_at=until,
            person_name=name,
        )
        audit_record(code="invitation.made", subject=f"organisation:{organisation.pk}", email=email, role="owner")
    return answer


def founding_close() -> bool:
    """The programme is founded: the key ends and the draft goes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.founding_close()")
        closed: bool = cursor.fetchone()[0]
    return closed
