"""Who looked at a firm's data, and who changed something: for the firm's own people."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from tenants.models import AccessGrant, AuditEvent


def trail_of(*, tenant_id: int, others_only: bool) -> QuerySet[AuditEvent]:
    """A firm's trail, newest first. `others_only`: what people of other organisations and programs did."""
    rows = AuditEvent.objects.filter(tenant_id=tenant_id).select_related("actor", "organisation")
    if others_only:
        elsewhere = Q(organisation_id__isnull=False) & ~Q(organisation_id=F("tenant_id"))
        rows = rows.filter(elsewhere | Q(token_id__isnull=False))
    return rows.order_by("-at", "-pk")


def grants_named(grant_ids: Iterable[int | None]) -> dict[int, AccessGrant]:
    """The grants the scope may see, by their numbers."""
    return AccessGrant.objects.in_bulk([number for number in grant_ids if number is not None])
