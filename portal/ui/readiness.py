"""Whether work gets done: for a monitor (`/readyz`) and for the operator (a page)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from portal.access import ActingRequest, Kind, acting_as
from portal.watch import PULSE, WORDS, Waiting, now_waiting


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 while work gets done; 503 when the database does not answer or something waits too long. Ages: seconds."""
    try:
        now, waiting = now_waiting()
    except Error:
        return JsonResponse({"status": "no database"}, status=503)
    late = [row.kind for row in waiting if row.is_late(now)]
    ages = {row.kind: {"count": row.count, "age_s": int(row.age(now).total_seconds())} for row in waiting}
    return JsonResponse(
        {"status": "late" if late else "ok", "late": late, "waiting": ages}, status=503 if late else 200
    )


@require_safe
@acting_as(Kind.PLATFORM)
def operations(request: ActingRequest) -> HttpResponse:
    """What waits and since when, over all firms; numbers only."""
    now, waiting = now_waiting()
    rows = [_row(row, now) for row in waiting]
    context = {
        "work": [row for row in rows if not row["is_queue"]],
        "queues": [row for row in rows if row["is_queue"]],
        "late": sum(row["late"] for row in rows),
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
