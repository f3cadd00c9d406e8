"""Entry points of the workers."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from notifications import account_mail, delivery, post_delivery, pulses
from tenants.tenancy.jobs import SystemTask


@shared_task(base=SystemTask)
def send_outbox() -> int:
    """Send what waits in the outbox."""
    return delivery.outbox_send()


@shared_task(base=SystemTask)
def send_posts() -> int:
    """Send what waits to go by chat, webhook or telephone."""
    return post_delivery.posts_send()


@shared_task(base=SystemTask)
def send_account_mail() -> int:
    """Send what waits for people who reset a password, confirm an address or changed a factor."""
    return account_mail.account_mail_send()


@shared_task(base=SystemTask)
def pulse(queue: str) -> None:
    """A sign of life of the worker of `queue`, which this task waits in like any other."""
    pulses.pulse_note(queue=queue, now=timezone.now())
