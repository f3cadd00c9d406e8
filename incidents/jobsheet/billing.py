"""Named writes of invoices: the vendor issues and withdraws, the office returns and settles."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from base.moves import MoveRefused, Party, require_move
from base.refusals import Refusal
from incidents.jobsheet import selectors
from incidents.jobsheet.doors import payee_account
from incidents.jobsheet.invoicing import (
    FeeTerms,
    Line,
    due_day,
    rate_totals,
    registration_number,
    require_lines,
    total_yen,
)
from incidents.jobsheet.services import KeyTaken, SheetClosed, job_locked
from incidents.models import Invoice
from incidents.states.invoice import INVOICE_MOVES, InvoiceState, Rounding
from incidents.states.job import JobState
from tenants.audit.record import audit_record
from tenants.models import Organisation, User
from tenants.programme_settings import Setting, values_of
from tenants.selectors import settings_at

BILLABLE = frozenset({JobState.REPORTED, JobState.SIGNED, JobState.CLOSED})
_YEN = gettext_lazy("円")
_HINT = gettext_lazy("決めていなければ0円のままにします。請求書の一覧で、手元に残る額の計算に使います。")
SETTINGS = (
    Setting("vendor_fee_remote", gettext_lazy("事業者へ払う額: 遠隔の対応1件"), _HINT, 0, 0, 1_000_000, _YEN),
    Setting("vendor_fee_on_site", gettext_lazy("事業者へ払う額: 訪問1件"), _HINT, 0, 0, 1_000_000, _YEN),
    Setting("vendor_fee_hour", gettext_lazy("事業者へ払う額: 1時間あたり"), _HINT, 0, 0, 100_000, _YEN),
)


class InvoiceExists(Refusal):
    """The job has an invoice; it is withdrawn before another is issued."""


def fee_terms(*, programme_id: int, at: datetime) -> FeeTerms:
    """What a programme paid its vendors at a time."""
    values = values_of(settings_at(programme_id=programme_id, at=at), SETTINGS)
    return FeeTerms(values["vendor_fee_remote"], values["vendor_fee_on_site"], values["vendor_fee_hour"])


def invoice_issue(
    *,
    job_id: int,
    key: uuid.UUID,
    number: str,
    registration: str,
    tax_included: bool,
    rounding: Rounding,
    lines: Sequence[Line],
    by: User,
    now: datetime,
    due_on: date | None = None,
) -> Invoice:
    """Issue the job's invoice. `registration` empty: the vendor is exempt, and no tax is shown.

    `due_on` None: the end of the next month.
    Name, address, telephone and account of the vendor are kept as they are now: an issued invoice never changes.
    Raises invoicing.InvoiceWrong, SheetClosed (nothing is reported yet), InvoiceExists, KeyTaken.
    """
    job = job_locked(job_id)
    known: Invoice | None = Invoice.objects.filter(tenant_id=job.tenant_id, key=key).first()
    if known is not None:
        if known.job_id != job.pk:
            raise KeyTaken(str(key))
        return known
    if job.state not in BILLABLE or job.vendor is None:
        raise SheetClosed(job.state)
    if selectors.invoice_of_job(job.pk) is not None:
        raise InvoiceExists
    require_lines(lines)
    registered = registration_number(registration) if registration else ""
    if registered:
        totals = rate_totals(lines, tax_included=tax_included, rounding=rounding)
        total, tax = total_yen(totals), sum(each.tax_yen for each in totals)
    else:
        total, tax = sum(line.amount_yen for line in lines), 0
    entries = selectors.plain_entries(job.pk)
    days = [localdate(moment) for entry in entries for moment in (entry.started_at, entry.stopped_at or now)]
    made: Invoice = Invoice.objects.create(
        tenant_id=job.tenant_id,
        job=job,
        key=key,
        by=by,
        entered_at=now,
        job_number=job.number,
        vendor_id=job.vendor_id,
        number=number.strip()[:40],
        registration_number=registered,
        tax_included=tax_included or not registered,
        rounding=rounding,
        lines=[asdict(line) for line in lines],
        total_yen=total,
        tax_yen=tax,
        minutes=sum(entry.minutes or 0 for entry in entries),
        on_site=selectors.was_on_site(job, entries),
        issued_at=now,
        state_at=now,
        state_by=by,
        due_on=due_on or due_day(localdate(now)),
        issuer=issuer_of(job.vendor),
        work_first=min(days, default=None),
        work_last=max(days, default=None),
    )
    _audit(made, "invoice.issued", total_yen=total)
    return made


def issuer_of(vendor: Organisation) -> dict[str, Any]:
    """Who issues, as it stands on the paper; parts that are not entered are empty, `account` None."""
    return {
        "name": vendor.name,
        "postal_code": vendor.postal_code,
        "address": f"{vendor.prefecture}{vendor.municipality}{vendor.address}",
        "phone": vendor.phone,
        "account": payee_account(),
    }


def invoice_move(
    *, invoice_id: int, to: InvoiceState, party: Party, by: User, now: datetime, reason: str = ""
) -> Invoice:
    """Return, settle or withdraw an invoice. Raises moves.MoveRefused, moves.ReasonMissing."""
    invoice: Invoice = Invoice.objects.get(pk=invoice_id)
    old = invoice.state
    require_move(INVOICE_MOVES, old, to, party=party, reason=reason)
    state_reason = reason.strip()[:300]
    # Of two people at once only one still finds the invoice in the state that was read.
    standing = Invoice.objects.filter(pk=invoice_id, state=old)
    if not standing.update(state=to, state_at=now, state_by=by, state_reason=state_reason):
        raise MoveRefused(f"{old} → {to}: somebody was faster, or it is not yours")
    invoice.state, invoice.state_at, invoice.state_by, invoice.state_reason = to, now, by, state_reason
    _audit(invoice, "invoice.moved", old=old, to=to, reason=invoice.state_reason)
    return invoice


def _audit(invoice: Invoice, code: str, **data: Any) -> None:
    audit_record(code=code, subject=f"job:{invoice.job_number}", tenant_id=invoice.tenant_id, **data)
