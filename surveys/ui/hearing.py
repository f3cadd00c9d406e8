"""The vendor's ten questions after a job."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from incidents.jobsheet.selectors import jobs
from incidents.models import Job
from incidents.states.job import JobState
from surveys.selectors import jobs_heard
from surveys.services import Answered, hearing_put
from surveys.ui.forms import HearingForm
from tenants.ui.guard import ActingRequest, Kind, open_to

ASKED_IN = (JobState.REPORTED, JobState.SIGNED, JobState.CLOSED)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.VENDOR)
def hearing(request: ActingRequest, job_id: int) -> HttpResponse:
    """Once per job, from its report on, as long as the vendor sees the job."""
    # Whoever holds the job's grant sees its row; nobody else does.
    job = jobs().filter(pk=job_id).first()
    if job is None:
        raise Http404
    given = job.pk in jobs_heard([job.pk])
    context = {"job": job, "given": given, "early": job.state not in ASKED_IN}
    if given or context["early"]:
        return render(request, "surveys/hearing.html", context) if request.method != "POST" else _back(job)
    form = HearingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            acting = request.acting
            hearing_put(
                job=job,
                vendor_id=acting.organisation.pk,
                answers=form.cleaned_data,
                by=acting.user,
                now=timezone.now(),
            )
            messages.success(request, gettext("ありがとうございました。回答を受け取りました。"))
        except Answered:
            messages.info(request, gettext("この作業の回答は、もう受け取っています。"))
        return _back(job)
    return render(request, "surveys/hearing.html", {**context, "form": form})


def _back(job: Job) -> HttpResponse:
    return redirect("surveys:hearing", job.pk)
