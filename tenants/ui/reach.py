"""The firms in reach of the person who acts, and the trail of whose pages were read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404

from tenants.audit.record import audit_record_for
from tenants.models import Organisation
from tenants.selectors import firms_in_scope
from tenants.ui.guard import ActingRequest


def partner_read(request: ActingRequest, *, code: str, subject: str, tenant_ids: Iterable[int], **data: Any) -> None:
    """One audit line in the trail of every firm a partner's page showed (one without a firm when it showed none).

    The refreshes of an open page add none. `data` is the same in all of them: nothing about another firm.
    """
    if not request.htmx:
        audit_record_for(sorted(set(tenant_ids)) or [None], code=code, subject=subject, **data)


def firm_in_reach(tenant_id: int) -> Organisation:
    """A firm the acting person sees, also by the application alone. Raises Http404."""
    firm: Organisation = get_object_or_404(firms_in_scope(), pk=tenant_id)
    return firm
