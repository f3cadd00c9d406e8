"""Firms ask to take part; the office of the programme says yes or no."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from base.moves import before
from tenants.accounts.invitations import VALID_FOR, invitation_mail, token_hash, token_make
from tenants.audit.record import audit_record
from tenants.mailing import address_of, mail_ask
from tenants.models import Application, Membership, Organisation, Programme, User
from tenants.states import APPLICATION_MOVES
from tenants.tenancy.scope import current_scope

SAME_AGAIN = timedelta(days=1)


def application_put(*, programme: Programme, language: str, **firm: Any) -> Application:
    """Store what a firm sent, thank it and tell the office. Needs no scope: the sender is nobody yet."""
    application = Application(programme=programme, language=language, **firm)
    # save() asks for columns with a default back (RETURNING), which the database refuses to who may read nothing.
    Application.objects.bulk_create([application], ignore_conflicts=True)
    _mail_ask(application, "application_received", application.email, language)
    if programme.office.email:
        _mail_ask(application, "application_waiting", programme.office.email, "ja")
    return application


def applications_of(*, programme_ids: list[int]) -> QuerySet[Application]:
    """The programmes' applications: waiting ones first, oldest first."""
    rows = Application.objects.filter(programme_id__in=programme_ids).select_related("programme", "decided_by")
    return rows.order_by("-state", "created_at")


def application_approve(*, application: Application, by: User) -> int | None:
    """Make the firm, its enrolment, the partners' grants and its owner's invitation. → the firm's id.

    None when somebody decided before, or PostgreSQL does not find the acting person in the programme's office.
    """
    token, until = token_make(), timezone.now() + VALID_FOR
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.approve_application(%s, %s, %s)", [application.pk, token_hash(token), until])
        firm_id: int | None = cursor.fetchone()[0]
    if firm_id is None:
        return None
    firm = Organisation.objects.get(pk=firm_id)
    invitation_mail(
        organisation=firm,
        email=application.email,
        role=Membership.Role.OWNER,
        token=token,
        expires_at=until,
        first=True,
        person_name=application.contact_name,
    )
    _note("application.approved", application, by, firm=firm_id)
    return firm_id


def application_reject(*, application: Application, by: User, reason: str) -> bool:
    """Say no, with the reason the firm reads. → False when somebody decided before."""
    movable = before(APPLICATION_MOVES, Application.State.REJECTED)
    rows = Application.objects.filter(pk=application.pk, state__in=movable)
    changed = rows.update(
        state=Application.State.REJECTED, reason=reason, decided_at=timezone.now(), decided_by_id=by.pk
    )
    if not changed:
        return False
    _mail_ask(application, "application_rejected", application.email, application.language, reason=reason)
    _note("application.rejected", application, by)
    return True


def application_find(*, application_id: UUID) -> Application | None:
    """One application the acting person's office may see."""
    return Application.objects.select_related("programme", "decided_by").filter(pk=application_id).first()


def _note(code: str, application: Application, by: User, **data: Any) -> None:
    if current_scope().user_id != by.pk:
        raise ValueError("the acting person decides")
    audit_record(code=code, subject=f"application:{application.pk}", tenant_id=data.pop("firm", None), **data)


def _mail_ask(application: Application, name: str, to: str, language: str, **context: Any) -> None:
    # The office's outbox: there is no firm yet.
    programme = application.programme
    mail_ask(
        organisation_id=programme.office_id,
        key=f"{name}:{application.pk}",
        name=name,
        to=to,
        language=language,
        programme=programme,
        application=application,
        addressee=_addressee(application, name),
        link=address_of(reverse("tenants:application", args=[application.pk])),
        **context,
    )


def _addressee(application: Application, name: str) -> str:
    if name == "application_waiting":
        return gettext("%(firm)s 御中") % {"firm": application.programme.office.name}
    with override(application.language):
        return gettext("%(who)s 様") % {"who": application.contact_name}
