"""Behind the link in a report's mail: how satisfied the firm is with it. No log-in."""

from __future__ import annotations

from allauth.core.ratelimit import consume_or_429
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from notifications.selectors import message_by_key
from notifications.services import message_mark_answered
from reports.opinion import OPINIONS, opinion_of
from reports.opinion_links import LinkExpired, LinkUnreadable, OpinionLink, opinion_read
from reports.opinions import opinion_record, opinions_of
from reports.selectors import report_of_link
from tenants.tenancy.scope import tenant_scope


@require_http_methods(["GET", "HEAD", "POST"])
def by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows and changes nothing (mail scanners open links); POST records."""
    if limited := consume_or_429(request, action="report_opinion"):
        return limited  # type: ignore[no-any-return]
    try:
        link = opinion_read(token)
    except LinkUnreadable:
        response = _over(request, 404)
    except LinkExpired:
        response = _over(request, 410)
    else:
        with tenant_scope(link.tenant_id):
            response = _page(request, link)
    add_never_cache_headers(response)
    return response


def _over(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "reports/opinion_over.html", {"expired": status == 410}, status=status)


def _page(request: HttpRequest, link: OpinionLink) -> HttpResponse:
    report = report_of_link(tenant_id=link.tenant_id, report_id=link.report_id)
    message = message_by_key(tenant_id=link.tenant_id, key=link.mail_key)
    if report is None or message is None:
        return _over(request, 404)
    pressed = opinion_of(request.POST.get("opinion", ""))
    if request.method == "POST" and pressed is not None:
        now = timezone.now()
        opinion_record(report=report, opinion=pressed, by=None, now=now)
        message_mark_answered(message=message, now=now)
        return redirect(request.path)
    given = opinions_of(tenant_id=link.tenant_id, report_ids=[report.pk]).get(report.pk)
    context = {
        "report": report,
        "given": dict(OPINIONS).get(given, "") if given else "",
        "chosen": opinion_of(request.GET.get("opinion", "")),
        "opinions": OPINIONS,
    }
    return render(request, "reports/opinion.html", context)
