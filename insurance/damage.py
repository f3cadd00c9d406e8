"""What an attack may cost a firm, and which policy pays for what. Plain data.

The formula is AIC 7-1; with 25 computers and sales of 1,000,000 yen a day its parts sum to 49,250,000. The cases are
OSK 表6-1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DAYS_DOWN = 14
MOST_COMPUTERS = 10_000
MOST_SALES = 10_000_000_000  # a day


class Part(StrEnum):
    """Parts of the damage, in the order of the source."""

    FIRST_RESPONSE = "first_response"
    FORENSICS = "forensics"
    ON_SITE = "on_site"
    TRAVEL = "travel"
    RECOVERY = "recovery"
    HANDLING = "handling"
    PUBLICITY = "publicity"
    SALES = "sales"


@dataclass(frozen=True)
class Damage:
    """Yen by part."""

    parts: dict[Part, int]

    @property
    def total_yen(self) -> int:
        """All of it."""
        return sum(self.parts.values())


def damage_estimate(*, computers: int, daily_sales_yen: int, days_down: int = DAYS_DOWN) -> Damage:
    """The damage by part (AIC 7-1). Raises ValueError for numbers that cannot be."""
    if not 1 <= computers <= MOST_COMPUTERS or not 0 <= daily_sales_yen <= MOST_SALES or not 0 <= days_down <= 365:
        raise ValueError("out of range")
    return Damage(
        {
            Part.FIRST_RESPONSE: 150_000,
            Part.FORENSICS: 1_000_000 * computers,
            Part.ON_SITE: 1_000_000,
            Part.TRAVEL: 100_000,
            Part.RECOVERY: 200_000 * computers,
            Part.HANDLING: 2_000_000,
            Part.PUBLICITY: 2_000_000,
            Part.SALES: daily_sales_yen * days_down,
        }
    )


class Case(StrEnum):
    """What may have happened after an attack (OSK 表6-1), from nothing to the worst."""

    BLOCKED = "blocked"
    CLEANED = "cleaned"
    DOUBT = "doubt"
    NETWORK_DOWN = "network_down"
    DATA_LOST = "data_lost"
    DATA_LEAKED = "data_leaked"
    CUSTOMER_VIRUS = "customer_virus"
    CUSTOMER_DOWN = "customer_down"


class Pays(StrEnum):
    """Which part of a fuller policy pays."""

    NOTHING_NEEDED = "nothing_needed"
    COSTS = "costs"
    COSTS_AND_LIABILITY = "costs_and_liability"
    LIABILITY = "liability"


CASES: dict[Case, Pays] = {
    Case.BLOCKED: Pays.NOTHING_NEEDED,
    Case.CLEANED: Pays.NOTHING_NEEDED,
    Case.DOUBT: Pays.COSTS,
    Case.NETWORK_DOWN: Pays.COSTS,
    Case.DATA_LOST: Pays.COSTS,
    Case.DATA_LEAKED: Pays.COSTS_AND_LIABILITY,
    Case.CUSTOMER_VIRUS: Pays.LIABILITY,
    Case.CUSTOMER_DOWN: Pays.LIABILITY,
}
