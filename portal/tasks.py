"""Entry points of the workers."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.due import due_run
from tenants.tenancy.jobs import SystemTask


@shared_task(base=SystemTask)
def run_due() -> dict[str, int] | None:
    """Run what is due by now and has no sweep of its own."""
    return due_run(now=timezone.now(), swept=False)
