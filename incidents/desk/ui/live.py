"""What open pages of the desk ask every few seconds: did anything change, who else is here."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents.desk.presence import others_present, presence_end, presence_renew
from incidents.desk.selectors import cases, tasks
from incidents.desk.ui import queue as waiting
from incidents.models import Case, DeskPresence, DeskTask
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.addresses import published

CHANGED = "queue-changed"


@require_safe
@open_to(Kind.CALL_CENTRE)
def stamp(request: ActingRequest) -> HttpResponse:
    """204; with an event for htmx when the queue no longer is what `seen` says."""
    answer = HttpResponse(status=204)
    if waiting.stamp(filters_of(request)) != request.GET.get("seen", ""):
        answer["HX-Trigger"] = CHANGED
    return answer


def filters_of(request: ActingRequest) -> waiting.Filters:
    """What the address asks of the queue."""
    now = timezone.now()
    return waiting.Filters(
        user=request.acting.user,
        now=now,
        show=request.GET.get("show", ""),
        search=request.GET.get("q", "").strip()[:80],
        after=waiting.Place.read(request.GET.get("after", ""), now.tzinfo),
    )


@require_POST
@open_to(Kind.CALL_CENTRE)
def presence(request: ActingRequest, tenant_id: int, subject: str, subject_id: int) -> HttpResponse:
    """This person still looks at it (`left`: no longer); answers who else does, and whether it changed since `seen`."""
    rows: dict[str, Any] = {DeskPresence.Subject.CASE.value: cases, DeskPresence.Subject.TASK.value: tasks}
    if subject not in rows:
        raise Http404
    row: Case | DeskTask = get_object_or_404(rows[subject](), tenant_id=tenant_id, pk=subject_id)
    about = {"tenant_id": tenant_id, "subject": subject, "subject_id": subject_id}
    user, now = request.acting.user, timezone.now()
    if request.POST.get("left"):
        presence_end(**about, user=user, now=now)  # type: ignore[arg-type]
        return HttpResponse(status=204)
    presence_renew(**about, user=user, now=now)  # type: ignore[arg-type]
    context = {
        "others_here": others_present(**about, user=user, now=now),  # type: ignore[arg-type]
        "changed": request.POST.get("seen", "") not in ("", row.mark),
        "path": reverse(_page(subject), args=[tenant_id, subject_id]),
    }
    return render(request, "desk/_presence.html", context)


def _page(subject: str) -> str:
    return "desk:case" if subject == DeskPresence.Subject.CASE else published("staff_task")
