"""A firm's monthly reports without their bytes."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Length

from reports.models import MonthlyReport


def report_rows(tenant_id: int) -> QuerySet[MonthlyReport]:
    """Newest month first, each with `size` in bytes; neither the PDF nor the figures are loaded."""
    rows: QuerySet[MonthlyReport] = MonthlyReport.objects.filter(tenant_id=tenant_id).defer("pdf", "figures")
    return rows.annotate(size=Length("pdf")).order_by("-month")


def latest_report(tenant_id: int) -> MonthlyReport | None:
    """The newest report that can be read."""
    return report_rows(tenant_id).filter(state=MonthlyReport.State.READY).first()
