"""Who belongs to an organisation, and changes of it. PostgreSQL checks every change itself (sec.membership_change)."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from tenants.invitations import tenant_of
from tenants.models import Membership, Organisation
from tenants.services import audit_record


class ChangeRefused(Exception):
    """`code`: not_allowed, last_owner or unknown_role."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def members_of(*, organisation_id: int) -> QuerySet[Membership]:
    """Memberships valid now, with their people, owners first."""
    rows = Membership.objects.filter(organisation_id=organisation_id, valid__contains=timezone.now())
    return rows.select_related("user").order_by("role", "user__family_name_kana", "pk")


def membership_set_role(*, membership: Membership, organisation: Organisation, role: str) -> None:
    """Give a member another role from now on. Raises ChangeRefused."""
    _change(membership, role)
    audit_record(
        code="membership.role_changed",
        subject=f"user:{membership.user_id}",
        tenant_id=tenant_of(organisation),
        before=membership.role,
        after=role,
    )


def membership_end(*, membership: Membership, organisation: Organisation) -> None:
    """A person leaves from now on. Raises ChangeRefused, so an organisation never loses its last owner."""
    _change(membership, None)
    audit_record(
        code="membership.ended",
        subject=f"user:{membership.user_id}",
        tenant_id=tenant_of(organisation),
        role=membership.role,
    )


def _change(membership: Membership, role: str | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.membership_change(%s, %s)", [membership.pk, role])
        answer: str = cursor.fetchone()[0]
    if answer != "done":
        raise ChangeRefused(answer)
