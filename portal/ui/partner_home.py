"""Homes of those whose work is not a queue: the programme's office, the desk that introduced firms, everybody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from alerts.saved_filters import Place
from alerts.ui.saved_filters import filter_kept, saved_filters
from base.spreadsheet import Cell
from base.spreadsheet_stream import table_stream
from incidents.dispatch.selectors import jobs_handed_over
from incidents.dispatch.ui.words import job_rows
from incidents.jobsheet.selectors import invoices_to_settle
from reports.months import month_of
from reports.office import month_figures
from tenants.applications import applications_of
from tenants.desk_contact import PHONE_HOURS, hours_are_set, hours_shown
from tenants.models import Application
from tenants.selectors import programmes_of_office
from tenants.tenancy.doors import OfficeFirm, OfficeFirms, introduced_firms, office_firm
from tenants.tenancy.scope import person_scope
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web.columns import Arrangement, Column
from web.paging import MOST_COUNTED, CutPaginator

FIRMS_PER_PAGE = 30
COLUMNS = (
    Column("firm", gettext_lazy("会社")),
    Column("place", gettext_lazy("所在地")),
    Column("size", gettext_lazy("規模と業種")),
    Column("boxes", gettext_lazy("センサー")),
    Column("incidents", gettext_lazy("インシデント")),
)
FIRST_PART, LATER_PARTS = 500, 5_000  # firms of a file that are read at once


def office_home(request: ActingRequest) -> HttpResponse:
    """What waits for the office: applications, jobs handed to it, vendors' invoices; then the programme in numbers."""
    programmes = list(programmes_of_office(office_id=request.acting.organisation.pk))
    rows = applications_of(programme_ids=[programme.pk for programme in programmes])
    applications = list(rows.filter(state=Application.State.WAITING)[:100])
    jobs = job_rows(jobs_handed_over())
    bills = list(invoices_to_settle().only("pk", "tenant_id", "total_yen"))
    if jobs:
        partner_read(request, code="jobs.viewed", subject="jobs", tenant_ids=[row["job"].tenant_id for row in jobs])
    now = timezone.now()
    month = month_of(now)
    figures = [month_figures(programme_id=programme.pk, month=month) for programme in programmes]
    context = {
        "programmes": programmes,
        "without_hours": [programme for programme in programmes if not hours_are_set(programme, now)],
        "usual_hours": hours_shown(PHONE_HOURS),
        "applications": applications,
        "jobs": jobs,
        "bills": bills,
        "bills_yen": sum(bill.total_yen for bill in bills),
        "waiting": len(applications) + len(jobs) + len(bills),
        "firms": sum(each.firms for each in figures),
        "month": month,
        "figures": figures[0] if len(figures) == 1 and not figures[0].hidden else None,
    }
    return render(request, "portal/office_home.html", context)


def introduced_home(request: ActingRequest) -> HttpResponse:
    """The firms an outreach desk introduced and whether they are watched by now."""
    firms = introduced_firms()
    partner_read(request, code="introduced.viewed", subject="firms", tenant_ids=[firm.tenant_id for firm in firms])
    watched = sum(firm.watched for firm in firms)
    return render(request, "portal/introduced_home.html", {"firms": firms, "watched": watched})


@require_safe
@open_to(Kind.OFFICE)
def firm_list(request: ActingRequest) -> HttpResponse:
    """The programme's firms by name, place or size; the state of each only as far as it agreed."""
    words = request.GET.get("q", "").strip()[:80]
    firms = OfficeFirms(words)
    page = CutPaginator(firms, FIRMS_PER_PAGE).get_page(request.GET.get("page"))
    every, matches, agreed = firms.counts
    partner_read(request, code="firms.viewed", subject="firms", tenant_ids=[firm.tenant_id for firm in page])
    context = {
        "firms": page,
        "matches": matches,
        "every": every,
        "agreed": agreed,
        "most": MOST_COUNTED,
        "words": words,
        "query": urlencode({"q": words}) if words else "",
        "arrangement": Arrangement(COLUMNS, request.GET),
        "saved": saved_filters(request, Place.FIRMS, "portal:office_firms", "portal:office_firm_filters"),
    }
    return render(request, "portal/office_firms.html", context)


@require_POST
@open_to(Kind.OFFICE)
def firm_filters(request: ActingRequest) -> HttpResponse:
    """Keep the filter the list of firms has, or forget one."""
    return filter_kept(request, Place.FIRMS, "portal:office_firms")


@require_safe
@open_to(Kind.OFFICE)
def firm_page(request: ActingRequest, tenant_id: int) -> HttpResponse:
    """One firm of the programme, as far as the office may see it."""
    firm = office_firm(tenant_id)
    if firm is None:
        raise Http404
    partner_read(request, code="firm.viewed", subject=f"firm:{tenant_id}", tenant_ids=[tenant_id])
    return render(request, "portal/office_firm.html", {"firm": firm})


@require_safe
@open_to(Kind.OFFICE)
def firm_file(request: ActingRequest, kind: str) -> HttpResponseBase:
    """The same list for a spreadsheet: `csv` or `xlsx`, with the same search."""
    firms = OfficeFirms(request.GET.get("q", "").strip()[:80])
    answer = table_stream(kind, name=gettext("参加企業"), header=_header(), rows=_firm_lines(request, firms))
    answer.opens_scopes = True  # type: ignore[attr-defined]
    return answer


def _firm_lines(request: ActingRequest, firms: OfficeFirms) -> Iterator[Sequence[Cell]]:
    """The lines, read in parts: each part is noted in the trails of its firms for good before it is sent."""
    start, size = 0, FIRST_PART
    while True:
        with person_scope(request.user.pk, request.acting.organisation.pk):
            part = firms[start : start + size]
            if part or not start:
                _firms_saved(request, part)
        yield from (_line(firm) for firm in part)
        if len(part) < size:
            return
        start, size = start + size, LATER_PARTS


def _firms_saved(request: ActingRequest, firms: Sequence[OfficeFirm]) -> None:
    partner_read(request, code="firms.saved", subject="firms", tenant_ids=[firm.tenant_id for firm in firms])


def _header() -> list[str]:
    return [
        gettext("会社"),
        gettext("所在地"),
        gettext("業種"),
        gettext("従業員数"),
        gettext("電話"),
        gettext("契約の開始"),
        gettext("動いているセンサー"),
        gettext("最後の連絡"),
        gettext("インシデント"),
        gettext("対応中のインシデント"),
    ]


def _line(firm: OfficeFirm) -> Sequence[Cell]:
    about = (firm.name, firm.place, firm.industry_words, firm.staff_count, firm.phone, firm.contract_start)
    return [*about, firm.active_boxes, firm.last_seen_at, firm.incidents, firm.open_incidents]
