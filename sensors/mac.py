"""MAC addresses: one spelling, the maker by the IEEE's list, and whether a machine makes its number up."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from functools import cache

import aiooui

from web.jst import JST

_SPELLING = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
NIGHT_FROM, NIGHT_UNTIL = 22, 5


def mac_read(text: object) -> str | None:
    """`AA-BB-…` or `aa:bb:…` as `aa:bb:…`; None for anything else and for addresses of groups of machines."""
    mac = text.strip().lower().replace("-", ":") if isinstance(text, str) else ""
    if not _SPELLING.fullmatch(mac) or int(mac[:2], 16) & 1 or mac == "00:00:00:00:00:00":
        return None
    return mac


def is_random(mac: str) -> bool:
    """Whether the locally administered bit is set: phones and PCs that change their number per network do so."""
    return bool(int(mac[:2], 16) & 2)


def vendor_of(mac: str) -> str:
    """The maker as the IEEE's list names it (packaged, no network), "" when unknown or the number is made up."""
    if is_random(mac):
        return ""
    _list_open()
    return (aiooui.get_vendor(mac) or "")[:120]


def at_night(at: datetime) -> bool:
    """Between 22:00 and 5:00 in Japan (OSK 5.3.3: traffic at midnight was how a strange machine was found)."""
    hour = at.astimezone(JST).hour
    return hour >= NIGHT_FROM or hour < NIGHT_UNTIL


@cache
def _list_open() -> None:
    asyncio.run(aiooui.async_load())
