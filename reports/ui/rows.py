"""A firm's monthly reports without their bytes."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet
from django.db.models.functions import Length

from reports.models import MonthlyReport
from reports.months import Month, jst_day
from tenants.selectors import enrolment_current


def report_rows(tenant_id: int) -> QuerySet[MonthlyReport]:
    """Newest month first, each with `size` in bytes; neither the PDF nor the figures are loaded."""
    rows: QuerySet[MonthlyReport] = MonthlyReport.objects.filter(tenant_id=tenant_id).defer("pdf", "figures")
    return rows.annotate(size=Length("pdf")).order_by("-month")


def latest_report(tenant_id: int) -> MonthlyReport | None:
    """The newest report that can be read."""
    return report_rows(tenant_id).filter(state=MonthlyReport.State.READY).first()


def next_report_on(tenant_id: int, now: datetime) -> date | None:
    """The day of the firm's next report: the 1st after the month it takes part in; None outside a programme.

    A report comes also while no sensor works yet, and says so.
    """
    enrolment = enrolment_current(tenant_id=tenant_id)
    if enrolment is None:
        return None
    taking_part = max(jst_day(now), enrolment.contract_start)
    return Month(taking_part.replace(day=1)).next_first
