"""Named reads of who takes part."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from base.identity import search_fold
from tenants.models import AccessGrant, Enrolment, Membership, Organisation, Programme, ProgrammeSettings
from tenants.tenancy.doors import firms_named
from tenants.tenancy.once import once, reads_once
from tenants.tenancy.owned import of_firms
from tenants.tenancy.scope import current_scope, person_scope

MOST_NAMED = 200


def memberships_now(*, user_id: int) -> tuple[Membership, ...]:
    """A person's valid memberships with their organisations, oldest first."""
    with person_scope(user_id, 0):
        rows = Membership.objects.filter(user_id=user_id, valid__contains=timezone.now())
        return tuple(rows.select_related("organisation").order_by("pk"))


def enrolment_current(*, tenant_id: int) -> Enrolment | None:
    """The firm's newest enrolment with its programme; None when it never joined."""
    rows = Enrolment.objects.filter(tenant_id=tenant_id).select_related("programme")
    newest: Enrolment | None = once(("enrolment", tenant_id), rows.order_by("-contract_start").first)
    return newest


def programme_of(*, tenant_id: int) -> Programme:
    """The programme the firm takes part in.

    Raises LookupError when the firm never joined one.
    """
    enrolment = enrolment_current(tenant_id=tenant_id)
    if enrolment is None:
        raise LookupError(f"firm {tenant_id} takes part in no programme")
    return enrolment.programme


def programmes_of_firms(tenant_ids: Collection[int]) -> dict[int, int]:
    """Firm → the programme of its newest enrolment; firms that never joined one, or are out of reach, are left out."""
    rows = Enrolment.objects.filter(tenant_id__in=tenant_ids).order_by("tenant_id", "contract_start")
    return dict(rows.values_list("tenant_id", "programme_id"))


def settings_at(*, programme_id: int, at: datetime) -> ProgrammeSettings | None:
    """The settings version in force at a time, by the date of its effect; None while the defaults hold."""
    rows = ProgrammeSettings.objects.filter(programme_id=programme_id, withdrawn_at=None)
    rows = rows.order_by("-effective_from", "-version")
    if not reads_once():
        return rows.filter(effective_from__lte=at).first()
    versions: list[ProgrammeSettings] = once(("settings", programme_id), lambda: list(rows))
    return next((version for version in versions if version.effective_from <= at), None)


def name_of(reference: str) -> Subquery:
    """The name of the organisation a row refers to, read for each row that is shown: a join may read all of them."""
    return Subquery(Organisation.objects.filter(pk=OuterRef(reference)).values("name")[:1])


def firms() -> QuerySet[Organisation]:
    """The firms the open scope may see (row-level security decides)."""
    return Organisation.objects.filter(kind=Organisation.Kind.SME).order_by("pk")


def programmes_of_office(*, office_id: int) -> QuerySet[Programme]:
    """The programmes an office runs, the oldest first."""
    return Programme.objects.filter(office_id=office_id).order_by("pk")


def programmes_of_partner(*, organisation_id: int) -> QuerySet[Programme]:
    """The programmes a partner works for, the oldest first."""
    return Programme.objects.filter(partners__organisation_id=organisation_id).order_by("pk")


def organisations() -> QuerySet[Organisation]:
    """The organisations of every kind the open scope may see."""
    return Organisation.objects.all()


def organisation(pk: int) -> Organisation | None:
    """An organisation the open scope may see; None for one out of reach."""
    return Organisation.objects.filter(pk=pk).first()


def members_of(*, organisation_id: int, at: datetime) -> QuerySet[Membership]:
    """The memberships of an organisation valid at a time, with the people, oldest first."""
    rows = Membership.objects.filter(organisation_id=organisation_id, valid__contains=at)
    return rows.select_related("user").order_by("pk")


def writers_of(*, organisation_id: int, at: datetime) -> QuerySet[Membership]:
    """Those among them who may do more than read."""
    return members_of(organisation_id=organisation_id, at=at).exclude(role=Membership.Role.READ_ONLY)


def programmes() -> QuerySet[Programme]:
    """Every programme, the oldest first."""
    return Programme.objects.order_by("pk")


def programme_named(name: str) -> Programme | None:
    """The programme of that name."""
    return Programme.objects.select_related("office").filter(name=name).first()


def organisation_name(pk: int) -> str | None:
    """The name of an organisation; None for one out of reach."""
    return Organisation.objects.filter(pk=pk).values_list("name", flat=True).first()


def firms_in_scope() -> QuerySet[Organisation]:
    """The firms of the open scope, also by the application alone."""
    return Organisation.objects.filter(of_firms(current_scope(), "pk"), kind=Organisation.Kind.SME)


def of_firms_named(words: str) -> Q:
    """Rows of the firms in reach whose name or reading holds these words.

    Of up to MOST_NAMED firms by their ids; of more, which few rows of a long list do not belong to, row by row.
    """
    listed = firms_named(words, most=MOST_NAMED)
    if len(listed) < MOST_NAMED:
        return Q(tenant_id__in=listed)
    return Q(tenant__kind=Organisation.Kind.SME, tenant__search_name__contains=search_fold(words))


def glasses(*, grantee_id: int) -> QuerySet[AccessGrant]:
    """Where an operator's organisation broke the glass, the newest first."""
    rows = AccessGrant.objects.filter(grantee_id=grantee_id, capability=AccessGrant.Capability.BREAK_GLASS)
    return rows.order_by("-pk")
