"""Who has a case or a task open: a page says so while it is shown."""

from __future__ import annotations

from datetime import datetime

from incidents.desk.rules import PRESENT_FOR
from incidents.models import DeskPresence
from tenants.models import User


def presence_renew(*, tenant_id: int, subject: str, subject_id: int, user: User, now: datetime) -> None:
    """This person looks at it now."""
    DeskPresence.objects.update_or_create(
        tenant_id=tenant_id, subject=subject, subject_id=subject_id, user=user, defaults={"seen_at": now}
    )


def presence_end(*, tenant_id: int, subject: str, subject_id: int, user: User, now: datetime) -> None:
    """This person left the page."""
    rows = DeskPresence.objects.filter(tenant_id=tenant_id, subject=subject, subject_id=subject_id, user=user)
    rows.update(seen_at=now - PRESENT_FOR)


def others_present(*, tenant_id: int, subject: str, subject_id: int, user: User, now: datetime) -> list[User]:
    """Colleagues who look at it now."""
    rows = DeskPresence.objects.filter(
        tenant_id=tenant_id, subject=subject, subject_id=subject_id, seen_at__gt=now - PRESENT_FOR
    )
    return [row.user for row in rows.exclude(user=user).select_related("user").order_by("seen_at")]
