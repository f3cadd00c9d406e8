"""What a firm wants for a detection that no rule gives first response."""

from __future__ import annotations

from datetime import datetime

from alerts.models import AlertGroup
from base.about import about_row
from base.moves import ReasonMissing
from notifications.models import Attention
from notifications.services import attention_open
from tenants.models import User
from tenants.tenancy.scope import tenant_scope


def response_wish(*, group: AlertGroup, headline: str, why: str, number: str, by: User, now: datetime) -> bool:
    """The firm wants first response for a detection of lower importance (OSK 5.3.3): the desk calls and promotes it.

    → False when that wish is open already. Raises ReasonMissing without words.
    """
    if not why.strip():
        raise ReasonMissing("say what worries you")
    facts = {"group": group.pk, "headline": headline[:120], "why": why.strip()[:300], "number": number.strip()[:60]}
    # The request to the desk is the platform's own work for this firm, as a sweep would write it.
    with tenant_scope(group.tenant_id):
        _wish, made = attention_open(
            tenant_id=group.tenant_id,
            kind=Attention.Kind.RESPONSE_WISH,
            about=about_row(AlertGroup, group.pk),
            facts=facts | {"who": str(by)},
            now=now,
        )
    return made


def open_wish(group: AlertGroup) -> Attention | None:
    """The firm's open wish for first response about this group."""
    wishes = Attention.objects.filter(tenant_id=group.tenant_id, kind=Attention.Kind.RESPONSE_WISH)
    return wishes.filter(about_id=group.pk, closed_at__isnull=True).first()
