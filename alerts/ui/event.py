"""One single detection as the box sent it, read back from the archive, with the rule that gave it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alerts.selectors import detections_of, groups_in_reach, raw_event
from alerts.ui.records import record_parts, record_text
from sensors.rule_text import rule_text
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read


@require_safe
@open_to(Kind.SOC)
def event(request: ActingRequest, tenant_id: int, group_id: int, epoch: int, seq: int) -> HttpResponse:
    """The record of one detection of a group. Says so when retention has dropped it."""
    group = get_object_or_404(groups_in_reach(), tenant_id=tenant_id, pk=group_id)
    alert = detections_of(group).filter(epoch=epoch, seq=seq).first()
    if alert is None:
        raise Http404
    partner_read(request, code="alert.record_viewed", subject=f"group:{group_id}", tenant_ids=[tenant_id])
    record = raw_event(alert)
    context = {
        "group": group,
        "alert": alert,
        "parts": record_parts(record) if record else [],
        "record": record_text(record) if record else "",
        "rule": rule_text(alert.signature_id) if alert.signature_id and alert.gid in (None, 1) else None,
    }
    return render(request, "soc/event.html", context)
