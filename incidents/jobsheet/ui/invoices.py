"""Invoices: the vendor's own page, and the office's list of what is to be settled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.moves import MoveRefused, Party, ReasonMissing
from incidents.jobsheet import billing, paper, selectors, wording
from incidents.jobsheet.invoicing import (
    RATES,
    FeeTerms,
    InvoiceWrong,
    Line,
    due_day,
    margin_yen,
    vendor_fee_yen,
    yen_per_hour,
)
from incidents.jobsheet.services import KeyTaken, SheetClosed
from incidents.jobsheet.ui.forms import KeyedForm
from incidents.jobsheet.ui.pdf import pdf_answer
from incidents.models import INVOICE_STATES, ROUNDINGS, Invoice, Job
from incidents.states.invoice import InvoiceState, Rounding
from tenants.audit.record import audit_record_for
from tenants.models import Organisation
from tenants.selectors import enrolment_current, programme_of
from tenants.tenancy.scope import tenant_scope
from tenants.ui.guard import ActingRequest, open_to
from web.refusals import RefusalWords, refusals_shown

EMPTY_LINES = 5
TONES = {"issued": "info", "returned": "attention", "settled": "safe", "void": "neutral"}


class InvoiceForm(KeyedForm):
    """The head of an invoice."""

    what = "invoice"
    number = forms.CharField(label=_("請求書番号"), max_length=40, help_text=_("あなたの会社の番号"))
    registration = forms.CharField(
        label=_("登録番号(インボイス)"),
        max_length=60,
        required=False,
        help_text=_("Tと13桁の数字。免税の場合は空のままにします。"),
    )
    tax_included = forms.TypedChoiceField(
        label=_("単価"), choices=[("1", _("税込")), ("0", _("税抜"))], coerce=lambda value: value == "1"
    )
    rounding = forms.ChoiceField(label=_("消費税の端数"), choices=ROUNDINGS)
    due_on = forms.DateField(
        label=_("支払期限"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
        help_text=_("空のままにすると、来月の末日になります。"),
    )

    def clean_due_on(self) -> date:
        """A day that can still be kept, within a year."""
        today = timezone.localdate()
        day: date = self.cleaned_data["due_on"] or due_day(today)
        if not today <= day <= today + timedelta(days=366):
            raise forms.ValidationError(gettext("今日から1年以内の日を入れてください。"))
        return day


class LineForm(forms.Form):
    """One line; one without words and price is left out."""

    words = forms.CharField(label=_("内容"), max_length=100, required=False)
    quantity = forms.IntegerField(label=_("数量"), min_value=1, max_value=10_000, required=False)
    unit = forms.CharField(label=_("単位"), max_length=10, required=False)
    unit_price_yen = forms.IntegerField(label=_("単価(円)"), required=False)
    rate = forms.TypedChoiceField(label=_("税率"), choices=[(r, f"{r}%") for r in RATES], coerce=int, required=False)

    def line(self) -> Line | None:
        """What was typed; None when nothing was."""
        data = self.cleaned_data
        if not data["words"] and data["unit_price_yen"] is None:
            return None
        rate = data["rate"] if data["rate"] != "" else RATES[0]
        return Line(data["words"], data["quantity"] or 1, data["unit"], data["unit_price_yen"] or 0, rate)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Organisation.Kind.VENDOR)
def invoice(request: ActingRequest, job_id: int) -> HttpResponse:
    """The vendor bills the job; afterwards: what was billed, and withdrawing it."""
    job = _job(job_id)
    posted = request.POST if request.method == "POST" else None
    standing = selectors.invoice_of_job(job.pk)
    form = InvoiceForm(posted, initial=_initial(request, job))
    lines = [LineForm(posted, prefix=f"line{n}", initial=_line_initial(job, n)) for n in range(EMPTY_LINES)]
    right = posted is not None and all([form.is_valid(), *(line.is_valid() for line in lines)])
    if right and _issued(request, job, form, [line for form_line in lines if (line := form_line.line()) is not None]):
        return redirect("jobsheet:invoice", job.pk)
    minutes = sum(selectors.minutes_of(job.pk).values())
    context = {
        "job": job,
        "form": form,
        "lines": lines,
        "invoice": standing,
        "billed_lines": selectors.lines_of(standing) if standing else [],
        "totals": selectors.totals_of(standing) if standing else [],
        "tone": TONES[standing.state] if standing else "",
        "issuer": paper.issuer_words(standing) if standing else billing.issuer_of(request.acting.organisation),
        "owner": request.acting.role == "owner",
        "open": job.state in billing.BILLABLE,
        "may_write": request.acting.may_write,
        "minutes": minutes,
        "hourly": yen_per_hour(standing.total_yen, minutes) if standing else None,
    }
    return render(request, "jobsheet/invoice.html", context, status=422 if form.errors else 200)


def _initial(request: ActingRequest, job: Job) -> dict[str, Any]:
    last = selectors.last_invoice_of(vendor_id=request.acting.organisation.pk)
    return {
        "number": f"{timezone.localdate():%Y%m%d}-{job.number}",
        "registration": last.registration_number if last else "",
        "tax_included": "1" if last is None or last.tax_included else "0",
        "rounding": last.rounding if last else Rounding.DOWN,
        "due_on": due_day(timezone.localdate()),
    }


def _line_initial(job: Job, place: int) -> dict[str, Any]:
    words = {"words": job.get_kind_display(), "quantity": 1, "unit": gettext("式")} if place == 0 else {}
    return {"rate": RATES[0]} | words


ISSUE_REFUSALS: RefusalWords = {
    SheetClosed: _("請求書は、作業の報告をしてから出せます。"),
    **dict.fromkeys(
        (billing.InvoiceExists, KeyTaken),
        _("この作業の請求書は、もう出ています。直すときは取り消してから出します。"),
    ),
}


def _issued(request: ActingRequest, job: Job, form: InvoiceForm, lines: list[Line]) -> bool:
    data = form.cleaned_data
    try:
        with refusals_shown(request, ISSUE_REFUSALS):
            billing.invoice_issue(
                job_id=job.pk,
                key=data["key"],
                number=data["number"],
                registration=data["registration"],
                tax_included=data["tax_included"],
                rounding=Rounding(data["rounding"]),
                lines=lines,
                due_on=data["due_on"],
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, gettext("請求書を出しました。"))
    except InvoiceWrong as wrong:
        form.add_error("registration" if wrong.code == "registration" else None, wording.INVOICE_PROBLEMS[wrong.code])
        return False
    return True


@require_POST
@open_to(Organisation.Kind.VENDOR)
def invoice_withdraw(request: ActingRequest, job_id: int) -> HttpResponse:
    """Take the invoice back, with a reason."""
    standing = selectors.invoice_of_job(_job(job_id).pk)
    if standing is None:
        raise Http404
    _move(request, standing, InvoiceState.VOID, Party.VENDOR, gettext("請求書を取り消しました。"))
    return redirect("jobsheet:invoice", job_id)


@require_safe
@open_to()
def invoice_pdf(request: ActingRequest, job_id: int) -> HttpResponse:
    """The invoice on paper, for whoever may read it."""
    invoice = get_object_or_404(selectors.standing_invoices(), job_id=job_id)
    subject = f"job:{invoice.job_number}"
    audit_record_for([invoice.tenant_id], code="invoice.read", subject=subject)
    report = selectors.report_of(job_id)
    firm = report.content["firm"] if report else ""
    kind = report.content["job"]["kind"] if report else ""
    payer = payer_of(invoice, kind, firm) if report else ""
    help_at_once = kind == Job.Kind.FIRST_RESPONSE
    name = gettext("請求書_%(number)s.pdf") % {"number": invoice.number}
    return pdf_answer(request, name, lambda: paper.invoice_pdf(invoice, firm, payer, first_response=help_at_once))


def payer_of(invoice: Invoice, kind: str, firm: str) -> str:
    """A firm owes for first response, whatever its cover pays of it (OSK 6.1.1); boxes are the programme's matter."""
    if kind == Job.Kind.FIRST_RESPONSE:
        return firm
    with tenant_scope(invoice.tenant_id):
        return str(programme_of(tenant_id=invoice.tenant_id).office.name)


@require_safe
@open_to(Organisation.Kind.OFFICE)
def invoices(request: ActingRequest) -> HttpResponse:
    """The office's list: what waits, then what is settled; with what stays of each bill."""
    rows = list(selectors.standing_invoices().select_related("tenant").order_by("-issued_at")[:300])
    audit_record_for(sorted({row.tenant_id for row in rows}) or [None], code="invoices.viewed", subject="invoices")
    lines = [_office_row(row) for row in rows]
    waiting = [line for line in lines if line["invoice"].state == InvoiceState.ISSUED]
    context = {
        "waiting": waiting,
        "waiting_yen": sum(line["invoice"].total_yen for line in waiting),
        "others": [line for line in lines if line not in waiting],
        "may_write": request.acting.may_write,
    }
    return render(request, "jobsheet/invoices.html", context)


def _office_row(row: Invoice) -> dict[str, Any]:
    enrolment = enrolment_current(tenant_id=row.tenant_id)
    terms = billing.fee_terms(programme_id=enrolment.programme_id, at=row.issued_at) if enrolment else FeeTerms()
    fee = vendor_fee_yen(terms, on_site=row.on_site, minutes=row.minutes) if terms.agreed else None
    return {
        "invoice": row,
        "state": dict(INVOICE_STATES)[row.state],
        "tone": TONES[row.state],
        "fee": fee,
        "margin": margin_yen(row.total_yen, terms, on_site=row.on_site, minutes=row.minutes),
        "hourly": yen_per_hour(row.total_yen, row.minutes),
    }


@require_POST
@open_to(Organisation.Kind.OFFICE)
def invoice_settle(request: ActingRequest, invoice_id: int) -> HttpResponse:
    """The office settles an invoice or sends it back with a reason."""
    invoice = get_object_or_404(selectors.invoices(), pk=invoice_id)
    if request.POST.get("to") == InvoiceState.RETURNED:
        _move(request, invoice, InvoiceState.RETURNED, Party.OFFICE, gettext("請求書を差し戻しました。"))
    else:
        _move(request, invoice, InvoiceState.SETTLED, Party.OFFICE, gettext("精算済みにしました。"))
    return redirect("jobsheet:invoices")


def _move(request: ActingRequest, invoice: Invoice, to: InvoiceState, party: Party, done: str) -> None:
    reason = request.POST.get("reason", "")
    words = gettext("できませんでした。理由を書いてください。精算済みの請求書は変えられません。")
    with refusals_shown(request, {ReasonMissing: words, MoveRefused: words}):
        billing.invoice_move(
            invoice_id=invoice.pk, to=to, party=party, by=request.user, now=timezone.now(), reason=reason
        )
        messages.success(request, done)


def _job(job_id: int) -> Job:
    job: Job = get_object_or_404(selectors.jobs(), pk=job_id)
    return job
