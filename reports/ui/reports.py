"""Monthly reports: the list, and the paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import register_converter
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from insurance.damage import MOST_SALES
from reports.avoided import daily_sales_of
from reports.models import FormerReport
from reports.opinion import OPINIONS, opinion_of
from reports.opinions import daily_sales_note, opinion_record, opinions_of
from reports.selectors import former_report, former_reports, report_ready, reports_with_size
from reports.ui.rows import next_report_on
from reports.wording import what_changed
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


class SalesForm(forms.Form):
    """What a firm sells in a day, for the estimate in its report."""

    yen = forms.IntegerField(label=gettext_lazy("1日の売上(円)"), min_value=0, max_value=MOST_SALES)


@require_safe
@open_to(Kind.SME)
def report_list(request: ActingRequest) -> HttpResponse:
    """The firm's reports, newest first, each with its former revisions and what the firm thought of it."""
    firm = request.acting.organisation.pk
    reports = list(reports_with_size(firm))
    opinions = opinions_of(tenant_id=firm, report_ids=[report.pk for report in reports])
    former = former_reports(tenant_id=firm)
    newest = next((report for report in reports if _judged(report)), None)
    sales = daily_sales_of(firm)
    context = {
        "rows": [_row(report, former.get(report.pk, [])) for report in reports],
        "next_report": next_report_on(firm, timezone.now()),
        "newest": newest,
        "opinion": dict(OPINIONS).get(opinions.get(newest.pk, "")) if newest else None,
        "opinions": OPINIONS,
        "sales": sales,
        "sales_form": SalesForm(initial={"yen": sales}, auto_id="sales_%s"),
        "may_write": request.acting.may_write,
    }
    return render(request, "reports/reports.html", context)


def _row(report: Any, former: list[FormerReport]) -> dict[str, Any]:
    return {"report": report, "former": former, "changed": what_changed({"revision": report.revised})}


def _judged(report: Any) -> bool:
    """Whether a firm can say how satisfied it is with it: a final one that was made."""
    return report.state == report.State.READY and report.provisional_until is None


@require_POST
@open_to(Kind.SME)
def opinion(request: ActingRequest, month: date) -> HttpResponse:
    """One press on the page: how satisfied the firm is with a month's report."""
    report = report_ready(tenant_id=request.acting.organisation.pk, month=month)
    given = opinion_of(request.POST.get("opinion", ""))
    if report is None or not _judged(report) or given is None:
        raise Http404
    opinion_record(report=report, opinion=given, by=request.acting.user, now=timezone.now())
    messages.success(request, gettext("ありがとうございました。お答えを記録しました。"))
    return redirect("reports:list")


@require_POST
@open_to(Kind.SME)
def sales(request: ActingRequest) -> HttpResponse:
    """The firm writes down its sales of a day."""
    form = SalesForm(request.POST)
    if form.is_valid():
        daily_sales_note(
            tenant_id=request.acting.organisation.pk,
            yen=form.cleaned_data["yen"],
            by=request.acting.user,
            now=timezone.now(),
        )
        messages.success(request, gettext("記録しました。次の報告書から、この金額で見積もります。"))
    else:
        messages.error(request, gettext("金額が読み取れません。円の数字だけを入れてください。何も変えていません。"))
    return redirect("reports:list")


@require_safe
@open_to(Kind.SME)
def report_pdf(request: ActingRequest, month: date) -> HttpResponse:
    """One month's report as it was made; downloading it is audited."""
    firm = request.acting.organisation
    report = report_ready(tenant_id=firm.pk, month=month)
    if report is None or report.pdf is None:
        raise Http404
    name = gettext("見守り報告書_%(firm)s_%(month)s.pdf") % {"firm": firm.name, "month": f"{month:%Y-%m}"}
    return _paper(request, month, bytes(report.pdf), report.pdf_sha256, name)


@require_safe
@open_to(Kind.SME)
def former_pdf(request: ActingRequest, month: date, revision: int) -> HttpResponse:
    """A former revision of a month's report as the firm got it; downloading it is audited."""
    firm = request.acting.organisation
    former = former_report(tenant_id=firm.pk, month=month, revision=revision)
    if former is None:
        raise Http404
    name = gettext("見守り報告書_%(firm)s_%(month)s_第%(revision)s版.pdf") % {
        "firm": firm.name,
        "month": f"{month:%Y-%m}",
        "revision": revision,
    }
    return _paper(request, month, bytes(former.pdf), former.pdf_sha256, name)


def _paper(request: ActingRequest, month: date, pdf: bytes, sha256: str, name: str) -> HttpResponse:
    firm = request.acting.organisation
    audit_record(code="report.downloaded", subject=f"report:{month:%Y-%m}", tenant_id=firm.pk, sha256=sha256)
    response = HttpResponse(pdf, content_type="application/pdf")
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = disposition or "attachment"
    return response
