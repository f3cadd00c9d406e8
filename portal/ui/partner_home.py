"""Homes of those whose work is not a queue: the programme's office, the desk that introduced firms, everybody else."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from incidents.jobsheet.invoicing import InvoiceState
from incidents.models import Invoice
from portal.access import ActingRequest, Kind, acting_as, partner_read
from portal.ui.help_words import open_jobs
from tenants.applications import applications_of
from tenants.doors import OfficeFirm, introduced_firms, office_firms
from tenants.models import Application, Programme
from tenants.spreadsheet import Cell, csv_answer


def office_home(request: ActingRequest) -> HttpResponse:
    """What waits for the office: applications, jobs handed to it, vendors' invoices; then the programme in numbers."""
    programmes = list(Programme.objects.filter(office=request.acting.organisation).order_by("pk"))
    rows = applications_of(programme_ids=[programme.pk for programme in programmes])
    applications = list(rows.filter(state=Application.State.WAITING)[:100])
    jobs = [row for row in open_jobs() if row["job"].office_since is not None]
    bills = list(Invoice.objects.filter(state=InvoiceState.ISSUED).only("pk", "tenant_id", "total_yen"))
    if jobs:
        partner_read(request, code="jobs.viewed", subject="jobs", tenant_ids=[row["job"].tenant_id for row in jobs])
    context = {
        "programmes": programmes,
        "applications": applications,
        "jobs": jobs,
        "bills": bills,
        "bills_yen": sum(bill.total_yen for bill in bills),
        "waiting": len(applications) + len(jobs) + len(bills),
        "firms": office_firms(),
    }
    return render(request, "portal/office_home.html", context)


def introduced_home(request: ActingRequest) -> HttpResponse:
    """The firms an outreach desk introduced and whether they are watched by now."""
    firms = introduced_firms()
    partner_read(request, code="introduced.viewed", subject="firms", tenant_ids=[firm.tenant_id for firm in firms])
    watched = sum(firm.watched for firm in firms)
    return render(request, "portal/introduced_home.html", {"firms": firms, "watched": watched})


@require_safe
@acting_as(Kind.OFFICE)
def firm_list(request: ActingRequest) -> HttpResponse:
    """The programme's firms by name; the state of each only as far as it agreed."""
    firms = office_firms()
    partner_read(request, code="firms.viewed", subject="firms", tenant_ids=[firm.tenant_id for firm in firms])
    agreed = sum(firm.active_boxes is not None for firm in firms)
    return render(request, "portal/office_firms.html", {"firms": firms, "agreed": agreed})


@require_safe
@acting_as(Kind.OFFICE)
def firm_file(request: ActingRequest) -> HttpResponse:
    """The same list for a spreadsheet."""
    firms = office_firms()
    partner_read(request, code="firms.saved", subject="firms", tenant_ids=[firm.tenant_id for firm in firms])
    return csv_answer(name=gettext("参加企業"), header=_header(), rows=[_line(firm) for firm in firms])


def _header() -> list[str]:
    return [
        gettext("会社"),
        gettext("動いているセンサー"),
        gettext("最後の連絡"),
        gettext("インシデント"),
        gettext("対応中のインシデント"),
    ]


def _line(firm: OfficeFirm) -> Sequence[Cell]:
    return [firm.name, firm.active_boxes, firm.last_seen_at, firm.incidents, firm.open_incidents]
