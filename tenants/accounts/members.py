"""Who belongs to an organisation, and changes of it. PostgreSQL checks every change itself (sec.membership_change)."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from base.refusals import Refusal
from tenants.accounts.invitations import tenant_of
from tenants.accounts.sessions import sessions_end_of
from tenants.audit.record import audit_record
from tenants.models import Membership, Organisation

RANK: dict[str, int] = {Membership.Role.READ_ONLY: 0, Membership.Role.MEMBER: 1, Membership.Role.OWNER: 2}


class ChangeRefused(Refusal):
    """`code`: not_allowed, last_owner or unknown_role."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def members_of(*, organisation_id: int) -> QuerySet[Membership]:
    """Memberships valid now, with their people, owners first."""
    rows = Membership.objects.filter(organisation_id=organisation_id, valid__contains=timezone.now())
    return rows.select_related("user").order_by("role", "user__family_name_kana", "pk")


def membership_set_role(
    *, membership: Membership, organisation: Organisation, role: str, session_in_use: str = ""
) -> None:
    """Give a member another role from now on; with a lesser one their sessions end. Raises ChangeRefused.

    `session_in_use`: key of the session that does this, which stays when the owner changes their own role.
    """
    _change(membership, role)
    if RANK[role] < RANK[membership.role]:
        sessions_end_of(user_id=membership.user_id, spare=session_in_use)
    audit_record(
        code="membership.role_changed",
        subject=f"user:{membership.user_id}",
        tenant_id=tenant_of(organisation),
        before=membership.role,
        after=role,
    )


def membership_end(*, membership: Membership, organisation: Organisation, session_in_use: str = "") -> None:
    """A person leaves from now on and their sessions end, but `session_in_use`.

    Raises ChangeRefused, so an organisation never loses its last owner.
    """
    _change(membership, None)
    sessions_end_of(user_id=membership.user_id, spare=session_in_use)
    audit_record(
        code="membership.ended",
        subject=f"user:{membership.user_id}",
        tenant_id=tenant_of(organisation),
        role=membership.role,
    )


def member_sessions_end(*, membership: Membership, organisation: Organisation, session_in_use: str = "") -> int:
    """End a member's open sessions, but `session_in_use`, and write it down. → how many.

    For owners; the page has asked who is acting. A session belongs to the person: it ends for every organisation of
    theirs, and they may log in again at once.
    """
    ended = sessions_end_of(user_id=membership.user_id, spare=session_in_use)
    audit_record(
        code="person.sessions_ended",
        subject=f"user:{membership.user_id}",
        tenant_id=tenant_of(organisation),
        count=ended,
    )
    return ended


def _change(membership: Membership, role: str | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.membership_change(%s, %s)", [membership.pk, role])
        answer: str = cursor.fetchone()[0]
    if answer != "done":
        raise ChangeRefused(answer)
