"""Named writes of who takes part."""

from __future__ import annotations

from typing import Any

from tenants.models import AuditEvent
from tenants.scope import current_scope


def audit_record(*, code: str, subject: str, tenant_id: int | None = None, **data: Any) -> None:
    """Write down, in the caller's transaction, that something happened to a firm's data.

    `code` is dotted ("incident.opened"), `subject` names the row ("incident:12"). The actor is the open scope's.
    """
    scope = current_scope()
    event = AuditEvent(
        tenant_id=tenant_id if tenant_id is not None else scope.single,
        actor_id=scope.user_id,
        organisation_id=scope.organisation_id,
        code=code,
        subject=subject,
        data=data,
    )
    # create() asks for the row back (RETURNING), which the database refuses to writers who may not read the trail.
    AuditEvent.objects.bulk_create([event], ignore_conflicts=True)
