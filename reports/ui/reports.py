"""Monthly reports: the list, and the paper."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import register_converter
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from reports.selectors import report_ready, reports_with_size
from reports.ui.rows import next_report_on
from tenants.audit.record import audit_record
from tenants.ui.guard import ActingRequest, Kind, open_to


class MonthConverter:
    """`2026-10` in an address ↔ the first day of that month."""

    regex = r"20\d\d-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        """The first day of the month."""
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        """Year and month."""
        return f"{value:%Y-%m}"


register_converter(MonthConverter, "month")


@require_safe
@open_to(Kind.SME)
def report_list(request: ActingRequest) -> HttpResponse:
    """The firm's reports, newest first."""
    firm = request.acting.organisation.pk
    context = {"reports": reports_with_size(firm), "next_report": next_report_on(firm, timezone.now())}
    return render(request, "reports/reports.html", context)


@require_safe
@open_to(Kind.SME)
def report_pdf(request: ActingRequest, month: date) -> HttpResponse:
    """One month's report as it was made; downloading it is audited."""
    firm = request.acting.organisation
    report = report_ready(tenant_id=firm.pk, month=month)
    if report is None or report.pdf is None:
        raise Http404
    audit_record(code="report.downloaded", subject=f"report:{month:%Y-%m}", tenant_id=firm.pk, sha256=report.pdf_sha256)
    response = HttpResponse(bytes(report.pdf), content_type="application/pdf")
    name = gettext("見守り報告書_%(firm)s_%(month)s.pdf") % {"firm": firm.name, "month": f"{month:%Y-%m}"}
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = disposition or "attachment"
    return response
