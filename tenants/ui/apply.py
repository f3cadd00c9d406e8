"""A firm asks to take part: pages for people who have no account yet."""

from __future__ import annotations

from allauth.core.ratelimit import consume_or_429
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from tenants import selectors
from tenants.applications import application_put
from tenants.desk_contact import desk_contact
from tenants.models import Programme
from tenants.ui.forms import ApplicationForm


def _programme(programme_id: int) -> Programme:
    programme = selectors.programmes().select_related("office").filter(pk=programme_id).first()
    if programme is None:
        raise Http404
    return programme


def programmes(request: HttpRequest) -> HttpResponse:
    """Which programme; straight on when there is one."""
    choices = list(selectors.programmes().select_related("office"))
    if len(choices) == 1:
        return redirect("tenants:apply", choices[0].pk)
    return render(request, "tenants/apply_choose.html", {"programmes": choices})


def apply(request: HttpRequest, programme_id: int) -> HttpResponse:
    """The form."""
    programme = _programme(programme_id)
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if limited := consume_or_429(request, action="apply"):
            return limited  # type: ignore[no-any-return]
        with transaction.atomic():
            application_put(programme=programme, language=(get_language() or "ja")[:2], **form.values())
        return redirect("tenants:apply_thanks", programme.pk)
    context = {"programme": programme, "form": form, "desk": desk_contact(programme)}
    return render(request, "tenants/apply.html", context)


def thanks(request: HttpRequest, programme_id: int) -> HttpResponse:
    """The application has arrived; the page says what comes next."""
    programme = _programme(programme_id)
    return render(request, "tenants/apply_thanks.html", {"programme": programme, "desk": desk_contact(programme)})
