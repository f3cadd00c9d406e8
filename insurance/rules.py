"""The bundled cover: contract years, what is left, what may be paid. Plain data (OSK 6.1.1, 5.2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from incidents.states.incident import BY_HAND


class YearRule(StrEnum):
    """Which year the number of claims counts in."""

    CONTRACT = "contract"
    CALENDAR = "calendar"
    FISCAL = "fiscal"


class TaxRule(StrEnum):
    """Which amount of an invoice the limit is about."""

    INCLUDED = "included"
    EXCLUDED = "excluded"


class Verdict(StrEnum):
    """Whether first response of an incident may be paid by the bundled cover, and why."""

    ELIGIBLE = "eligible"
    NOT_HIGH = "not_high"
    BY_HAND = "by_hand"
    NO_POLICY = "no_policy"
    OUTSIDE_CONTRACT = "outside_contract"
    VENDOR_NOT_LISTED = "vendor_not_listed"
    REMOTE_NOT_COVERED = "remote_not_covered"
    USED_UP = "used_up"


@dataclass(frozen=True)
class Terms:
    """The terms in force: yen per claim, claims per year, which year, which amount, who may do the work and how."""

    limit_yen: int
    claims_per_year: int
    remote_covered: bool
    listed_only: bool = True
    tax_rule: str = TaxRule.INCLUDED
    year_rule: str = YearRule.CONTRACT


@dataclass(frozen=True)
class ContractYear:
    """First and last day of an insurance year, by default the contract year."""

    first: date
    last: date


@dataclass(frozen=True)
class Entitlement:
    """What is left this year. `year` None: no contract on that day; `terms` None: no policy."""

    year: ContractYear | None
    terms: Terms | None
    claims_used: int

    @property
    def claims_left(self) -> int:
        """Claims the firm may still make this year."""
        if self.year is None or self.terms is None:
            return 0
        return max(self.terms.claims_per_year - self.claims_used, 0)

    @property
    def yen_left(self) -> int:
        """Limit of the next claim; 0 when none is left."""
        return self.terms.limit_yen if self.terms is not None and self.claims_left else 0


def contract_year(start: date, end: date | None, day: date) -> ContractYear | None:
    """The contract year that holds `day`; None before the contract and after its end.

    A contract that began on 29 February has its anniversaries on 1 March in common years.
    """
    if day < start or (end is not None and day > end):
        return None
    years = day.year - start.year
    if anniversary(start, years) > day:
        years -= 1
    last = anniversary(start, years + 1) - timedelta(days=1)
    return ContractYear(anniversary(start, years), min(last, end) if end is not None else last)


def anniversary(start: date, years: int) -> date:
    """The day `years` after `start`."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def insurance_year(
    rule: str, *, start: date, end: date | None, day: date, fiscal_start_month: int = 4
) -> ContractYear | None:
    """The year of a policy's rule that holds `day`; None outside the contract, whatever the rule.

    Calendar and fiscal years begin on their own first day also when the contract began later: the year is the key
    under which claims are counted.
    """
    contract = contract_year(start, end, day)
    if contract is None or rule == YearRule.CONTRACT:
        return contract
    month = 1 if rule == YearRule.CALENDAR else fiscal_start_month
    first = date(day.year - (day.month < month), month, 1)
    last = anniversary(first, 1) - timedelta(days=1)
    return ContractYear(first, min(last, end) if end is not None else last)


def eligibility(
    *,
    kind: str,
    opened_by: str,
    grade: int,
    entitlement: Entitlement,
    vendor_listed: bool | None = None,
    remote: bool | None = None,
) -> Verdict:
    """Only a ★★★ notice given by rule triggers the cover, for work of a listed vendor (OSK 6.1.1).

    One that a person or the programme's policy opened does not. `vendor_listed` and `remote` are None as long as no
    vendor and no way are chosen.
    """
    if entitlement.year is None:
        return Verdict.OUTSIDE_CONTRACT
    if entitlement.terms is None:
        return Verdict.NO_POLICY
    if opened_by in BY_HAND:
        return Verdict.BY_HAND
    if grade < 3 or kind != "malware_suspected":
        return Verdict.NOT_HIGH
    if entitlement.terms.listed_only and vendor_listed is False:
        return Verdict.VENDOR_NOT_LISTED
    if remote and not entitlement.terms.remote_covered:
        return Verdict.REMOTE_NOT_COVERED
    return Verdict.ELIGIBLE if entitlement.claims_left else Verdict.USED_UP


@dataclass(frozen=True)
class Split:
    """Who pays a bill: insurer + own is the whole bill, always."""

    total_yen: int
    insurer_yen: int
    own_yen: int


def split(total_yen: int, tax_yen: int, *, terms: Terms) -> Split:
    """A bill (tax included) under the terms: 50,001 yen with a limit of 50,000 leave 1 yen to the firm.

    When the limit is about the amount without tax, the firm pays the tax. Raises ValueError for amounts below 0 or more
    tax than bill.
    """
    if not 0 <= tax_yen <= total_yen:
        raise ValueError(f"{tax_yen} of {total_yen} yen cannot be tax")
    counted = total_yen - tax_yen if terms.tax_rule == TaxRule.EXCLUDED else total_yen
    insurer = min(counted, terms.limit_yen)
    return Split(total_yen, insurer, total_yen - insurer)


def payment_estimate(verdict: Verdict, *, total_yen: int, tax_yen: int, terms: Terms | None) -> Split:
    """Who would pay an expected bill, to be shown before the work starts: all the firm's own when not covered."""
    if verdict is not Verdict.ELIGIBLE or terms is None:
        return Split(total_yen, 0, total_yen)
    return split(total_yen, tax_yen, terms=terms)
