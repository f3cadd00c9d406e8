"""Named write and reads: how satisfied a firm is with a month's report (KMM 図67), and the firm's sales of a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from reports.models import DailySales, MonthlyReport, ReportOpinion
from reports.opinion import Opinion, Way
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.tenancy.scope import tenant_scope


def opinion_record(*, report: MonthlyReport, opinion: Opinion, by: User | None, now: datetime) -> bool:
    """Add an opinion; the newest of a report counts, the same again adds nothing. → whether it was added.

    `by` None: whoever holds the link of the mail.
    """
    way = Way.PAGE if by is not None else Way.MAIL
    with tenant_scope(report.tenant_id):  # the firm's own work, whoever asks for it
        MonthlyReport.objects.select_for_update().only("pk").get(pk=report.pk)
        newest = ReportOpinion.objects.filter(tenant_id=report.tenant_id, report_id=report.pk).first()
        if newest is not None and newest.opinion == opinion:
            return False
        ReportOpinion.objects.create(
            tenant_id=report.tenant_id, report_id=report.pk, opinion=opinion.value, given_at=now, way=way.value, by=by
        )
        audit_record(code="report.opinion", subject=f"report:{report.pk}", tenant_id=report.tenant_id, way=way.value)
    return True


def opinions_of(*, tenant_id: int, report_ids: Collection[int]) -> dict[int, str]:
    """Report → the firm's newest opinion of it; reports without one are left out."""
    rows = ReportOpinion.objects.filter(tenant_id=tenant_id, report_id__in=report_ids)
    newest = rows.order_by("report_id", "-given_at", "-pk").distinct("report_id")
    return dict(newest.values_list("report_id", "opinion"))


def daily_sales_note(*, tenant_id: int, yen: int, by: User, now: datetime) -> None:
    """Write down what the firm sells in a day; it counts from the next report on."""
    with tenant_scope(tenant_id):
        DailySales.objects.update_or_create(tenant_id=tenant_id, defaults={"yen": yen, "given_at": now, "by": by})
        audit_record(code="report.sales_noted", subject="firm", tenant_id=tenant_id)
