"""What help will probably take and cost, from past jobs like it. Plain data (N4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FEWEST = 5  # fewer past jobs are no basis, and might be recognised; sec.past_effort gives no fewer

# What may be said about the bill besides: the tax in it (10% of the net amount, rounded down).
_TAX = (10, 110)


@dataclass(frozen=True)
class Past:
    """Quarter, middle and three quarters of what past jobs of one likeness and way took.

    `level`: 0 the same family of detections, 1 the same function of the box, 2 any first response of the programme.
    """

    level: int
    way: str
    jobs: int
    bills: int
    minutes_low: int
    minutes_middle: int
    minutes_high: int
    yen_low: int | None
    yen_middle: int | None
    yen_high: int | None


def nearest(past: Iterable[Past], way: str) -> Past | None:
    """The most alike that has enough jobs; None: no past cases yet."""
    enough = [each for each in past if each.way == way and each.jobs >= FEWEST]
    return min(enough, key=lambda each: each.level, default=None)


def yen_of(past: Past | None) -> tuple[int, int, int] | None:
    """Low, middle, high; None when too few bills are known."""
    if past is None or past.bills < FEWEST or past.yen_low is None:
        return None
    return past.yen_low, past.yen_middle or 0, past.yen_high or 0


def tax_in(total_yen: int) -> int:
    """The consumption tax in an amount that includes it, at the general rate."""
    return total_yen * _TAX[0] // _TAX[1]
