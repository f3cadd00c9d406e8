"""Celery's way into ingest. What waits is rows in the inbox; a lost message costs seconds, never a batch."""

from __future__ import annotations

from celery import shared_task
from django.db import connection
from django.utils import timezone

from alerts.inbox import inbox_turn
from alerts.tuning.trying import tunings_replay
from tenants.tenancy.jobs import SteppedTenantTask, SystemTask, wake

MOST_BOXES = 1000


@shared_task(base=SteppedTenantTask)
def ingest_batch(*, tenant_id: int, sensor_id: int) -> None:
    """Work on the oldest waiting batches of a box."""
    inbox_turn(tenant_id=tenant_id, sensor_id=sensor_id, now=timezone.now())


@shared_task(base=SystemTask)
def sweep_inbox() -> None:
    """Wake a worker for every box whose batches wait: messages get lost, rows do not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, sensor_id FROM sec.waiting_batches(%s)", (MOST_BOXES,))
        waiting = cursor.fetchall()
    for tenant_id, sensor_id in waiting:
        wake("alerts.tasks.ingest_batch", tenant_id=tenant_id, sensor_id=sensor_id)


@shared_task(base=SystemTask)
def replay_tunings() -> int:
    """Try proposed changes of grading on the detections of the last 90 days."""
    return tunings_replay(now=timezone.now())
