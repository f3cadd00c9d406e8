"""Payment files of an insurer: approved claims as a transfer file for its bank, and as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import holidays
from django.db import transaction
from django.utils.timezone import localdate

from base.moves import ReasonMissing
from base.reasons import says_something
from base.refusals import Refusal
from insurance.doors import Payee, Payer, claim_cards, claim_payees, claim_payer
from insurance.models import Claim
from insurance.zengin import Account, Payment, transfer_file
from tenants.audit.record import audit_record

FURTHEST = timedelta(days=60)


class PayerMissing(Refusal):
    """The insurer's own account is not entered."""


class NoBankDay(Refusal):
    """Banks transfer nothing that day, or it lies behind or too far ahead."""


class ExportedMeanwhile(Refusal):
    """A claim stands in a file the person had not seen when they chose it: another tab, another person, going back."""


@dataclass(frozen=True)
class Due:
    """An approved claim and where it is paid; `to` None: the vendor has entered no account."""

    claim: Claim
    firm: str
    to: Payee | None

    @property
    def account_tail(self) -> str:
        """The last three digits, enough to tell accounts apart."""
        return f"****{self.to.number[-3:]}" if self.to else ""


def payments_due() -> list[Due]:
    """Approved claims of the acting insurer, oldest first."""
    claims = list(Claim.objects.filter(state="approved").select_related("vendor").order_by("decided_at", "pk"))
    cards, payees = claim_cards(claim.pk for claim in claims), claim_payees()
    return [Due(claim, cards[claim.pk].firm, payees.get(claim.pk)) for claim in claims if claim.pk in cards]


def is_bank_day(day: date) -> bool:
    """Whether Japanese banks transfer on that day: no weekend, no holiday, not 31 December to 3 January."""
    around_new_year = (day.month, day.day) in {(12, 31), (1, 1), (1, 2), (1, 3)}
    return day.weekday() < 5 and not around_new_year and day not in holidays.country_holidays("JP", years=day.year)


def next_bank_day(day: date) -> date:
    """The first bank day after `day`."""
    day += timedelta(days=1)
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day


@transaction.atomic
def payment_file(*, claims: Mapping[int, int], on: date, now: datetime, reason: str = "") -> tuple[bytes, list[Due]]:
    """The transfer file for these approved claims, and what is in it; writes down that they were exported.

    `claims`: by the claim's id, in how many files the person saw it stand. A claim that is in a file already goes into
    another one only with a `reason` (the bank refused the file). Raises PayerMissing, NoBankDay, ExportedMeanwhile,
    ReasonMissing, insurance.zengin.Unwritable (also when none can be paid).
    """
    payer = claim_payer()
    if payer is None or not payer.client_code:
        raise PayerMissing
    today = localdate(now)
    if not today < on <= today + FURTHEST or not is_bank_day(on):
        raise NoBankDay(on)
    chosen = [due for due in payments_due() if due.claim.pk in claims and due.to is not None]
    if any(claims[due.claim.pk] for due in chosen) and not says_something(reason):
        raise ReasonMissing("a claim that was exported needs a reason")
    for due in chosen:
        _exported(due.claim, claims[due.claim.pk], on, now, reason.strip()[:300])
    file = transfer_file(payer=_payer(payer), client_code=payer.client_code, on=on, payments=_payments(chosen))
    return file, chosen


def _exported(claim: Claim, files_seen: int, on: date, now: datetime, reason: str) -> None:
    """Record that one more file holds the claim. Of two people only one still finds the number they saw."""
    again = reason if files_seen else ""
    standing = Claim.objects.filter(pk=claim.pk, state="approved", exports=files_seen)
    if not standing.update(exported_at=now, exports=files_seen + 1, export_reason=again):
        raise ExportedMeanwhile(claim.number)
    audit_record(
        code="claim.exported",
        subject=f"claim:{claim.number}",
        tenant_id=claim.tenant_id,
        on=on.isoformat(),
        yen=claim.approved_yen,
        file=files_seen + 1,
        reason=again,
    )


def _payer(payer: Payer) -> Account:
    return Account(
        payer.bank_code,
        payer.bank_kana,
        payer.branch_code,
        payer.branch_kana,
        payer.type,
        payer.number,
        payer.holder_kana,
    )


def _payments(chosen: Sequence[Due]) -> list[Payment]:
    return [
        Payment(
            Account(
                due.to.bank_code,
                due.to.bank_kana,
                due.to.branch_code,
                due.to.branch_kana,
                due.to.type,
                due.to.number,
                due.to.holder_kana,
            ),
            due.claim.approved_yen or 0,
            str(due.claim.pk),
        )
        for due in chosen
        if due.to is not None
    ]
