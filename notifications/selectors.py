"""Named reads of mails, in any scope that sees the firm."""

from __future__ import annotations

from django.db.models import QuerySet

from notifications.models import OutboxMessage


def mails_of(tenant_id: int) -> QuerySet[OutboxMessage]:
    """The mails to a firm without what they say, the newest first."""
    return OutboxMessage.objects.filter(tenant_id=tenant_id).defer("text", "html").order_by("-created_at", "-pk")


def mail_by_key(*, tenant_id: int, key: str) -> OutboxMessage | None:
    """The mail of a firm with this key, without what it says."""
    return mails_of(tenant_id).filter(key=key).first()
