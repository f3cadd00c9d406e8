"""The SOC: what was seen over all firms, and what could not be read."""

from __future__ import annotations

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.models import AlertGroup
from alerts.ui import listing, watch
from alerts.ui.unreadable import reason_words
from sensors.orders import suppressed_signatures
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read

LINES_PER_PAGE = 50


@require_safe
@open_to(Kind.SOC)
def alerts(request: ActingRequest) -> HttpResponse:
    """The newest groups of all firms. An open page asks again every 15 seconds and gets only the table."""
    now = timezone.now()
    chosen = watch.WatchFilter(request.GET)
    groups = watch.newest_groups(chosen, now)
    partner_read(request, code="alerts.viewed", subject="alerts", tenant_ids=(group.tenant_id for group in groups))
    older = ""
    if len(groups) == watch.NEWEST:
        query = request.GET.copy()
        query["before"] = groups[-1].last_at.isoformat()
        older = f"?{query.urlencode()}"
    context = {
        "rows": listing.rows(groups),
        "suppressed": suppressed_groups(groups, now),
        "filter": chosen,
        "older": older,
        "now": now,
        "refresh": chosen.before is None,
    }
    return render(request, "soc/_alerts.html" if request.htmx else "soc/alerts.html", context)


def suppressed_groups(groups: list[AlertGroup], now: datetime) -> set[int]:
    """Those whose signature is let be at their box at this moment; one read for the whole list."""
    boxes = suppressed_signatures(sensor_ids={group.sensor_id for group in groups}, now=now)
    return {group.pk for group in groups if (group.sensor_id, group.signature_id) in boxes}


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
