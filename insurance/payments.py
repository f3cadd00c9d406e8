"""Payment files of an insurer: approved claims as a transfer file for its bank, and as a list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import holidays
from django.utils.timezone import localdate

from insurance.doors import Payee, Payer, claim_cards, claim_payees, claim_payer
from insurance.models import Claim
from insurance.zengin import Account, Payment, transfer_file
from tenants.services import audit_record

FURTHEST = timedelta(days=60)


class PayerMissing(ValueError):
    """The insurer's own account is not entered."""


class NoBankDay(ValueError):
    """Banks transfer nothing that day, or it lies behind or too far ahead."""


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
    cards, payees = claim_cards(), claim_payees()
    claims = Claim.objects.filter(state="approved", pk__in=cards).select_related("vendor").order_by("decided_at", "pk")
    return [Due(claim, cards[claim.pk].firm, payees.get(claim.pk)) for claim in claims]


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


def payment_file(*, claim_ids: Collection[int], on: date, now: datetime) -> tuple[bytes, list[Due]]:
    """The transfer file for these approved claims, and what is in it; writes down that they were exported.

    Raises PayerMissing, NoBankDay, insurance.zengin.Unwritable (also when none can be paid).
    """
    payer = claim_payer()
    if payer is None or not payer.client_code:
        raise PayerMissing
    today = localdate(now)
    if not today < on <= today + FURTHEST or not is_bank_day(on):
        raise NoBankDay(on)
    chosen = [due for due in payments_due() if due.claim.pk in claim_ids and due.to is not None]
    file = transfer_file(payer=_payer(payer), client_code=payer.client_code, on=on, payments=_payments(chosen))
    for due in chosen:
        Claim.objects.filter(pk=due.claim.pk, state="approved").update(exported_at=now)
        audit_record(
            code="claim.exported",
            subject=f"claim:{due.claim.number}",
            tenant_id=due.claim.tenant_id,
            on=on.isoformat(),
            yen=due.claim.approved_yen,
        )
    return file, chosen


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
