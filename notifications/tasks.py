"""Entry points of the workers."""

from __future__ import annotations

from celery import shared_task

from notifications import account_mail, delivery
from tenants.jobs import SystemTask


@shared_task(base=SystemTask)
def send_outbox() -> int:
    """Send what waits in the outbox."""
    return delivery.outbox_send()


@shared_task(base=SystemTask)
def send_account_mail() -> int:
    """Send what waits for people who reset a password, confirm an address or changed a factor."""
    return account_mail.account_mail_send()
