"""Where a firm's answer to a notice arrives: from its own pages, and from the link of a mail."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from alerts.answer_links import AnswerLink, LinkExpired, LinkUnreadable, answer_read, answer_token
from alerts.models import AlertGroup
from alerts.selectors import groups_of
from alerts.ui import listing
from incidents.answers.services import Answerer
from incidents.answers.ui.answering import answer_take, answerable, answering
from incidents.core.reading import messages_of_group, messages_read
from incidents.core.selectors import incident_of_group
from notifications.desk import desk_now
from notifications.selectors import message_by_key
from notifications.services import message_mark_answered, message_mark_read
from tenants.tenancy.scope import tenant_scope
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.addresses import published

INCIDENT = "incident"


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def answer_page(request: ActingRequest, group_id: int) -> HttpResponse:
    """A person of the firm answers; the page itself is seen when something was missing."""
    group: AlertGroup = get_object_or_404(
        groups_of(request.acting.organisation.pk).select_related("sensor", "tenant"), pk=group_id
    )
    if not answerable(group):
        raise Http404
    back = request.POST.get("back", "")
    form = None
    if request.method == "POST":
        form = answer_take(request, group, Answerer(by=request.acting.user))
        if form is None:
            mailed = messages_of_group(group)
            messages_read(mailed, by=request.acting.user, now=timezone.now(), answered=True)
            messages.success(request, gettext("お答えを記録しました。"))
            return redirect(_page_after(group, back) + "#answer")
    context = {
        "group": group,
        "row": listing.rows([group])[0],
        "may_write": request.acting.may_write,
        "answering": answering(group, action=request.path, named=True, form=form, back=back),
    }
    return render(request, "answers/answer.html", context)


def _page_after(group: AlertGroup, back: str) -> str:
    """The page the answer was pressed on: the incident's, or the notice's."""
    incident = incident_of_group(group) if back == INCIDENT else None
    if incident is not None:
        return reverse(published("incident"), args=[incident.number])
    return reverse(published("alert"), args=[group.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of a mail: GET shows and changes nothing (mail scanners open links); POST records."""
    if limited := consume_or_429(request, action="answer_notice"):
        return limited  # type: ignore[no-any-return]
    try:
        link = answer_read(token)
    except LinkUnreadable:
        response = render(request, "answers/link_over.html", {"expired": False}, status=404)
    except LinkExpired as over:
        with tenant_scope(over.link.tenant_id):
            response = _over(request, over.link)
    else:
        with tenant_scope(link.tenant_id):
            response = _page(request, link)
    add_never_cache_headers(response)
    return response


def _over(request: HttpRequest, link: AnswerLink) -> HttpResponse:
    group = groups_of(link.tenant_id).select_related("tenant").filter(pk=link.group_id).first()
    context: dict[str, Any] = {"expired": True, "desk": desk_now(group.tenant) if group else None, "group": group}
    return render(request, "answers/link_over.html", context, status=410)


def _page(request: HttpRequest, link: AnswerLink) -> HttpResponse:
    group = groups_of(link.tenant_id).select_related("sensor", "tenant").filter(pk=link.group_id).first()
    message = message_by_key(tenant_id=link.tenant_id, key=link.mail_key)
    if group is None or message is None:
        return render(request, "answers/link_over.html", {"expired": False}, status=404)
    form = None
    if request.method == "POST":
        form = answer_take(request, group, Answerer(contact=message.addressee))
        if form is None:
            message_mark_answered(message=message, now=timezone.now())
            return redirect(request.path)
    context = {
        "group": group,
        "row": listing.rows([group])[0],
        "desk": desk_now(group.tenant),
        "may_write": True,
        "answering": answering(group, action=request.path, named=False, form=form),
        "token": answer_token(link),
    }
    return render(request, "answers/by_mail.html", context)


@require_POST
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody touched the page behind a link, as no scanner does: its message was read. Says nothing in return."""
    if limited := consume_or_429(request, action="notice_link"):
        return limited  # type: ignore[no-any-return]
    with suppress(LinkUnreadable, LinkExpired):
        link = answer_read(token)
        with tenant_scope(link.tenant_id):
            message = message_by_key(tenant_id=link.tenant_id, key=link.mail_key)
            if message is not None:
                message_mark_read(message=message, now=timezone.now())
    return HttpResponse(status=204)
