"""What happens at an invented firm in a year: plain data from a seed.

How often what happens follows OSK 表4-21 to 4-25: most detections are blocked attacks from outside, one firm in thirty
makes most of them, ★★ are few, and a real infection is rare.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

MACHINES: Final = 8  # of a firm that show themselves, numbered from 0


class What(StrEnum):
    """Kinds of happenings."""

    PROBES = "probes"  # blocked attacks from outside, spread over a week
    BAD_SITE = "bad_site"  # somebody opens a dangerous site
    PHISHING = "phishing"  # a page that asks for a password
    WEAK_ROUTER = "weak_router"  # the router's password is still the maker's
    VIRUS_STOPPED = "virus_stopped"
    VIRUS_DELIVERED = "virus_delivered"
    DYNAMIC_DNS = "dynamic_dns"  # a name service that malware likes
    CALLBACKS = "callbacks"  # malware calls home until the count of ★★★ is reached


@dataclass(frozen=True)
class Happening:
    """Something a box sees: `count` times from `at` on, at the firm's machine number `machine`."""

    at: datetime
    what: What
    machine: int
    count: int


@dataclass(frozen=True)
class FirmYear:
    """What happens at one firm, in the order of time."""

    happenings: tuple[Happening, ...]
    infected_at: datetime | None


# How often a month, at a firm of ten; the probes come weekly.
_OFTEN: Final = (
    (What.BAD_SITE, 0.45, 3),
    (What.PHISHING, 0.2, 1),
    (What.WEAK_ROUTER, 0.12, 2),
    (What.VIRUS_STOPPED, 0.3, 2),
    (What.VIRUS_DELIVERED, 0.04, 1),
    (What.DYNAMIC_DNS, 0.3, 3),
)
_QUIET: Final = 4  # of ten firms see no attack from outside at all: OSK 表4-22 counts 22 of 53
_INFECTED_OF: Final = 10  # one firm in ten once meets what calls home
_NOISY: Final = 3  # the third firm makes most of the noise


def firm_year(seed: int, place: int, *, start: datetime, end: datetime) -> FirmYear:
    """What happens between start and end at the firm in this place of the list, the same for the same seed."""
    dice = random.Random(seed * 1000 + place)  # noqa: S311 - the same seed must give the same year
    happenings = [*_probes(dice, place, start, end), *_others(dice, start, end)]
    infected_at = _infected(dice, place, start, end)
    if infected_at is not None:
        happenings.append(Happening(infected_at, What.CALLBACKS, dice.randrange(MACHINES), 6))
    return FirmYear(tuple(sorted(happenings, key=lambda happening: happening.at)), infected_at)


def _probes(dice: random.Random, place: int, start: datetime, end: datetime) -> list[Happening]:
    if place % 10 < _QUIET and place != _NOISY:
        return []
    most = 160 if place == _NOISY else 14
    weeks = max(1, (end - start).days // 7)
    return [
        Happening(start + timedelta(days=7 * week), What.PROBES, dice.randrange(2), dice.randint(most // 4, most))
        for week in range(weeks)
    ]


def _others(dice: random.Random, start: datetime, end: datetime) -> list[Happening]:
    days = (end - start).days
    happenings = []
    for what, a_month, most in _OFTEN:
        for day in range(days):
            if dice.random() < a_month / 30:
                at = start + timedelta(days=day, hours=_hour(dice), minutes=dice.randrange(50))
                happenings.append(Happening(at, what, dice.randrange(MACHINES), dice.randint(1, most)))
    return [happening for happening in happenings if happening.at < end]


def _hour(dice: random.Random) -> int:
    """UTC hours in which people of Japan work; now and then late in the evening."""
    return dice.choice((0, 0, 1, 1, 2, 2, 4, 5, 5, 6, 6, 7, 8, 8, 13))


def _infected(dice: random.Random, place: int, start: datetime, end: datetime) -> datetime | None:
    if place % _INFECTED_OF != 1:
        return None
    days = (end - start).days
    return start + timedelta(days=dice.randrange(days // 4, max(days // 4 + 1, days * 3 // 4)), hours=2, minutes=5)
