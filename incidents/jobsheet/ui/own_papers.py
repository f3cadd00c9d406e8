"""The vendor's own papers of finished jobs: a list, and each on paper.

What is read stands in the trail under no firm: the vendor reads what it wrote, and has no way to the firm any more.
"""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from incidents.jobsheet import paper
from incidents.jobsheet.own_papers import OwnPaper, own_paper, own_papers
from incidents.jobsheet.ui.invoices import TONES, payer_of
from incidents.jobsheet.ui.pdf import pdf_answer
from incidents.models import INVOICE_STATES, Job
from tenants.audit.record import audit_record_for
from tenants.models import Organisation
from tenants.ui.guard import ActingRequest, open_to

VENDOR = Organisation.Kind.VENDOR


@require_safe
@open_to(VENDOR)
def paper_list(request: ActingRequest) -> HttpResponse:
    """Finished jobs with what was billed, newest first."""
    kinds, states = dict(Job.Kind.choices), dict(INVOICE_STATES)
    rows = [
        {
            "line": line,
            "kind": kinds[line.kind],
            "state": states[line.invoice_state] if line.invoice_state else "",
            "tone": TONES[line.invoice_state] if line.invoice_state else "",
        }
        for line in own_papers()
    ]
    return render(request, "jobsheet/own_papers.html", {"rows": rows})


@require_safe
@open_to(VENDOR)
def own_report(request: ActingRequest, job_id: int) -> HttpResponse:
    """The newest report in full."""
    kept = _kept(job_id)
    audit_record_for([None], code="job.own_report_read", subject=f"job:{job_id}", sha256=kept.report.sha256)
    name = gettext("作業報告書_%(number)s.pdf") % {"number": kept.report.content["job"]["number"]}
    return pdf_answer(request, name, lambda: paper.report_pdf(kept.report, "full", kept.mark))


@require_safe
@open_to(VENDOR)
def own_invoice(request: ActingRequest, job_id: int) -> HttpResponse:
    """The invoice that stands."""
    kept = _kept(job_id)
    if kept.invoice is None:
        raise Http404
    invoice, about = kept.invoice, kept.report.content
    audit_record_for([None], code="invoice.own_read", subject=f"job:{invoice.job_number}")
    first = about["job"]["kind"] == Job.Kind.FIRST_RESPONSE
    payer = payer_of(invoice, about["job"]["kind"], about["firm"])
    name = gettext("請求書_%(number)s.pdf") % {"number": invoice.number}
    return pdf_answer(request, name, lambda: paper.invoice_pdf(invoice, about["firm"], payer, first_response=first))


def _kept(job_id: int) -> OwnPaper:
    kept = own_paper(job_id)
    if kept is None:
        raise Http404
    return kept
