"""When a firm can be called, and what makes a wave. Plain functions on plain data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from notifications.hours import BusinessHours, NeverOpen
from web.jst import JST

SLOT: Final = timedelta(hours=1)
MOST_SLOTS: Final = 6
WAVE_FIRMS: Final = 3  # ours (N18); fewer would tell the firms who it was


def call_slots(hours: BusinessHours, now: datetime) -> list[datetime]:
    """Beginnings of the hours in which the desk can call, of the day it opens next, in Japan's time.

    The first is at once while it is open."""
    try:
        first = hours.next_opening(now).astimezone(JST)
        spans = hours.on(first.date())
    except NeverOpen:
        return []
    slots: list[datetime] = [first]
    for opens, closes in spans:
        at = opens
        while at < closes and len(slots) < MOST_SLOTS:
            if at > first:
                slots.append(at)
            at += SLOT
    return slots


def is_wave(firms: int, least: int) -> bool:
    """Whether so many firms with the same in a day make a warning; never below three, whatever a setting says."""
    return firms >= max(least, WAVE_FIRMS)
