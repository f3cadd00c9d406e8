"""Behind the links of messages: confirm that an address wants a firm's notices, or end what is not critical."""

from __future__ import annotations

from allauth.core.ratelimit import consume_or_429
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from base.moves import MoveRefused
from notifications.confirm_links import ConfirmLink, ConfirmLinkUnusable, confirm_read
from notifications.contact_selectors import contact_of
from notifications.contacts import contact_confirm, topic_stop
from notifications.stop_links import StopLink, StopLinkUnreadable, stop_read
from notifications.ui.forms import TOPICS
from tenants.selectors import organisation
from tenants.tenancy.scope import tenant_scope


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows and changes nothing (mail scanners and chats open links); POST confirms."""
    if limited := consume_or_429(request, action="notice_link"):
        return limited  # type: ignore[no-any-return]
    try:
        link = confirm_read(token)
    except ConfirmLinkUnusable:
        response = render(request, "notifications/link_over.html", status=404)
    else:
        with tenant_scope(link.tenant_id):
            response = _confirm_page(request, link)
    add_never_cache_headers(response)
    return response


def _confirm_page(request: HttpRequest, link: ConfirmLink) -> HttpResponse:
    contact = contact_of(link.tenant_id, link.contact_id)
    if contact is None:
        return render(request, "notifications/link_over.html", status=404)
    if request.method == "POST":
        try:
            contact = contact_confirm(tenant_id=link.tenant_id, contact_id=link.contact_id, now=timezone.now())
        except MoveRefused:  # taken off meanwhile
            return render(request, "notifications/link_over.html", status=404)
    context = {
        "firm": organisation(link.tenant_id),
        "contact": contact,
        "topics": [label for topic, label in TOPICS.items() if topic in contact.topics],
    }
    return render(request, "notifications/confirm.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows and changes nothing; POST ends it at once, also from a mail program (RFC 8058), which has no cookie."""
    if limited := consume_or_429(request, action="notice_link"):
        return limited  # type: ignore[no-any-return]
    try:
        link = stop_read(token)
    except StopLinkUnreadable:
        response = render(request, "notifications/link_over.html", status=404)
    else:
        response = _stop_page(request, link)
    add_never_cache_headers(response)
    return response


def _stop_page(request: HttpRequest, link: StopLink) -> HttpResponse:
    if request.method == "POST":
        with tenant_scope(link.tenant_id):
            topic_stop(tenant_id=link.tenant_id, contact_id=link.contact_id, topic=link.topic, now=timezone.now())
    context = {"topic": TOPICS[link.topic], "stopped": request.method == "POST"}
    return render(request, "notifications/stop.html", context)
