"""Invitations: a person is asked by mail to join an organisation, once, within a week."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from tenants.audit.record import audit_record
from tenants.mailing import address_of, mail_ask
from tenants.models import Invitation, Membership, Organisation, Programme, User
from tenants.tenancy.scope import person_scope

VALID_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Offer:
    """What a usable invitation says to the person who holds its link."""

    organisation_id: int
    organisation_name: str
    kind: str
    email: str
    role: str
    expires_at: datetime
    person_name: str = ""
    person_kana: str = ""

    @property
    def role_label(self) -> str:
        """The role in words."""
        return str(Membership.Role(self.role).label)


def token_make() -> str:
    """A new secret for a link, 256 bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored instead of the secret. A plain hash will do: 256 random bits cannot be guessed."""
    return hashlib.sha256(token.encode()).digest()


def invitation_create(
    *, organisation: Organisation, email: str, role: str, invited_by: User | None, person: tuple[str, str] = ("", "")
) -> Invitation:
    """Ask `email` to join; earlier open invitations of the same address end. Needs an owner's open scope.

    `person`: name and its reading where they are known.
    PostgreSQL refuses (ProgrammingError) when the acting person is no owner of the organisation.
    """
    now, token = timezone.now(), token_make()
    email = email.strip().lower()
    open_ones(organisation_id=organisation.pk).filter(email=email).update(revoked_at=now)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        person_name=person[0],
        person_kana=person[1],
        role=role,
        token_hash=token_hash(token),
        expires_at=now + VALID_FOR,
        invited_by=invited_by,
    )
    invitation_mail(
        organisation=organisation,
        email=email,
        role=role,
        token=token,
        expires_at=invitation.expires_at,
        person_name=person[0],
    )
    audit_record(
        code="invitation.made",
        subject=f"invitation:{invitation.pk}",
        tenant_id=tenant_of(organisation),
        email=email,
        role=role,
    )
    return invitation


def invitation_mail(
    *,
    organisation: Organisation,
    email: str,
    role: str,
    token: str,
    expires_at: datetime,
    first: bool = False,
    person_name: str = "",
) -> None:
    """Put the mail with the link into the organisation's outbox. `first`: the firm's application was approved.

    The person is called by their own name where they have an account, else by the name that was given, else by address.
    """
    known = User.objects.filter(email=email.lower()).first()
    language = known.language if known else (translation.get_language() or "ja")
    with translation.override(language):
        addressee = gettext("%(who)s 様") % {"who": (known and known.full_name) or person_name or email}
    mail_ask(
        organisation_id=organisation.pk,
        key=f"invitation:{token_hash(token).hex()[:24]}",
        name="invitation",
        to=email,
        language=language,
        programme=programme_around(organisation),
        addressee=addressee,
        email=email,
        organisation=organisation.name,
        role=Membership.Role(role).label,
        expires_at=expires_at,
        first=first,
        link=address_of(reverse("tenants:invitation", args=[token])),
    )


def invitation_revoke(*, invitation: Invitation) -> bool:
    """Make the link useless. → False when it was used, revoked or over already."""
    rows = open_ones(organisation_id=invitation.organisation_id).filter(pk=invitation.pk)
    if not rows.update(revoked_at=timezone.now()):
        return False
    audit_record(
        code="invitation.revoked",
        subject=f"invitation:{invitation.pk}",
        tenant_id=tenant_of(invitation.organisation),
        email=invitation.email,
    )
    return True


def open_ones(*, organisation_id: int) -> QuerySet[Invitation]:
    """Invitations that can still be used, newest first."""
    rows = Invitation.objects.filter(organisation_id=organisation_id, accepted_at=None, revoked_at=None)
    return rows.filter(expires_at__gt=timezone.now()).order_by("-created_at")


def undelivered() -> set[int]:
    """Invitations whose mail could not be delivered, of the organisation whose owner is acting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT invitation_id FROM sec.undelivered_invitations()")
        return {row[0] for row in cursor.fetchall()}


def offer_find(*, token: str) -> Offer | None:
    """The offer behind a link; None when it is unknown, used, revoked or over (nobody learns which)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sec.invitation_of(%s)", [token_hash(token)])
        row = cursor.fetchone()
    return Offer(*row) if row else None


def invitation_accept(*, token: str, user: User) -> int | None:
    """Make the person a member. → the organisation's id; None when the link or the person's address does not fit.

    PostgreSQL checks that the invited address is a verified one of this active person.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.accept_invitation(%s, %s)", [token_hash(token), user.pk])
        organisation_id: int | None = cursor.fetchone()[0]
    if organisation_id is None:
        return None
    with person_scope(user.pk, organisation_id):
        organisation = Organisation.objects.get(pk=organisation_id)
        audit_record(code="invitation.accepted", subject=f"user:{user.pk}", tenant_id=tenant_of(organisation))
    return organisation_id


def tenant_of(organisation: Organisation) -> int | None:
    """The firm an audit line belongs to: a firm's own, none for partners."""
    return organisation.pk if organisation.kind == Organisation.Kind.SME else None


def programme_around(organisation: Organisation) -> Programme | None:
    """The programme whose desk helps the organisation's people."""
    of_partner = Q(office=organisation) | Q(partners__organisation=organisation)
    of_firm = Q(enrolments__tenant=organisation)
    return Programme.objects.filter(of_partner | of_firm).order_by("pk").first()
