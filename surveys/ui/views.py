"""The firm's answer, behind the link in its mail: no log-in."""

from __future__ import annotations

from allauth.core.ratelimit import consume_or_429
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from notifications.mail import recipient_of
from surveys import doors
from surveys.models import FeedbackRequest
from surveys.rules import Kind
from surveys.selectors import requests
from surveys.services import Answered, feedback_take, token_hash
from surveys.ui.forms import FeedbackForm, HelpFeedbackForm
from tenants.desk_contact import desk_contact
from tenants.tenancy.scope import tenant_scope


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the questions and changes nothing (mail scanners open links); POST stores the answer once."""
    if limited := consume_or_429(request, action="feedback"):
        return limited  # type: ignore[no-any-return]
    ids = doors.request_of_link(token_hash(token))
    if ids is None:
        response = render(request, "surveys/over.html", {"unknown": True}, status=404)
    else:
        with tenant_scope(ids[0]):
            response = _answer(request, requests().get(pk=ids[1]))
    add_never_cache_headers(response)
    return response


def _answer(request: HttpRequest, feedback_request: FeedbackRequest) -> HttpResponse:
    recipient = recipient_of(tenant_id=feedback_request.tenant_id)
    context = {
        "feedback_request": feedback_request,
        "firm": recipient.name,
        "desk": desk_contact(recipient.programme),
    }
    now = timezone.now()
    if feedback_request.answered_at is not None or feedback_request.expires_at <= now:
        return render(request, "surveys/over.html", context, status=410)
    kind = FeedbackForm if feedback_request.kind == Kind.DESK else HelpFeedbackForm
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            feedback_take(request_id=feedback_request.pk, now=now, **form.cleaned_data)
        except Answered:
            return render(request, "surveys/over.html", context, status=410)
        return render(request, "surveys/thanks.html", context)
    return render(request, "surveys/feedback.html", {**context, "form": form})
