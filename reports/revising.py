"""Late data of a closed month: a new revision of its report; the one before is kept as the firm got it.

A box that was offline sends afterwards what it saw. Call with no scope open.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime
from time import monotonic
from typing import Final

from django.db import Error

from base.moves import Party, require_move
from reports import doors
from reports.basis import acted_on, basis_of, changes_between
from reports.models import FormerReport, MonthlyReport
from reports.months import Month
from reports.services import SWEEP_TASK, figures_of
from reports.states import REPORT_MOVES, ReportState
from tenants.audit.record import audit_record
from tenants.tenancy.jobs import wake
from tenants.tenancy.scope import tenant_scope

TAKEN_AT_ONCE: Final = 200
WORK_SECONDS: Final = 10.0
_log = logging.getLogger(__name__)


def reports_check(*, now: datetime) -> int:
    """Look at reports of the last two months, each about once a day, for about ten seconds. → revisions begun."""
    finish = monotonic() + WORK_SECONDS
    begun = 0
    for tenant_id, report_id in doors.reports_to_check(now=now, how_many=TAKEN_AT_ONCE):
        if monotonic() > finish:
            break
        try:
            begun += report_check(tenant_id=tenant_id, report_id=report_id, now=now)
        except Exception:
            _log.exception("report %s of firm %s could not be checked", report_id, tenant_id)
            _leave_until_tomorrow(tenant_id, report_id, now)
    if begun:
        wake(SWEEP_TASK)
    return begun


def _leave_until_tomorrow(tenant_id: int, report_id: int, now: datetime) -> None:
    """One that cannot be checked does not stand in front of the others."""
    with suppress(Error), tenant_scope(tenant_id):
        MonthlyReport.objects.filter(pk=report_id).update(checked_at=now)


def report_check(*, tenant_id: int, report_id: int, now: datetime) -> bool:
    """Begin a revision of a final report that was made, when late data changed a figure. → whether it did."""
    with tenant_scope(tenant_id):
        rows = MonthlyReport.objects.select_for_update().filter(
            pk=report_id, state=ReportState.READY, provisional_until__isnull=True
        )
        report: MonthlyReport | None = rows.first()
        if report is None:
            return False
        month = Month(report.month)
        basis = basis_of(tenant_id, month)
        report.checked_at = now
        if basis == report.basis:
            report.save(update_fields=["checked_at"])
            return False
        report.basis = basis
        figures = figures_of(tenant_id, month, month.end)
        changes = changes_between(report.figures, figures)
        if not changes:
            report.save(update_fields=["checked_at", "basis"])
            return False
        _put_aside(report)
        if report.revision == 1 and not report.mailed:  # made before mails were noted
            report.mailed = acted_on(report.figures)
        report.revision += 1
        report.figures = figures | {"revision": {"number": report.revision, "at": now.isoformat(), "changes": changes}}
        require_move(REPORT_MOVES, report.state, ReportState.WAITING, party=Party.RULE)
        report.state = ReportState.WAITING
        report.error, report.attempts, report.not_before = "", 0, None
        report.save()
        audit_record(code="report.revised", subject=f"report:{report.pk}", revision=report.revision)
    return True


def _put_aside(report: MonthlyReport) -> None:
    assert report.pdf is not None
    assert report.made_at is not None
    FormerReport.objects.create(
        tenant_id=report.tenant_id,
        report=report,
        revision=report.revision,
        figures=report.figures,
        pdf=bytes(report.pdf),
        pdf_sha256=report.pdf_sha256,
        made_at=report.made_at,
    )
