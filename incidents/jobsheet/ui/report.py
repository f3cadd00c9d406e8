"""The report: given by the vendor, read and marked by the firm, on the vendor's phone or in the portal; its paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.moves import MoveRefused, Party, ReasonMissing
from incidents.jobsheet import paper, reporting, selectors
from incidents.jobsheet.services import OPEN, KeyTaken, SheetClosed
from incidents.jobsheet.ui.entries import sheet_closed_words
from incidents.jobsheet.ui.forms import ReportForm, SignForm
from incidents.jobsheet.ui.pdf import pdf_answer
from incidents.models import Job, JobReport, SignOff
from incidents.states.job import JobState
from tenants.audit.record import audit_record_for
from tenants.models import Organisation
from tenants.ui.guard import ActingRequest, open_to
from web.refusals import RefusalWords, refusals_shown

VENDOR, FIRM = Organisation.Kind.VENDOR, Organisation.Kind.SME
REPORTED_ALREADY: RefusalWords = dict.fromkeys(
    (SheetClosed, MoveRefused), gettext_lazy("この作業は、もう報告されています。")
)
REPORT_MISTAKES: RefusalWords = {
    reporting.TimerRuns: gettext_lazy("時間の計測が動いています。止めてから報告してください。"),
    ReasonMissing: gettext_lazy("したことと結果を書いてください。"),
}
CHECKED_ALREADY = gettext_lazy("この報告は、もう確認されています。")
SIGNED_ALREADY: RefusalWords = {
    SheetClosed: lambda shut: sheet_closed_words(shut) if shut.state == "working" else CHECKED_ALREADY,
    **dict.fromkeys((MoveRefused, ReasonMissing), CHECKED_ALREADY),
}
SIGN_MISTAKES: RefusalWords = {
    reporting.VersionOld: gettext_lazy("報告が新しくなりました。もう一度読んでから、確認してください。"),
    **dict.fromkeys(
        (reporting.MarkWrong, KeyTaken),
        gettext_lazy("しるしを読み取れませんでした。消してから、書き直してください。"),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(VENDOR)
def report(request: ActingRequest, job_id: int) -> HttpResponse:
    """Write the report's words and hand it over; afterwards: read it as the firm does."""
    job = _job(job_id)
    isolated = selectors.isolated_machines(job)
    form = ReportForm(request.POST if request.method == "POST" else None, isolated=isolated)
    if request.method == "POST" and form.is_valid() and _given(request, job, form):
        return redirect("jobsheet:report", job.pk)
    newest = selectors.report_of(job.pk)
    if newest is not None and request.method != "POST":
        words = {name: newest.content.get(name, "") for name in ("summary", "result", "advice")}
        form = ReportForm(initial=words, isolated=isolated)
    context = {
        "job": job,
        "form": form,
        "open": job.state in OPEN,
        "may_write": request.acting.may_write,
        "minutes": sum(selectors.minutes_of(job.pk).values()),
        **_read(newest),
    }
    return render(request, "jobsheet/report.html", context, status=422 if form.errors else 200)


def _given(request: ActingRequest, job: Job, form: ReportForm) -> bool:
    data = form.cleaned_data
    with refusals_shown(request, REPORTED_ALREADY, form=form, form_words=REPORT_MISTAKES):
        reporting.report_give(
            job_id=job.pk,
            key=data["key"],
            summary=data["summary"],
            result=data["result"],
            advice=data["advice"],
            by=request.user,
            now=timezone.now(),
            keep_isolated=data.get("keep_isolated", False),
        )
        messages.success(request, gettext("報告しました。会社の方に確認のしるしをもらってください。"))
    return not form.errors


@require_POST
@open_to()
def report_reopen(request: ActingRequest, job_id: int) -> HttpResponse:
    """Back to work: by the vendor (something to mend) or the firm (something is still wrong), with a reason."""
    party = {VENDOR: Party.VENDOR, FIRM: Party.FIRM}.get(Organisation.Kind(request.acting.kind))
    if party is None:
        raise Http404
    job = _job(job_id)
    words = gettext("戻せませんでした。理由を書いてください。確認が済んだ作業は戻せません。")
    with refusals_shown(request, {ReasonMissing: words, MoveRefused: words}):
        reporting.report_reopen(
            job_id=job.pk, party=party, reason=request.POST.get("reason", ""), by=request.user, now=timezone.now()
        )
        messages.success(request, gettext("作業中に戻しました。"))
    return redirect("jobsheet:sheet" if party == Party.VENDOR else "jobsheet:firm_report", job.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(VENDOR, writer=True)
def sign(request: ActingRequest, job_id: int) -> HttpResponse:
    """The phone is handed to the firm: what was done, in plain words, and a field to draw in."""
    return _signing(request, job_id, SignOff.Place.VENDOR_DEVICE, "jobsheet/sign.html", "jobsheet:report")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(FIRM)
def firm_report(request: ActingRequest, job_id: int) -> HttpResponse:
    """The firm reads what was done at its place, marks it as read, or says what is still wrong."""
    return _signing(request, job_id, SignOff.Place.PORTAL, "jobsheet/firm_report.html", "jobsheet:firm_report")


def _signing(request: ActingRequest, job_id: int, place: str, template: str, then: str) -> HttpResponse:
    job = _job(job_id)
    newest = selectors.report_of(job.pk)
    form = SignForm(request.POST if request.method == "POST" else None, initial=_sign_initial(newest, place, request))
    if request.method == "POST":
        if newest is None:
            raise Http404
        if form.is_valid() and _signed(request, job, form, place):
            return redirect(then, job.pk)
    context = {
        "job": job,
        "form": form,
        "waiting": job.state == JobState.REPORTED and request.acting.may_write,
        "evidence": selectors.evidence_of(job.pk),
        "watch": selectors.watch_of(job.pk),
        **_read(newest),
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _sign_initial(newest: JobReport | None, place: str, request: ActingRequest) -> dict[str, Any]:
    name = request.user.full_name if place == SignOff.Place.PORTAL else ""
    return {"sha256": newest.sha256 if newest else "", "name": name}


def _signed(request: ActingRequest, job: Job, form: SignForm, place: str) -> bool:
    data = form.cleaned_data
    with refusals_shown(request, SIGNED_ALREADY, form=form, form_words=SIGN_MISTAKES):
        reporting.report_sign(
            job_id=job.pk,
            key=data["key"],
            sha256=data["sha256"],
            name=data["name"],
            strokes=data["strokes"] or [],
            remark=data["remark"],
            place=place,
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, gettext("確認のしるしを受け取りました。"))
    return not form.errors


@require_safe
@open_to()
def report_pdf(request: ActingRequest, job_id: int, audience: str) -> HttpResponse:
    """The newest report on paper: `plain` for the firm, `full` for the record."""
    job = _job(job_id)
    newest = selectors.report_of(job.pk)
    if newest is None:
        raise Http404
    subject = f"job:{job.number}"
    audit_record_for([job.tenant_id], code="job.report_read", subject=subject, audience=audience, sha256=newest.sha256)
    name = gettext("作業報告書_%(number)s_%(version)s版.pdf") % {"number": job.number, "version": newest.version}
    mark = selectors.signoff_of(newest)
    return pdf_answer(request, name, lambda: paper.report_pdf(newest, audience, mark))


def _read(newest: JobReport | None) -> dict[str, Any]:
    mark = selectors.signoff_of(newest)
    return {
        "report": newest,
        "report_words": paper.content_in_words(newest.content) if newest else None,
        "mark": mark,
        "drawn": paper.drawn(mark),
    }


def _job(job_id: int) -> Job:
    job: Job = get_object_or_404(selectors.jobs(), pk=job_id)
    return job
