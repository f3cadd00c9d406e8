"""The bundled cover: contract years, what is left, what may be paid. Plain data (OSK 6.1.1, 5.2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """Whether first response of an incident may be paid by the bundled cover, and why."""

    ELIGIBLE = "eligible"
    NOT_HIGH = "not_high"
    BY_HAND = "by_hand"
    NO_POLICY = "no_policy"
    OUTSIDE_CONTRACT = "outside_contract"
    USED_UP = "used_up"


@dataclass(frozen=True)
class Terms:
    """The terms in force: yen per claim (tax included) and claims per contract year."""

    limit_yen: int
    claims_per_year: int
    remote_covered: bool


@dataclass(frozen=True)
class ContractYear:
    """First and last day of an insurance year, which is the contract year."""

    first: date
    last: date


@dataclass(frozen=True)
class Entitlement:
    """What is left this contract year. `year` None: no contract on that day; `terms` None: no policy."""

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


def eligibility(*, kind: str, opened_by: str, grade: int, entitlement: Entitlement) -> Verdict:
    """Only a ★★★ notice given by rule triggers the cover (OSK 6.1.1); one an analyst opened does not."""
    if entitlement.year is None:
        return Verdict.OUTSIDE_CONTRACT
    if entitlement.terms is None:
        return Verdict.NO_POLICY
    if opened_by == "analyst":
        return Verdict.BY_HAND
    if grade < 3 or kind != "malware_suspected":
        return Verdict.NOT_HIGH
    return Verdict.ELIGIBLE if entitlement.claims_left else Verdict.USED_UP
