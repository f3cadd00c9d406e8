"""Entry points of the workers."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from incidents import triage
from tenants.jobs import SystemTask


@shared_task(base=SystemTask)
def claim_groups() -> int:
    """Incidents for alert groups that need one."""
    return triage.groups_claim(now=timezone.now())


@shared_task(base=SystemTask)
def open_desk_tasks() -> int:
    """Desk tasks for requests to look."""
    return triage.desk_tasks_open(now=timezone.now())
