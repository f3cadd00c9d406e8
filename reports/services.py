"""Named writes of reports: close a month, make the PDFs, tell the firms.

Figures are computed and committed first, the PDF is made with no transaction open, then stored. A crash in between
leaves a row that is waiting, which the sweep takes again.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from base.about import about_row
from base.moves import before
from notifications.links import page_url
from notifications.mail import Recipient, Written, mail_write, recipient_of
from notifications.notices import notice_put
from printing.paper import PRESS
from reports import doors, selectors
from reports.basis import acted_on, basis_of
from reports.measures import measure
from reports.models import MonthlyReport
from reports.months import Month, Period, month_to_close
from reports.opinion import OPINIONS
from reports.opinion_links import OpinionLink, opinion_url
from reports.pages import report_html
from reports.states import REPORT_MOVES
from reports.wording import are_we_safe, month_name, what_changed, what_happened, what_to_do
from tenants.audit.record import audit_record
from tenants.desk_contact import phone_hours
from tenants.tenancy.jobs import wake
from tenants.tenancy.scope import tenant_scope

SWEEP_TASK: Final = "reports.tasks.sweep_reports"
KIND: Final = "report"
MOST_ATTEMPTS: Final = 3
LEASE: Final = timedelta(minutes=10)
PAUSE: Final = timedelta(minutes=2)
WORK_SECONDS: Final = 20.0
TAKEN_AT_ONCE: Final = 100

State = MonthlyReport.State
log = logging.getLogger(__name__)


def month_close(*, now: datetime, until: datetime | None = None) -> int:
    """Make a report for every firm that took part; → reports begun. Call with no scope open.

    Without `until`: the month before `now`, final. With `until`: that month up to `until`, marked provisional
    unless the month ends there; a later or final closing replaces it. Safe to call at any time and twice at once.
    """
    month = month_to_close(now, until)
    end = min(until, month.end) if until else month.end
    firms = selectors.firms_unreported(month=month)
    if firms and end == month.end:
        # Before the first report of the month, so that all of them compare with the same.
        doors.peers_count(first=month.first, now=now)
    begun = sum(_firm_close(tenant_id, month, end) for tenant_id in firms)
    if begun:
        wake(SWEEP_TASK)
    return begun


def _firm_close(tenant_id: int, month: Month, end: datetime) -> int:
    provisional_until = end if end < month.end else None
    with tenant_scope(tenant_id):
        report, _made = MonthlyReport.objects.get_or_create(
            tenant_id=tenant_id, month=month.first, defaults={"provisional_until": provisional_until}
        )
        # Two closings at once: the second waits here and then finds the work done.
        report = MonthlyReport.objects.select_for_update().get(pk=report.pk)
        if report.figures and not _supersedes(provisional_until, report.provisional_until):
            return 0
        report.provisional_until = provisional_until
        report.basis = basis_of(tenant_id, month)
        report.figures = figures_of(tenant_id, month, end)
        report.state = State.WAITING
        report.error, report.attempts, report.not_before = "", 0, None
        report.save()
        audit_record(
            code="report.closed", subject=f"report:{report.pk}", month=month.first.isoformat(), until=end.isoformat()
        )
    return 1


def _supersedes(new: datetime | None, old: datetime | None) -> bool:
    """Final replaces provisional, later replaces earlier; a final one stays."""
    return old is not None and (new is None or new > old)


def figures_of(tenant_id: int, month: Month, end: datetime) -> dict[str, Any]:
    """All that a report is printed from. Needs the firm's scope."""
    recipient = recipient_of(tenant_id=tenant_id)
    programme = recipient.programme
    return {
        "firm": recipient.name,
        "language": recipient.language,
        "programme": programme.name,
        "desk": {
            "name": programme.desk_name,
            "phone": programme.desk_phone,
            "hours": phone_hours(programme, end),
            "email": programme.desk_email,
        },
        "period": {
            "first": month.first.isoformat(),
            "last": month.last.isoformat(),
            "until": end.isoformat() if end < month.end else None,
        },
        **measure(tenant_id, Period(month.start, end)),
        "peers": _peers(month) if end == month.end else None,
    }


def _peers(month: Month) -> dict[str, Any] | None:
    peers = doors.peer_medians(month.first)
    return asdict(peers) if peers is not None else None


def reports_make(*, seconds: float = WORK_SECONDS) -> int:
    """Make waiting reports, oldest first, for about so long; → reports made. Call with no scope open.

    The time is short on purpose: thousands of reports on the 1st must not hold up the alerts behind them.
    """
    finish = monotonic() + seconds
    made = 0
    for tenant_id, report_id in selectors.reports_unmade(how_many=TAKEN_AT_ONCE, most_attempts=MOST_ATTEMPTS):
        if monotonic() > finish:
            break
        made += report_render(tenant_id=tenant_id, report_id=report_id)
    return made


def report_render(*, tenant_id: int, report_id: int) -> bool:
    """Make the PDF of a waiting report and tell the firm; → whether it was made. Call with no scope open.

    Another worker's running try is left alone; an error is stored with the report and tried again later.
    """
    figures = _take(tenant_id, report_id)
    if figures is None:
        return False
    try:
        pdf = PRESS.print(report_html(figures))
    except Exception as error:  # whatever it is, people must see it on the page, and the next try comes
        log.exception("report %s of firm %s could not be made", report_id, tenant_id)
        _mark_failed(tenant_id, report_id, figures, error)
        return False
    return _store(tenant_id, report_id, figures, pdf)


def _take(tenant_id: int, report_id: int) -> dict[str, Any] | None:
    now = timezone.now()
    with tenant_scope(tenant_id):
        rows = MonthlyReport.objects.filter(
            Q(state=State.WAITING) | Q(state=State.FAILED, attempts__lt=MOST_ATTEMPTS),
            Q(not_before__isnull=True) | Q(not_before__lte=now),
            pk=report_id,
        )
        if not rows.update(attempts=F("attempts") + 1, not_before=now + LEASE):
            return None
        figures: dict[str, Any] = MonthlyReport.objects.values_list("figures", flat=True).get(pk=report_id)
    return figures


def _unchanged(report_id: int, figures: dict[str, Any]) -> MonthlyReport | None:
    """The locked row, unless newer figures took its place while the PDF was made."""
    report: MonthlyReport = MonthlyReport.objects.select_for_update().defer("pdf").get(pk=report_id)
    movable = report.state in before(REPORT_MOVES, State.READY)
    return report if report.figures == figures and movable else None


def _mark_failed(tenant_id: int, report_id: int, figures: dict[str, Any], error: Exception) -> None:
    with tenant_scope(tenant_id):
        report = _unchanged(report_id, figures)
        if report is None:
            return
        report.state = State.FAILED
        report.error = f"{type(error).__name__}: {error}"[:300]
        report.not_before = timezone.now() + PAUSE * 2**report.attempts
        report.save(update_fields=["state", "error", "not_before"])


def _store(tenant_id: int, report_id: int, figures: dict[str, Any], pdf: bytes) -> bool:
    with tenant_scope(tenant_id):
        report = _unchanged(report_id, figures)
        if report is None:
            return False
        report.pdf = pdf
        report.pdf_sha256 = hashlib.sha256(pdf).hexdigest()
        report.state, report.error, report.not_before = State.READY, "", None
        report.made_at = timezone.now()
        report.save(update_fields=["pdf", "pdf_sha256", "state", "error", "not_before", "made_at"])
        audit_record(code="report.made", subject=f"report:{report.pk}", sha256=report.pdf_sha256)
        _mail_put(report)
    return True


def _mail_put(report: MonthlyReport) -> None:
    """One mail per closing and contact: with a link, never the PDF itself.

    Of a revision only when something changed that a firm acts on since the mail before.
    """
    says = acted_on(report.figures)
    if report.provisional_until:
        kind = report.provisional_until.isoformat()
    elif report.revision == 1:
        kind = "final"
    elif says == report.mailed:
        return
    else:
        kind = f"revision{report.revision}"
    notice_put(
        tenant_id=report.tenant_id,
        key=f"report:{report.month:%Y-%m}:{kind}",
        kind=KIND,
        about=about_row(MonthlyReport, report.pk),
        write=lambda recipient, key: _words(recipient, report, key),
    )
    report.mailed = says
    report.save(update_fields=["mailed"])


def _words(recipient: Recipient, report: MonthlyReport, key: str) -> Written:
    with translation.override(recipient.language):
        context = _mail_context(report)
        if report.provisional_until is None:
            link = OpinionLink(report.tenant_id, report.pk, key)
            context["opinions"] = [(opinion_url(link, code), words) for code, words in OPINIONS]
            context["opinion_url"] = opinion_url(link)
    return mail_write(name="report_ready", recipient=recipient, context=context, kind=KIND, link=context["reports_url"])


def _mail_context(report: MonthlyReport) -> dict[str, Any]:
    """What the mail's templates need besides what every mail has; call with the reader's language active."""
    month = month_name(report.month)
    return {
        "addressee": _("%(firm)s 御中") % {"firm": report.figures["firm"]},
        "importance": None,
        "month": month,
        "provisional": report.provisional_until is not None,
        "revision": report.revision,
        "what_changed": what_changed(report.figures),
        "what_happened": what_happened(report.figures, month),
        "are_we_safe": are_we_safe(report.figures),
        "first_step": what_to_do(report.figures, report.month).title,
        "reports_url": page_url("reports:list"),
    }
