"""Filters that write dates, numbers and addresses the way the product always writes them (UI rule 6)."""

import re
from datetime import date, datetime
from typing import Final

from django import template
from django.utils.translation import get_language

from web.jst import JST
from web.outside import as_it_is, defanged
from web.paging import at_least
from web.plain_words import plain
from web.spans import span

register = template.Library()

WEEKDAYS_JA: Final = "月火水木金土日"
WEEKDAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


@register.filter
def outside(text: object) -> str:
    """A text from outside on a page: in one line, nothing hidden or turned around."""
    return as_it_is(str(text or ""))


@register.filter(name="defanged")
def not_clickable(text: object) -> str:
    """A text from outside in a mail or on paper: as `outside`, and no program makes a link of it."""
    return defanged(str(text or ""))


def japanese() -> bool:
    """Whether the language in force is Japanese, which is also what counts when none is."""
    return (get_language() or "ja").startswith("ja")


def in_jst(moment: datetime) -> datetime:
    """The moment in Japan's time. Raises ValueError for a time without zone: nobody can say which moment it is."""
    if moment.tzinfo is None:
        raise ValueError("a time without time zone cannot be shown in JST")
    return moment.astimezone(JST)


def _day(day: date) -> str:
    if japanese():
        return f"{day.year}年{day.month}月{day.day}日({WEEKDAYS_JA[day.weekday()]})"
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]} {day.year}"


@register.filter
def jst(moment: datetime | None) -> str:
    """`2026年11月20日(金) 14:05`, in English `Fri 20 Nov 2026 14:05 JST`; nothing for None."""
    if moment is None:
        return ""
    local = in_jst(moment)
    zone = "" if japanese() else " JST"
    return f"{_day(local)} {local:%H:%M}{zone}"


@register.filter
def jst_date(moment: datetime | date | None) -> str:
    """`2026年11月20日(金)`, in English `Fri 20 Nov 2026`. A plain date is taken as it is."""
    if moment is None:
        return ""
    return _day(in_jst(moment) if isinstance(moment, datetime) else moment)


@register.filter
def jst_time(moment: datetime | None) -> str:
    """`14:05` in Japan's time."""
    return "" if moment is None else f"{in_jst(moment):%H:%M}"


@register.filter
def jst_month(moment: datetime | date | None) -> str:
    """`2026年11月`, in English `November 2026` shortened to `Nov 2026`."""
    if moment is None:
        return ""
    day = in_jst(moment) if isinstance(moment, datetime) else moment
    return f"{day.year}年{day.month}月" if japanese() else f"{MONTHS_EN[day.month - 1]} {day.year}"


@register.filter
def iso(moment: datetime | date | None) -> str:
    """For `<time datetime="…">`: ISO 8601 with Japan's offset."""
    if moment is None:
        return ""
    return in_jst(moment).isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()


@register.filter
def counted(count: int) -> str:
    """How many there are: `1,000+` when nobody counted further (web.paging)."""
    return at_least(count)


@register.filter
def thousands(number: float | None) -> str:
    """`10,796`; a float keeps one decimal. Nothing for None."""
    if number is None:
        return ""
    return f"{number:,.1f}" if isinstance(number, float) and not number.is_integer() else f"{int(number):,}"


@register.filter
def yen(amount: int | None) -> str:
    """`50,000円`, in English `¥50,000`."""
    if amount is None:
        return ""
    if japanese():
        return f"{amount:,}円"
    return f"-¥{-amount:,}" if amount < 0 else f"¥{amount:,}"


@register.filter
def percent_n(part: int, whole: int) -> str:
    """`40% (n=53)`: a percentage never without its n. With n = 0 there is no percentage: `— (n=0)`.

    One decimal below 10%, none above, so that 7.6% is not shown as 8%.
    """
    if not whole:
        return "— (n=0)"
    value = 100 * part / whole
    shown = f"{value:.0f}" if value >= 10 or value == 0 else f"{value:.1f}"
    return f"{shown}% (n={whole:,})"


@register.filter
def mac(address: str | None) -> str:
    """A hardware address as `00:1a:2b:3c:4d:5e` whatever separators it came with; other text unchanged."""
    text = (address or "").strip()
    digits = re.sub(r"[^0-9A-Fa-f]", "", text)
    if len(digits) != 12 or re.fullmatch(r"[0-9A-Fa-f:.\-]+", text) is None:
        return text
    return ":".join(digits[start : start + 2] for start in range(0, 12, 2)).lower()


register.filter("span", span)


@register.filter
def file_size(number: int | None) -> str:
    """`5.2 MB` (powers of 1,000, as file managers and bills count)."""
    if number is None:
        return ""
    value = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:,.1f} TB"


@register.filter
def plain_word(term: str) -> str:
    """What a firm reads instead of a technical word, in the language of the page."""
    return plain(term, "ja" if japanese() else "en")
