"""The SOC: its work list over all firms, and what could not be read."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from alerts.saved_filters import Place
from alerts.ui import watch, work_list
from alerts.ui.colleagues import colleagues
from alerts.ui.saved_filters import saved_filters
from alerts.ui.unreadable import reason_words
from alerts.ui.verdicts import verdicts_offered
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read

LINES_PER_PAGE = 50


@require_safe
@open_to(Kind.SOC)
def alerts(request: ActingRequest) -> HttpResponse:
    """What waits over all firms, newest first. An open page asks again every 15 seconds and gets only the table."""
    now = timezone.now()
    chosen = work_list.WatchFilter(request.GET)
    page = work_list.work_page(chosen, request.acting.user, now)
    partner_read(request, code="alerts.viewed", subject="alerts", tenant_ids=(group.tenant_id for group in page.groups))
    older = ""
    if page.older is not None:
        query = request.GET.copy()
        query["before"] = str(page.older)
        older = f"?{query.urlencode()}"
    context = {
        "rows": work_list.work_rows(page.groups, now),
        "filter": chosen,
        "older": older,
        "searched": page.searched,
        "most_searched": work_list.MOST_SEARCHED,
        "now": now,
        "refresh": chosen.before is None,
        "back": f"?{urlencode({'back': request.GET.urlencode()})}" if request.GET else "",
        "may_write": request.acting.may_write,
        "verdicts": verdicts_offered(),
        "together": gettext("同じ件(同じ脅威・向き・機器)のまだ判断していない検知も、いっしょに判断する"),
        **(
            {}
            if request.htmx
            else {
                "colleagues": colleagues(request),
                "saved": saved_filters(request, Place.ALERTS, "soc:alerts", "soc:filters"),
            }
        ),
    }
    return render(request, "soc/_alerts.html" if request.htmx else "soc/alerts.html", context)


@require_safe
@open_to(Kind.SOC)
def quarantine(request: ActingRequest) -> HttpResponse:
    """Lines and batches that could not be read: kept, never dropped."""
    page = Paginator(watch.quarantined_lines(), LINES_PER_PAGE).get_page(request.GET.get("page"))
    batches = watch.failed_batches()
    shown = {line.tenant_id for line in page.object_list} | {batch.tenant_id for batch, _given_up in batches}
    partner_read(request, code="quarantine.viewed", subject="quarantine", tenant_ids=shown)
    lines = [(line, reason_words(line.reason)) for line in page.object_list]
    return render(request, "soc/quarantine.html", {"page": page, "lines": lines, "batches": batches})
