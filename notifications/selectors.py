"""Named reads of messages, in any scope that sees the firm."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from base.about import About
from notifications.models import OutboxMessage


def messages_of(tenant_id: int) -> QuerySet[OutboxMessage]:
    """Every message to a firm and its contacts without what it says, the newest first."""
    return OutboxMessage.objects.filter(tenant_id=tenant_id).defer("text", "html").order_by("-created_at", "-pk")


def notices_of(tenant_id: int) -> QuerySet[OutboxMessage]:
    """What a firm was told, however many contacts it went to: one row each, the newest first."""
    return messages_of(tenant_id).filter(Q(notice="") | Q(key=F("notice")))


def message_by_key(*, tenant_id: int, key: str) -> OutboxMessage | None:
    """The message of a firm with this key, without what it says."""
    return messages_of(tenant_id).filter(key=key).select_related("contact").first()


def messages_about(*, tenant_id: int, about: About, kind: str) -> list[OutboxMessage]:
    """The messages of a kind about a row, with their contacts, the newest first."""
    rows = messages_of(tenant_id).filter(about_type=about.type, about_id=about.id, kind=kind)
    return list(rows.select_related("contact"))


def messages_of_notice(*, tenant_id: int, notice: str) -> QuerySet[OutboxMessage]:
    """The messages that carried the same notice to several contacts."""
    return messages_of(tenant_id).filter(Q(notice=notice) | Q(key=notice))
