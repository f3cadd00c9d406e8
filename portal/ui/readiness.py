"""Whether work gets done: for a monitor (`/readyz`) and for the operator (a page)."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from portal.watch import PULSE, WORDS, Waiting, now_waiting
from reports.months import month_to_close
from reports.progress import month_progress
from tenants.ui.guard import ActingRequest, Kind, open_to


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 while work gets done; 503 when the database does not answer or something waits too long.

    To strangers that is all. With the monitor's token (`Authorization: Bearer`, settings.READINESS_TOKEN) also what
    waits, how many and how long. Ages: seconds.
    """
    try:
        now, waiting = now_waiting()
    except Error:
        return _readiness(request, is_ready=False, details={"late": ["database"], "waiting": {}})
    late = [row.kind for row in waiting if row.is_late(now)]
    ages = {row.kind: {"count": row.count, "age_s": int(row.age(now).total_seconds())} for row in waiting}
    return _readiness(request, is_ready=not late, details={"late": late, "waiting": ages})


def _readiness(request: HttpRequest, *, is_ready: bool, details: dict[str, Any]) -> JsonResponse:
    answer = {"status": "ready" if is_ready else "not ready"}
    return JsonResponse(answer | details if _is_monitor(request) else answer, status=200 if is_ready else 503)


def _is_monitor(request: HttpRequest) -> bool:
    shown = request.headers.get("Authorization", "").encode("utf-8", "replace")
    return bool(settings.READINESS_TOKEN) and compare_digest(shown, f"Bearer {settings.READINESS_TOKEN}".encode())


@require_safe
@open_to(Kind.PLATFORM)
def operations(request: ActingRequest) -> HttpResponse:
    """What waits and since when, over all firms; numbers only."""
    now, waiting = now_waiting()
    rows = [_row(row, now) for row in waiting]
    context = {
        "work": [row for row in rows if not row["is_queue"]],
        "queues": [row for row in rows if row["is_queue"]],
        "late": sum(row["late"] for row in rows),
        "reports": month_progress(month_to_close(now, None)),
        "now": now,
    }
    return render(request, "portal/operations.html", context)


def _row(row: Waiting, now: datetime) -> dict[str, Any]:
    is_queue = row.kind.startswith(PULSE)
    return {
        "name": row.kind.removeprefix(PULSE) if is_queue else WORDS[row.kind],
        "is_queue": is_queue,
        "count": row.count,
        "age": _minutes(row.age(now).total_seconds()) if row.since else "",
        "limit": _minutes(row.limit.total_seconds()) if row.limit else "",
        "late": row.is_late(now),
        "kept": row.limit is None and row.count > 0,
    }


def _minutes(seconds: float) -> str:
    if seconds < 60:
        return gettext("1分未満")
    if seconds < 7200:
        return gettext("%(number)d分") % {"number": seconds // 60}
    return gettext("%(number)d時間") % {"number": seconds // 3600}
