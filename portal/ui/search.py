"""One search over all a person may see: a few lines of each kind, and the way to all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from alerts.selectors import series_of
from alerts.ui import listing
from alerts.ui.line_search import series_searched
from alerts.ui.lines import lines
from alerts.ui.work_list import WatchFilter, work_page
from base.identity import search_fold
from incidents.core.selectors import cases_of, incidents_of
from incidents.core.ui.incident_words import kinds_named
from incidents.desk.finding import search_of
from incidents.desk.lookup import firms_by_name
from incidents.desk.ui import records
from incidents.dispatch.doors import job_cards
from incidents.models import Job
from insurance.selectors import claims_in_reach
from portal.ui.news import SOURCES, layout_of
from sensors.selectors import devices_seen
from tenants.accounts.acting import Acting
from tenants.models import Organisation
from tenants.tenancy.doors import OfficeFirms
from tenants.tenancy.scope import current_scope
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read

LINES = 5
_NUMBER = re.compile(r"\D{0,4}([0-9]{1,8})\D{0,2}")  # as people say it: with "No." before it or a counter behind


@dataclass(frozen=True)
class Hit:
    """A line: what, where it leads, a few words more; `tenant_id` of the firm whose row it is."""

    what: str
    href: str
    detail: str = ""
    at: datetime | None = None
    tenant_id: int | None = None


@dataclass(frozen=True)
class Part:
    """Lines of one kind. `more`: where all of them stand; "" where these are all."""

    heading: str
    hits: list[Hit]
    more: str = ""


Source = Callable[[Acting, str], Iterable[Part]]


def _of_firm(acting: Acting, words: str) -> Iterator[Part]:
    firm = acting.organisation.pk
    yield Part(gettext("お知らせ"), _notices(firm, words), f"{reverse('portal:alerts')}?{urlencode({'q': words})}")
    incidents = incidents_of(firm).filter(_numbered(words) | Q(kind__in=kinds_named(words))).order_by("-opened_at")
    yield Part(
        gettext("インシデント"),
        [
            Hit(
                gettext("%(number)s番 %(kind)s") % {"number": row.number, "kind": row.get_kind_display()},
                reverse("portal:incident", args=[row.number]),
                str(row.get_state_display()),
                row.opened_at,
            )
            for row in incidents[:LINES]
        ],
    )
    cases = cases_of(firm).filter(Q(title__icontains=words) | _numbered(words)).order_by("-opened_at")
    yield Part(
        gettext("相談"),
        [
            Hit(row.title, reverse("desk:talk", args=[row.number]), str(row.get_state_display()), row.opened_at)
            for row in cases[:LINES]
        ],
        reverse("desk:talks"),
    )
    named = Q(given_name__icontains=words) | Q(owner__icontains=words) | Q(mac__icontains=words.replace("-", ":"))
    devices = devices_seen(firm).filter(named | Q(last_ip__icontains=words)).order_by("-last_seen_at")
    yield Part(
        gettext("端末"),
        [
            Hit(row.given_name or row.mac, reverse("boxes:device", args=[row.pk]), row.last_ip or "", row.last_seen_at)
            for row in devices[:LINES]
        ],
        reverse("boxes:devices"),
    )


def _notices(firm: int, words: str) -> list[Hit]:
    """Lines of the firm's list that hold what was typed."""
    fitting, _more = series_searched(series_of(firm), search_fold(words).split())
    return [
        Hit(line.row.headline, reverse("portal:alert", args=[line.group.pk]), str(line.row.device), line.series.last_at)
        for line in lines(fitting[:LINES], timezone.now())
    ]


def _of_desk(_acting: Acting, words: str) -> Iterator[Part]:
    query = urlencode({"q": words})
    firms = firms_by_name(words).order_by("name", "pk")[:LINES]
    yield Part(
        gettext("会社"),
        [
            Hit(firm.name, f"{reverse('desk:call')}?{urlencode({'name': firm.name})}", firm.phone, None, firm.pk)
            for firm in firms
        ],
        f"{reverse('staff:queue')}?{query}",
    )
    for heading, rows in records.everything(search_of(words)):
        hits = [
            Hit(line.what, line.href, f"{line.firm_name} {line.state}", line.at, line.firm.pk) for line in rows[:LINES]
        ]
        yield Part(heading, hits, f"{reverse('staff:records')}?{query}")


def _of_soc(acting: Acting, words: str) -> Iterator[Part]:
    firms = firms_by_name(words).order_by("name", "pk")[:LINES]
    yield Part(gettext("会社"), [Hit(firm.name, _detections_of(firm), "", None, firm.pk) for firm in firms])
    query = urlencode({"q": words, "state": "all"})
    page = work_page(WatchFilter(QueryDict(query)), acting.user, timezone.now(), LINES)
    hits = [
        Hit(
            row.headline,
            reverse("staff:alert", args=[row.group.tenant_id, row.group.pk]),
            f"{row.group.tenant.name} {row.device}",
            row.group.last_at,
            row.group.tenant_id,
        )
        for row in listing.rows(page.groups)
    ]
    yield Part(gettext("検知"), hits, f"{reverse('soc:alerts')}?{query}")


def _detections_of(firm: Organisation) -> str:
    """The SOC's list of one firm, which is chosen there by its name where there are many."""
    chosen = firm.name if current_scope().many else firm.pk
    return f"{reverse('soc:alerts')}?{urlencode({'firm': chosen, 'state': 'all'})}"


def _of_vendor(_acting: Acting, words: str) -> Iterator[Part]:
    folded = search_fold(words)
    hits = []
    for card in job_cards():
        kind, firm = str(Job.Kind(card["kind"]).label), card.get("firm") or ""
        place = f"{card['prefecture']}{card['municipality']}"
        if folded in search_fold(f"{kind} {firm} {place} {card['job_id']}"):
            page = "vendor:job" if card["accepted"] else "vendor:offer"
            hits.append(Hit(f"{kind} {firm}", reverse(page, args=[card["job_id"]]), place, card["requested_at"]))
    yield Part(gettext("依頼と作業"), hits[: 4 * LINES], reverse("vendor:home"))


def _of_insurer(_acting: Acting, words: str) -> Iterator[Part]:
    named = Q(invoice_number__icontains=words) | Q(vendor__name__icontains=words)
    rows = claims_in_reach().filter(named | _numbered(words)).order_by("-submitted_at")
    hits = [
        Hit(
            gettext("保険の請求 %(number)s番(%(yen)s円)") % {"number": row.number, "yen": f"{row.asked_yen:,}"},
            reverse("insurance:claim", args=[row.pk]),
            f"{row.vendor.name} {row.get_state_display()}",
            row.submitted_at,
            row.tenant_id,
        )
        for row in rows[: 4 * LINES]
    ]
    yield Part(gettext("保険の請求"), hits, reverse("insurance:claims"))


def _of_office(_acting: Acting, words: str) -> Iterator[Part]:
    hits = [
        Hit(firm.name, reverse("portal:office_firm", args=[firm.tenant_id]), firm.place, None, firm.tenant_id)
        for firm in OfficeFirms(words)[: 2 * LINES]
    ]
    yield Part(gettext("参加企業"), hits, f"{reverse('portal:office_firms')}?{urlencode({'q': words})}")


def _numbered(words: str) -> Q:
    number = _NUMBER.fullmatch(words)
    return Q(number=int(number[1])) if number else Q(pk__in=[])


PARTS: dict[str, Source] = {
    Kind.SME: _of_firm,
    Kind.CALL_CENTRE: _of_desk,
    Kind.SOC: _of_soc,
    Kind.VENDOR: _of_vendor,
    Kind.INSURER: _of_insurer,
    Kind.OFFICE: _of_office,
}


@require_safe
@open_to(*(Kind(kind) for kind in SOURCES))
def search(request: ActingRequest) -> HttpResponse:
    """What the words in `q` find, kind by kind."""
    words = request.GET.get("q", "").strip()[:80]
    parts = list(PARTS[request.acting.kind](request.acting, words)) if words else []
    if request.acting.kind != Kind.SME and words:
        firms = [hit.tenant_id for part in parts for hit in part.hits if hit.tenant_id is not None]
        partner_read(request, code="search.viewed", subject="search", tenant_ids=firms)
    context = {
        "words": words,
        "parts": [part for part in parts if part.hits],
        "layout": layout_of(request.acting.kind),
    }
    return render(request, "portal/search.html", context)
