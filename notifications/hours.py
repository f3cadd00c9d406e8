"""The business-hours clock: when a channel of the programme (desk's phone, visits …) is open. Pure functions.

Hours are written as the programmes print them: "月-金 9:00-18:00" (OSK 4.3.2: weekdays, closed on holidays),
"毎日 9:00-21:00" (KMM 2.5), "毎日・年末年始 0:00-24:00" (mail). Several rules are separated by "、". On a public
holiday only rules that name 祝 (or 毎日) hold; from 12/29 to 1/3 only rules that name 年末年始. Times are Japan's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache

from holidays import country_holidays

from web.jst import JST

DAYS = "月火水木金土日"
HOLIDAY, YEAR_END = 7, 8  # kinds of days besides the seven of the week
FARTHEST = 400  # days looked ahead; hours hold on some day of every week, unless that many days are closed by hand
_RULE = re.compile(r"(?P<days>[^\d\s]+)\s*(?P<h1>\d{1,2}):(?P<m1>\d\d)-(?P<h2>\d{1,2}):(?P<m2>\d\d)")

Span = tuple[int, int]  # minutes of the day, from–until, until ≤ 1440


class HoursUnreadable(ValueError):
    """The words are no opening hours; the message says which part."""


class NeverOpen(ValueError):
    """No opening within the days looked ahead: too many days are closed by hand."""


@dataclass(frozen=True)
class BusinessHours:
    """Opening hours of one channel. Make one with `hours_read`.

    `spans`: (kind of day → spans) for Monday 0 … Sunday 6, HOLIDAY and YEAR_END; `closed`: single days, such as moving.
    """

    words: str
    spans: tuple[tuple[Span, ...], ...]
    closed: frozenset[date] = frozenset()

    @cached_property
    def always(self) -> bool:
        """Open day and night, such as mail."""
        return not self.closed and all(spans == ((0, 1440),) for spans in self.spans)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody answers at this moment; closing time itself is closed."""
        return any(opens <= at < closes for opens, closes in self.on(at.astimezone(JST).date()))

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself while open, else when it opens next. Raises NeverOpen."""
        return max(at, next(self._from(at))[0]).astimezone(at.tzinfo)

    def add_business(self, at: datetime, length: timedelta) -> datetime:
        """When `length` of opening time has gone by since `at`. Nothing added: the next opening.

        Raises NeverOpen, and ValueError for a negative length.
        """
        if length < timedelta():
            raise ValueError("a target cannot lie in the past")
        left = length
        for opens, closes in self._from(at):
            begins = max(at, opens)
            if left <= closes - begins:
                return (begins + left).astimezone(at.tzinfo)
            left -= closes - begins
        raise NeverOpen(self.words)

    def business_between(self, a: datetime, b: datetime) -> timedelta:
        """Opening time between two moments; negative when b is before a."""
        if b < a:
            return -self.business_between(b, a)
        day, last, total = a.astimezone(JST).date(), b.astimezone(JST).date(), timedelta()
        while day <= last:
            for opens, closes in self.on(day):
                total += max(min(b, closes) - max(a, opens), timedelta())
            day += timedelta(days=1)
        return total

    def on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Opening and closing moments of a day."""
        if day in self.closed:
            return ()
        midnight = datetime(day.year, day.month, day.day, tzinfo=JST)  # Japan has no summer time
        return tuple(
            (midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes))
            for opens, closes in self.spans[day_kind(day)]
        )

    def _from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spans that have not ended at `at`, in order; ends with NeverOpen after FARTHEST days without any."""
        day, without = at.astimezone(JST).date(), 0
        while without < FARTHEST:
            spans = [span for span in self.on(day) if span[1] > at]
            yield from spans
            without = 0 if spans else without + 1
            day += timedelta(days=1)
        raise NeverOpen(self.words)


def day_kind(day: date) -> int:
    """YEAR_END, HOLIDAY, else the day of the week from Monday 0."""
    if (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return YEAR_END
    return HOLIDAY if day in _holidays(day.year) else day.weekday()


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    """Japan's public holidays, with substitute and citizens' holidays."""
    return frozenset(country_holidays("JP", years=year))


@lru_cache(maxsize=256)
def hours_read(words: str, closed: frozenset[date] = frozenset()) -> BusinessHours:
    """Read hours as people write them (module's text). Full-width signs and 〜 are taken too.

    Raises HoursUnreadable.
    """
    plain = re.sub(r"[~〜–ー−]", "-", unicodedata.normalize("NFKC", words)).strip()
    spans: list[list[Span]] = [[] for _ in range(9)]
    for part in re.split(r"[、,;]", plain):
        rule = _RULE.fullmatch(part.strip())
        if rule is None:
            raise HoursUnreadable(part.strip() or words)
        span = (_minute(rule["h1"], rule["m1"]), _minute(rule["h2"], rule["m2"]))
        if span[0] >= span[1] or span[1] > 1440:
            raise HoursUnreadable(part.strip())
        for kind in _kinds(rule["days"]):
            spans[kind].append(span)
    return BusinessHours(plain, tuple(_joined(of_day) for of_day in spans), closed)


def _minute(hour: str, minute: str) -> int:
    if int(minute) > 59:
        raise HoursUnreadable(f"{hour}:{minute}")
    return int(hour) * 60 + int(minute)


def _kinds(days: str) -> list[int]:
    """ "月-金", "土日", "毎日・年末年始", "平日祝" … → kinds of days."""
    kinds: set[int] = set()
    for word in re.split("・", days):
        rest = word
        for name, meant in (("年末年始", {YEAR_END}), ("毎日", {*range(7), HOLIDAY}), ("平日", {*range(5)})):
            if name in rest:
                kinds |= meant
                rest = rest.replace(name, "")
        for first, last in re.findall(rf"([{DAYS}])-([{DAYS}])", rest):
            if DAYS.index(first) > DAYS.index(last):
                raise HoursUnreadable(days)
            kinds |= {*range(DAYS.index(first), DAYS.index(last) + 1)}
        for sign in re.sub(rf"[{DAYS}]-[{DAYS}]", "", rest):
            if sign not in DAYS + "祝":
                raise HoursUnreadable(days)
            kinds.add(HOLIDAY if sign == "祝" else DAYS.index(sign))
    if not kinds & {*range(7)}:
        raise HoursUnreadable(days)
    return sorted(kinds)


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """In order, overlapping ones as one."""
    joined: list[Span] = []
    for opens, closes in sorted(spans):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return tuple(joined)
