"""The office decides about applications."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from tenants.applications import application_approve, application_find, application_reject, applications_of
from tenants.mailing import address_of
from tenants.models import Application, Organisation
from tenants.selectors import programmes_of_office
from tenants.ui.forms import RejectionForm
from tenants.ui.guard import ActingRequest, open_to

OFFICE = Organisation.Kind.OFFICE


@require_safe
@open_to(OFFICE)
def application_list(request: ActingRequest) -> HttpResponse:
    """Waiting applications first."""
    programmes = list(programmes_of_office(office_id=request.acting.organisation.pk))
    rows = list(applications_of(programme_ids=[programme.pk for programme in programmes])[:500])
    return render(
        request,
        "tenants/applications.html",
        {
            "forms": [
                {"name": programme.name, "address": address_of(reverse("tenants:apply", args=[programme.pk]))}
                for programme in programmes
            ],
            "waiting": [row for row in rows if row.state == Application.State.WAITING],
            "decided": sorted(
                (row for row in rows if row.decided_at is not None), key=lambda row: row.decided_at, reverse=True
            ),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(OFFICE)
def application(request: ActingRequest, application_id: UUID) -> HttpResponse:
    """One application, and yes or no."""
    row = application_find(application_id=application_id)
    if row is None:
        raise Http404
    form = RejectionForm(request.POST if request.POST.get("action") == "reject" else None)
    if request.method == "POST":
        if request.POST.get("action") == "approve":
            return _approve(request, row)
        if form.is_valid():
            return _reject(request, row, form.cleaned_data["reason"])
    return render(request, "tenants/application.html", {"application": row, "form": form})


def _approve(request: ActingRequest, application: Application) -> HttpResponse:
    if application_approve(application=application, by=request.user) is None:
        messages.error(request, gettext("この申込みは、すでにほかの方が決めました。"))
    else:
        messages.success(
            request, gettext("%(name)sの参加を承認し、招待のメールを送ります。") % {"name": application.name}
        )
    return redirect("tenants:applications")


def _reject(request: ActingRequest, application: Application, reason: str) -> HttpResponse:
    if application_reject(application=application, by=request.user, reason=reason):
        messages.success(request, gettext("お断りのメールを送ります。"))
    else:
        messages.error(request, gettext("この申込みは、すでにほかの方が決めました。"))
    return redirect("tenants:applications")
