"""Named reads of reports. They need the open scope of a firm or of a person who may see it."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Length

from reports.models import FormerReport, MonthlyReport
from reports.months import Month


def reports_of(*, tenant_id: int) -> QuerySet[MonthlyReport]:
    """A firm's reports, newest month first, without the PDFs themselves."""
    return MonthlyReport.objects.filter(tenant_id=tenant_id).defer("pdf", "figures", "basis").order_by("-month")


def report_pdf(*, tenant_id: int, month: date) -> bytes | None:
    """The PDF of the firm's report of the month that begins on `month`; None when there is none ready."""
    rows = MonthlyReport.objects.filter(tenant_id=tenant_id, month=month, state=MonthlyReport.State.READY)
    pdf = rows.values_list("pdf", flat=True).first()
    return None if pdf is None else bytes(pdf)


def firms_unreported(*, month: Month) -> list[int]:
    """Firms that took part in the month and have no final report of it (a door of docs/access.md: ids only)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM sec.unreported_firms(%s, %s)", [month.first, month.last])
        return [row[0] for row in cursor.fetchall()]


def reports_unmade(*, how_many: int, most_attempts: int) -> list[tuple[int, int]]:
    """(tenant_id, report_id) of reports to be made now, oldest first (a door of docs/access.md: ids only)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, report_id FROM sec.unmade_reports(%s, %s)", [how_many, most_attempts])
        return list(cursor.fetchall())


def report_ready(*, tenant_id: int, month: date) -> MonthlyReport | None:
    """The firm's report of the month that begins on `month`, with its PDF; None when there is none ready."""
    rows = MonthlyReport.objects.filter(tenant_id=tenant_id, month=month, state=MonthlyReport.State.READY)
    return rows.defer("figures").first()


def reports_with_size(tenant_id: int) -> QuerySet[MonthlyReport]:
    """Newest month first, each with `size` in bytes and what its revision changed (`revised`, None for the first).

    Neither the PDF nor the figures are loaded.
    """
    return reports_of(tenant_id=tenant_id).annotate(size=Length("pdf"), revised=KeyTransform("revision", "figures"))


def former_reports(*, tenant_id: int) -> dict[int, list[FormerReport]]:
    """Report → its former revisions, the newest first, without figures and PDFs."""
    rows: dict[int, list[FormerReport]] = {}
    for former in FormerReport.objects.filter(tenant_id=tenant_id).defer("pdf", "figures"):
        rows.setdefault(former.report_id, []).append(former)
    return rows


def former_report(*, tenant_id: int, month: date, revision: int) -> FormerReport | None:
    """A former revision of the report of the month that begins on `month`, with its PDF."""
    rows = FormerReport.objects.filter(tenant_id=tenant_id, report__month=month, revision=revision)
    return rows.defer("figures").first()


def report_of_link(*, tenant_id: int, report_id: int) -> MonthlyReport | None:
    """The final report a link of a mail is about, in the firm's scope."""
    rows = MonthlyReport.objects.filter(tenant_id=tenant_id, pk=report_id, provisional_until__isnull=True)
    return rows.select_related("tenant").defer("pdf", "figures").first()
