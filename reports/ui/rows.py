"""A firm's monthly reports without their bytes."""

from __future__ import annotations

from datetime import date, datetime

from reports.models import MonthlyReport
from reports.months import Month, jst_day
from reports.selectors import reports_with_size
from tenants.selectors import enrolment_current


def latest_report(tenant_id: int) -> MonthlyReport | None:
    """The newest report that can be read."""
    return reports_with_size(tenant_id).filter(state=MonthlyReport.State.READY).first()


def next_report_on(tenant_id: int, now: datetime) -> date | None:
    """The day of the firm's next report: the 1st after the month it takes part in; None outside a programme.

    A report comes also while no sensor works yet, and says so.
    """
    enrolment = enrolment_current(tenant_id=tenant_id)
    if enrolment is None:
        return None
    taking_part = max(jst_day(now), enrolment.contract_start)
    return Month(taking_part.replace(day=1)).next_first
