"""The desk's lists beside its queue: what is in each, how it is counted, cut into pages and saved as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from incidents.desk.doors import MOST_WORDED
from incidents.desk.finding import Search
from incidents.desk.period import Period
from incidents.desk.ui import records
from incidents.desk.ui.record_columns import CALLS, CASES, TALKS, Table
from incidents.desk.ui.records import Record
from insurance.claim_rules import ClaimState
from insurance.selectors import billable_jobs, claims_to_finish, claims_worded, jobs_worded
from insurance.wording import TONES
from web import paging

# Value of ?list= → words of the tab.
LISTS: dict[str, Any] = {
    "calls": gettext_lazy("相談のない通話"),
    "callbacks": gettext_lazy("電話の予約と希望"),
    "claims": gettext_lazy("保険の請求(窓口の番)"),
    "solved": gettext_lazy("終わった相談"),
    "log": gettext_lazy("通話の記録"),
    "cases": gettext_lazy("相談の記録"),
    "talks": gettext_lazy("メッセージ"),
}
WAITING = frozenset({"calls", "callbacks"})
HISTORIES = frozenset({"log", "cases", "talks"})  # so long that a number beside the tab tells nothing
SHORT = frozenset({"callbacks", "claims"})  # read whole, whatever the days
MOST = 200


class LongList(NamedTuple):
    """A list that is read page by page: its rows, their lines on the page, their columns in a file."""

    rows: Any  # (Search, Period) → QuerySet, ordered
    lines: Any  # rows → list[Record]
    table: Table


LONG: dict[str, LongList] = {
    "calls": LongList(records.calls_apart, records.call_records, CALLS),
    "solved": LongList(records.solved_cases, records.case_records, CASES),
    "log": LongList(records.call_log, records.call_records, CALLS),
    "cases": LongList(records.all_cases, records.case_records, CASES),
    "talks": LongList(records.talk_log, records.talk_records, TALKS),
}


def page_of(chosen: str, search: Search, period: Period, known: int | None, page: str | None, now: datetime) -> Any:
    """A page of a list, and its lines."""
    if chosen in SHORT:
        cut = paging.CutPaginator(short_lines(chosen, search, now), records.SIZE).get_page(page)
        return cut, list(cut.object_list)
    rows = LONG[chosen].rows(search, period)
    known = counted(rows) if known is None else known
    cut = paging.CutPaginator(rows, records.SIZE, known, most_of(search)).get_page(page)
    return cut, LONG[chosen].lines(cut.object_list)


def short_lines(chosen: str, search: Search, now: datetime) -> list[Record]:
    """The lines of one of the SHORT lists."""
    return _claims(search) if chosen == "claims" else _call_backs(search, now)


def count_of(chosen: str, search: Search, period: Period) -> int | None:
    """The number beside a tab; None for none."""
    if chosen in HISTORIES:
        return None
    if chosen == "callbacks":
        return paging.counted(records.call_backs(search)) + paging.counted(records.call_wishes(search))
    if chosen == "claims":
        return len(_claims(search))
    return paging.counted(LONG[chosen].rows(search, period))


def counted(rows: QuerySet[Any]) -> int:
    """As web.paging.counted, in the order of the list: of all that ever was the newest are read, by its index."""
    return rows[: paging.MOST_COUNTED].count()


def most_of(search: Search) -> int:
    """From how many lines on there may be more than were read."""
    return MOST_WORDED if search.words else paging.MOST_COUNTED


def lists_beside_the_queue() -> list[tuple[str, Any, int | None]]:
    """(list, its words, how many lines): of the lists where something waits and that are cheap to count."""
    nothing, ever = Search("", ()), Period()
    return [(key, label, count_of(key, nothing, ever) if key in WAITING else None) for key, label in LISTS.items()]


def found_elsewhere(search: Search, now: datetime) -> list[tuple[str, list[Record]]]:
    """(heading, lines) of the short lists for a search over everything."""
    return [(str(LISTS[key]), short_lines(key, search, now)[: records.SIZE]) for key in ("callbacks", "claims")]


def _call_backs(search: Search, now: datetime) -> list[Record]:
    booked = records.call_backs(search).select_related("tenant", "incident")[:MOST]
    wishes = records.task_records(records.call_wishes(search)[:MOST])
    return sorted([*records.booking_records(booked, now), *wishes], key=lambda line: line.at)


def _claims(search: Search) -> list[Record]:
    """Claims that came back or are drafts, then work that can be claimed and is not."""
    of_claims = search.of_firms | claims_worded(search.words) if search.words else Q()
    of_jobs = search.of_firms | jobs_worded(search.words) if search.words else Q()
    claims, jobs = claims_to_finish().filter(of_claims), billable_jobs(of_jobs)
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
