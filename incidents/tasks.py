"""Entry points of the workers."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from incidents.core import triage
from incidents.desk import sweeps
from incidents.isolation import following
from incidents.jobsheet import checking
from incidents.mail_intake import services as mail_intake
from tenants.tenancy.jobs import SystemTask


@shared_task(base=SystemTask)
def claim_groups() -> int:
    """Incidents for alert groups that need one."""
    return triage.groups_claim(now=timezone.now())


@shared_task(base=SystemTask)
def open_desk_tasks() -> int:
    """Desk tasks for requests to look."""
    return triage.desk_tasks_open(now=timezone.now())


@shared_task(base=SystemTask)
def take_desk_mail() -> int:
    """Contacts for mails to the desks' addresses."""
    now = timezone.now()
    mail_intake.mails_fetch(now=now)
    return mail_intake.mails_handle(now=now)


@shared_task(base=SystemTask)
def tell_firms() -> int:
    """Mails that say there is a message of the desk."""
    return sweeps.messages_announce(now=timezone.now())


@shared_task(base=SystemTask)
def follow_isolations() -> int:
    """What boxes did about isolations, onto the timelines of their incidents."""
    return following.isolations_follow(now=timezone.now())


@shared_task(base=SystemTask)
def check_uploads() -> int:
    """Photos and files of jobs that have arrived: scanned, drawn anew, kept."""
    return checking.uploads_check(now=timezone.now())
