"""Named writes of who takes part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tenants.audit.origin import current_origin
from tenants.models import AuditEvent
from tenants.tenancy.scope import current_scope


def audit_record(*, code: str, subject: str, tenant_id: int | None = None, **data: Any) -> None:
    """Write down, in the caller's transaction, that something happened to a firm's data.

    `code` is dotted ("incident.opened"), `subject` names the row ("incident:12"). The actor is the open scope's;
    PostgreSQL adds the time and the grant or token that opened the way.
    """
    scope = current_scope()
    audit_record_for((tenant_id if tenant_id is not None else scope.single,), code=code, subject=subject, **data)


def audit_record_of_nobody(*, code: str, subject: str, **data: Any) -> None:
    """The same for an event without a known person and without a firm: a failed log-in, an operator's command."""
    origin = current_origin()
    event = AuditEvent(code=code, subject=subject, data=data, ip=origin.ip, agent=origin.agent)
    AuditEvent.objects.bulk_create([event], ignore_conflicts=True)


def audit_record_for(tenant_ids: Iterable[int | None], *, code: str, subject: str, **data: Any) -> None:
    """The same for several firms at once: one row each, so that each finds it in its own trail."""
    scope, origin = current_scope(), current_origin()
    events = [
        AuditEvent(
            tenant_id=tenant_id,
            actor_id=scope.user_id,
            organisation_id=scope.organisation_id or None,
            code=code,
            subject=subject,
            data=data,
            ip=origin.ip,
            agent=origin.agent,
        )
        for tenant_id in tenant_ids
    ]
    # create() asks for the row back (RETURNING), which the database refuses to writers who may not read the trail.
    AuditEvent.objects.bulk_create(events, ignore_conflicts=True)
