"""Celery entry points of reports."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from reports import counting, services
from tenants.tenancy.jobs import SystemTask


# One short sweep instead of a message per firm: no transaction is held while a PDF is made, and thousands of
# messages on the 1st do not stand before the alerts.
@shared_task(base=SystemTask, name="reports.tasks.sweep_reports")
def sweep_reports() -> int:
    """Make waiting reports for a while."""
    return services.reports_make()


@shared_task(base=SystemTask, name="reports.tasks.count_months")
def count_months() -> int:
    """Count the figures of programmes for the months that are due."""
    return counting.months_count(now=timezone.now())
