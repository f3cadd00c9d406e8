"""A single detection as the box sent it, for the firm it is about and whoever helps it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alerts.selectors import detections_of, groups_of, raw_event
from alerts.ui.facts import alert_row
from alerts.ui.listing import rows
from alerts.ui.records import record_parts, record_text
from tenants.ui.guard import ActingRequest, Kind, open_to


@require_safe
@open_to(Kind.SME)
def record(request: ActingRequest, group_id: int, epoch: int, seq: int) -> HttpResponse:
    """The record of one detection of the firm's own notice, read back from the archive.

    Says so when retention has dropped it.
    """
    group = get_object_or_404(groups_of(request.acting.organisation.pk).select_related("sensor"), pk=group_id)
    alert = detections_of(group).filter(epoch=epoch, seq=seq).first()
    if alert is None:
        raise Http404
    sent = raw_event(alert)
    context = {
        "row": rows([group])[0],
        "alert": alert_row(alert) | {"signature": alert.signature},
        "parts": record_parts(sent) if sent else [],
        "record": record_text(sent) if sent else "",
    }
    return render(request, "alerts/record.html", context)
