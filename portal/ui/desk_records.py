"""What does not stand in the desk's queue: solved cases, calls apart, booked calls, claims; and finding it all."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from incidents.desk.doors import MOST_WORDED
from incidents.desk.finding import Search, search_of
from incidents.desk.ui import records
from incidents.desk.ui.records import Record
from insurance.claim_rules import ClaimState
from insurance.selectors import billable_jobs, claims_to_finish
from insurance.wording import TONES
from tenants.models import Organisation
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web import paging

# Value of ?list= → words of the tab.
LISTS: dict[str, Any] = {
    "calls": gettext_lazy("相談のない通話"),
    "callbacks": gettext_lazy("電話の予約と希望"),
    "claims": gettext_lazy("保険の請求(窓口の番)"),
    "solved": gettext_lazy("終わった相談"),
}
WAITING = frozenset({"calls", "callbacks"})
LONG = frozenset({"calls", "solved"})  # read page by page
ALL = "all"
MOST = 200


@require_safe
@open_to(Kind.CALL_CENTRE)
def desk_records(request: ActingRequest) -> HttpResponse:
    """One list, or over everything what the words in `q` find."""
    search, now = search_of(request.GET.get("q", "")[:80]), timezone.now()
    counts = {key: _count(key, search) for key in LISTS}
    chosen = request.GET.get("list", "")
    if chosen not in LISTS:
        chosen = ALL if search.words else next(iter(LISTS))
    if chosen == ALL:
        parts, page = records.everything(search), None
    else:
        known = counts[chosen] if chosen in LONG else None
        rows = _rows(chosen, search)
        page = paging.CutPaginator(rows, records.SIZE, known, _most(search)).get_page(request.GET.get("page"))
        parts = [(str(LISTS[chosen]), _lines(chosen, page.object_list, search, now))]
    shown = {line.firm for _heading, lines in parts for line in lines}
    firms = {firm.pk for firm in shown if firm.kind == Organisation.Kind.SME}
    partner_read(request, code="records.viewed", subject="records", tenant_ids=firms, list=chosen)
    context = {
        "search": search.words,
        "parts": [(heading, lines) for heading, lines in parts if lines],
        "page": page,
        "chosen": chosen,
        "tabs": _tabs(search, chosen, counts),
    }
    return render(request, "staff/records.html", context)


def lists_beside_the_queue() -> list[tuple[str, Any, int | None]]:
    """(list, its words, how many lines): of the lists where something waits and that are cheap to count."""
    nothing = Search("", ())
    return [(key, label, _count(key, nothing) if key in WAITING else None) for key, label in LISTS.items()]


def _most(search: Search) -> int:
    """From how many lines on there may be more than were read."""
    return MOST_WORDED if search.words else paging.MOST_COUNTED


def _tabs(search: Search, chosen: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    about = {"q": search.words} if search.words else {}
    tabs = [
        {
            "label": label,
            "href": f"?{urlencode({'list': key, **about})}",
            "current": key == chosen,
            "count": counts[key],
            "more": counts[key] >= _most(search),
        }
        for key, label in LISTS.items()
    ]
    if search.words:
        everything = {"label": gettext("すべてから"), "href": f"?{urlencode({'list': ALL, **about})}", "count": None}
        tabs.insert(0, everything | {"current": chosen == ALL})
    return tabs


def _rows(chosen: str, search: Search) -> Any:
    """What a list holds, to be cut into pages; the two short ones are read whole."""
    if chosen == "calls":
        return records.calls_apart(search)
    if chosen == "solved":
        return records.solved_cases(search)
    if chosen == "callbacks":
        return list(records.call_backs(search).select_related("tenant", "incident")[:MOST])
    return _claims(search)


def _lines(chosen: str, rows: Any, search: Search, now: datetime) -> list[Record]:
    if chosen == "calls":
        return records.call_records(rows)
    if chosen == "solved":
        return records.case_records(rows)
    if chosen == "callbacks":
        wishes = records.task_records(records.call_wishes(search)[:MOST])
        return sorted([*records.booking_records(rows, now), *wishes], key=lambda line: line.at)
    return list(rows)


def _count(key: str, search: Search) -> int:
    if key == "callbacks":
        return paging.counted(records.call_backs(search)) + paging.counted(records.call_wishes(search))
    rows = _rows(key, search)
    return len(rows) if isinstance(rows, list) else paging.counted(rows)


def _claims(search: Search) -> list[Record]:
    """Claims that came back or are drafts, then work that can be claimed and is not."""
    of_firms = search.of_firms if search.words else Q()
    claims, jobs = claims_to_finish().filter(of_firms), billable_jobs(of_firms)
    lines = [
        Record(
            href=reverse("insurance:claim", args=[claim.pk]),
            firm=claim.tenant,
            what=gettext("保険の請求 %(number)s番(%(yen)s円)")
            % {"number": claim.number, "yen": f"{claim.asked_yen:,}"},
            detail=claim.vendor.name,
            at=claim.submitted_at or claim.made_at,
            state=str(claim.get_state_display()),
            tone=TONES[ClaimState(claim.state)],
        )
        for claim in claims.order_by("made_at")[:MOST]
    ]
    return lines + [
        Record(
            href=reverse("insurance:claims"),
            firm=job.tenant,
            what=gettext("これから請求する作業"),
            detail=job.vendor.name if job.vendor else "",
            at=job.requested_at,
            state=gettext("請求の前"),
            tone="attention",
        )
        for job in jobs
    ]
