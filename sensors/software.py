"""Software out of support, recognised by the user agents programs send. OSK 5.4.3."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

# Office and Windows services still call themselves Internet Explorer.
_NO_BROWSER = re.compile(r"ms-?office|outlook|excel|powerpoint|\bword\b|WinHttp|CryptoAPI", re.IGNORECASE)


@dataclass(frozen=True)
class OldSoftware:
    """Software whose maker mends nothing any more since `ended`."""

    key: str
    name: Any
    ended: date
    pattern: re.Pattern[str]
    advice: Any
    browser: bool = False


def _is(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_NEW_PC = gettext_lazy("新しいWindowsのパソコンに取り替えるか、インターネットにつながずに使ってください。")
TABLE = (
    OldSoftware(
        "ie",
        gettext_lazy("Internet Explorer(ホームページを見るソフト)"),
        date(2022, 6, 15),
        _is(r"MSIE \d|Trident/\d"),
        gettext_lazy("Microsoft Edgeなど、新しいソフトで見てください。"),
        browser=True,
    ),
    OldSoftware(
        "flash",
        gettext_lazy("Flash Player(動画を見るソフト)"),
        date(2020, 12, 31),
        _is(r"Shockwave Flash|Flash ?Player|Adobe Flash"),
        gettext_lazy("パソコンから削除してください。"),
    ),
    OldSoftware("windows-xp", gettext_lazy("Windows XP"), date(2014, 4, 8), _is(r"Windows NT 5\.[12]"), _NEW_PC),
    OldSoftware("windows-vista", gettext_lazy("Windows Vista"), date(2017, 4, 11), _is(r"Windows NT 6\.0"), _NEW_PC),
    OldSoftware("windows-7", gettext_lazy("Windows 7"), date(2020, 1, 14), _is(r"Windows NT 6\.1"), _NEW_PC),
    OldSoftware("windows-8", gettext_lazy("Windows 8・8.1"), date(2023, 1, 10), _is(r"Windows NT 6\.[23]"), _NEW_PC),
    OldSoftware(
        "android",
        gettext_lazy("Android 9以前のスマートフォン・タブレット"),
        date(2022, 1, 1),
        _is(r"Android [1-9](?:[.;) ]|$)"),
        gettext_lazy("本体の更新を確かめ、更新できないものは会社の仕事に使わないでください。"),
    ),
)


def old_software(user_agents: Iterable[str]) -> list[OldSoftware]:
    """What of the table these user agents name, in the table's order, each once."""
    agents = [agent for agent in user_agents if isinstance(agent, str)]
    return [row for row in TABLE if any(_names(row, agent) for agent in agents)]


def _names(row: OldSoftware, agent: str) -> bool:
    return bool(row.pattern.search(agent)) and not (row.browser and _NO_BROWSER.search(agent))
