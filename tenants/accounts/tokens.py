"""API tokens: let a program read as one organisation. The secret is shown once; its SHA-256 is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from base.refusals import Refusal
from tenants.audit.record import audit_record
from tenants.models import ApiToken, Organisation
from tenants.tenancy.scope import current_scope

PREFIX = "otk_"
SHOWN = 8
LONGEST_DAYS = 366
# 32 random bytes: nothing to guess, so a fast hash is enough.
_FORM = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")


def scopes_for(kind: str) -> frozenset[str]:
    """What an organisation of this kind is offered: only a desk has telephones that report calls (sec.report_call)."""
    everybody = frozenset(ApiToken.Scope.values) - {ApiToken.Scope.CALLS.value}
    return frozenset(ApiToken.Scope.values) if kind == Organisation.Kind.CALL_CENTRE else everybody


class TokenMistake(Refusal):
    """A token that may not be made like this; `str()` says why."""


@dataclass(frozen=True)
class IssuedToken:
    """A new token with its secret, readable this once."""

    secret: str
    token: ApiToken


@dataclass(frozen=True)
class TokenHolder:
    """Whose valid token it is, as PostgreSQL says."""

    token_id: int
    organisation_id: int
    kind: str
    scopes: frozenset[str]
    token_hash: bytes


def token_hash(secret: str) -> bytes:
    """32 bytes."""
    return hashlib.sha256(secret.encode()).digest()


def token_create(*, name: str, scopes: Sequence[str], days: int) -> IssuedToken:
    """A new token of the organisation the open scope's person acts for; PostgreSQL lets only its owners.

    Raises TokenMistake.
    """
    scope = current_scope()
    if scope.user_id is None or scope.organisation_id is None:
        raise TokenMistake("a person makes a token, acting for an organisation")
    if not scopes or not set(scopes) <= set(ApiToken.Scope.values):
        raise TokenMistake("unknown scope")
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenMistake("a token lasts from one day to a year")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        organisation_id=scope.organisation_id,
        name=name,
        scopes=sorted(set(scopes)),
        shown=secret[: len(PREFIX) + SHOWN],
        token_hash=token_hash(secret),
        created_by_id=scope.user_id,
        expires_at=timezone.now() + timedelta(days=days),
    )
    _record("token.created", token)
    return IssuedToken(secret, token)


def token_revoke(*, token: ApiToken) -> bool:
    """End a token; holds from the next request on. False when it had ended already."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
    if changed:
        _record("token.revoked", token)
    return bool(changed)


def _record(code: str, token: ApiToken) -> None:
    """In the firm's own trail when the organisation is a firm."""
    scope = current_scope()
    firm = token.organisation_id if token.organisation_id in scope.tenants else None
    audit_record(code=code, subject=f"token:{token.pk}", tenant_id=firm, scopes=token.scopes, token=token.shown)


def tokens_of(*, organisation_id: int) -> QuerySet[ApiToken]:
    """An organisation's tokens, newest first; the ended ones too."""
    return ApiToken.objects.filter(organisation_id=organisation_id).select_related("created_by").order_by("-pk")


def token_holder(secret: str) -> TokenHolder | None:
    """Who presents this secret; None for one that is unknown, expired or revoked. Read anew for each request."""
    if not _FORM.fullmatch(secret):
        return None
    hashed = token_hash(secret)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sec.api_token(%s)", [hashed])
        row = cursor.fetchone()
    return TokenHolder(row[0], row[1], row[2], frozenset(row[3]), hashed) if row else None
