"""Entry points of the workers."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tenants.audit.sealing import audit_anchor, audit_seal
from tenants.tenancy.jobs import SystemTask


@shared_task(base=SystemTask)
def seal_audit() -> int:
    """Seal the trail; once an hour sign its head and ship it."""
    sealed = audit_seal()
    audit_anchor(now=timezone.now())
    return sealed
