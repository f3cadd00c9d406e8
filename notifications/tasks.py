"""Entry points of the workers."""

from __future__ import annotations

from celery import shared_task

from notifications import delivery
from tenants.jobs import SystemTask


@shared_task(base=SystemTask)
def send_outbox() -> int:
    """Send what waits in the outbox."""
    return delivery.outbox_send()
