"""A vendor's invoice: lines, tax, registration number, margin. Plain rules in whole yen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from base.refusals import Refusal
from incidents.states.invoice import Rounding

RATES = (10, 8, 0)  # per cent
REDUCED = 8  # 軽減税率: a qualified invoice marks its lines
LONGEST_TYPED = 100  # letters of a registration number with all that stands around it
MOST_YEN = 10_000_000  # one line; more is a slip of the finger


class InvoiceWrong(Refusal):
    """An invoice that cannot be; the code says what (`lines`, `line`, `rate`, `registration`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Line:
    """One line. `unit_price_yen` includes tax or not as the invoice says; a discount is negative."""

    words: str
    quantity: int
    unit: str
    unit_price_yen: int
    rate: int = 10

    @property
    def amount_yen(self) -> int:
        """Quantity times price."""
        return self.quantity * self.unit_price_yen


@dataclass(frozen=True)
class RateTotal:
    """What an invoice says for one rate: net + tax = gross, always."""

    rate: int
    net_yen: int
    tax_yen: int

    @property
    def gross_yen(self) -> int:
        """With tax."""
        return self.net_yen + self.tax_yen


def rounded(numerator: int, denominator: int, rounding: Rounding) -> int:
    """A fraction as whole yen. Negative amounts round like their positive ones, so a discount mirrors its price."""
    sign = -1 if numerator < 0 else 1
    whole, rest = divmod(abs(numerator), denominator)
    up = {Rounding.DOWN: False, Rounding.HALF_UP: 2 * rest >= denominator, Rounding.UP: rest > 0}[rounding]
    return sign * (whole + up)


def rate_totals(lines: Sequence[Line], *, tax_included: bool, rounding: Rounding) -> list[RateTotal]:
    """One total per rate, highest first; tax is rounded once for each (qualified invoices, 消費税法施行令70条の10)."""
    totals = []
    for rate in sorted({line.rate for line in lines}, reverse=True):
        amount = sum(line.amount_yen for line in lines if line.rate == rate)
        if tax_included:
            tax = rounded(amount * rate, 100 + rate, rounding)
            totals.append(RateTotal(rate, amount - tax, tax))
        else:
            totals.append(RateTotal(rate, amount, rounded(amount * rate, 100, rounding)))
    return totals


def total_yen(totals: Sequence[RateTotal]) -> int:
    """What is to be paid, tax included."""
    return sum(total.gross_yen for total in totals)


def registration_number(text: str) -> str:
    """`T1234567890123` from any way of typing it. Raises InvoiceWrong when the check digit does not fit.

    The digits are a 法人番号 or built like one: the first is 9 − (Σ digit × weight mod 9) of the others, weights
    1, 2, 1, 2, … from the right.
    """
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text[:LONGEST_TYPED]).upper())
    match = re.search(r"(?<!T)T[0-9]{13}(?![0-9])", plain)
    if match is None:
        raise InvoiceWrong("registration")
    digits = match[0]
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits[2:])))
    if int(digits[1]) != 9 - total % 9:
        raise InvoiceWrong("registration")
    return digits


def due_day(issued_on: date) -> date:
    """The end of the next month, as firms commonly pay (月末締め翌月末払い); the vendor may write another day."""
    after_next = issued_on.replace(day=1) + timedelta(days=62)
    return after_next.replace(day=1) - timedelta(days=1)


def require_lines(lines: Sequence[Line]) -> None:
    """Raise InvoiceWrong unless there are lines that can be billed and their sum is something to pay."""
    if not lines or sum(line.amount_yen for line in lines) <= 0:
        raise InvoiceWrong("lines")
    for line in lines:
        if not line.words.strip() or line.quantity < 1 or abs(line.amount_yen) > MOST_YEN:
            raise InvoiceWrong("line")
        if line.rate not in RATES:
            raise InvoiceWrong("rate")


@dataclass(frozen=True)
class FeeTerms:
    """What a programme pays its vendors: so much for coming, so much an hour. All 0: not agreed in the platform."""

    remote_yen: int = 0
    on_site_yen: int = 0
    hour_yen: int = 0

    @property
    def agreed(self) -> bool:
        """Whether anything is set."""
        return bool(self.remote_yen or self.on_site_yen or self.hour_yen)


def vendor_fee_yen(terms: FeeTerms, *, on_site: bool, minutes: int) -> int:
    """What the vendor gets: the base of the dearest way used, and its time by the minute, a part of a yen dropped."""
    return (terms.on_site_yen if on_site else terms.remote_yen) + terms.hour_yen * minutes // 60


def margin_yen(billed_yen: int, terms: FeeTerms, *, on_site: bool, minutes: int) -> int | None:
    """What stays with the consortium of a bill; None when no fee is agreed. Negative: the fee is more than the bill."""
    return billed_yen - vendor_fee_yen(terms, on_site=on_site, minutes=minutes) if terms.agreed else None


def yen_per_hour(amount_yen: int, minutes: int) -> int | None:
    """What an hour brought, so that a vendor sees whether the work pays (OSK 6.2.5); None without any time."""
    return amount_yen * 60 // minutes if minutes else None
