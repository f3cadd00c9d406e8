"""Doors through row-level security for owners, offices and outreach desks (docs/access.md)."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, overload

from django.db import connection

from base.identity import Phone, search_fold
from base.industries import INDUSTRIES
from base.phone_numbers import national_figures, number_of, numbers_in
from web.paging import MOST_COUNTED

MOST_FIRMS = 1_000_000  # of an office
MOST_NUMBERED = 200


@dataclass(frozen=True)
class OfficeFirm:
    """A firm of the acting office's programme; None in each group of fields the firm has not agreed to show."""

    tenant_id: int
    name: str
    active_boxes: int | None
    last_seen_at: datetime | None
    incidents: int | None
    open_incidents: int | None
    prefecture: str
    municipality: str
    industry: str
    staff_count: int | None
    phone: str
    contract_start: date | None

    @property
    def place(self) -> str:
        """Prefecture and municipality in one word."""
        return f"{self.prefecture}{self.municipality}"

    @property
    def industry_words(self) -> str:
        """The industry's name; "" when the firm named none."""
        return str(dict(INDUSTRIES).get(self.industry, ""))


@dataclass(frozen=True)
class IntroducedFirm:
    """A firm the acting outreach desk introduced."""

    tenant_id: int
    name: str
    municipality: str
    since: date | None  # begin of its contract
    watched: bool


@dataclass(frozen=True)
class OfficeFirms(Sequence[OfficeFirm]):
    """Firms whose programme the acting organisation is the office of, by name; read as far as they are asked for.

    `words`: what each must hold in name, reading, place or industry; a telephone number finds the firms that have it.
    Counted are at most web.paging.MOST_COUNTED; a slice without an end has them all.
    """

    words: str = ""

    @cached_property
    def counts(self) -> tuple[int, int, int | None]:
        """(all firms, those that fit, those that let the office see how they are watched: None when there are many)."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT every, matches, agreed FROM sec.office_firms_counted(%s, %s, %s)",
                [*self._search, MOST_COUNTED],
            )
            every, matches, agreed = cursor.fetchone()
        return every, matches, agreed

    def __len__(self) -> int:
        return self.counts[1]

    @overload
    def __getitem__(self, part: int) -> OfficeFirm: ...
    @overload
    def __getitem__(self, part: slice) -> list[OfficeFirm]: ...
    def __getitem__(self, part: int | slice) -> OfficeFirm | list[OfficeFirm]:
        if isinstance(part, int):
            return self[part : part + 1][0]
        start = part.start or 0
        return _office_firms([*self._search, start, (MOST_FIRMS if part.stop is None else part.stop) - start])

    @cached_property
    def _search(self) -> list[Any]:
        number = number_of(self.words)
        if number is not None:
            return ["[]", firms_with_number(number)]
        words = [{"words": search_fold(word), "industries": _industries(word)} for word in self.words.split()]
        return [json.dumps(words), None]


def office_firm(tenant_id: int) -> OfficeFirm | None:
    """One of these firms."""
    return next(iter(_office_firms(["[]", [tenant_id], 0, 1])), None)


def _office_firms(values: list[Any]) -> list[OfficeFirm]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, firm, active_boxes, last_seen_at, incidents, open_incidents, prefecture, municipality,"
            " industry, staff_count, phone, contract_start FROM sec.office_firms(%s, %s::bigint[], %s, %s)",
            values,
        )
        return [OfficeFirm(*row) for row in cursor.fetchall()]


def _industries(word: str) -> list[str]:
    """Codes of the industries whose name holds the word."""
    return [code for code, name in INDUSTRIES if search_fold(word) in search_fold(str(name))]


def firms_with_number(number: Phone) -> list[int]:
    """Ids of firms in reach that have this telephone number, however it is written."""
    near = _phones(national_figures(number), MOST_NUMBERED)
    return [firm for firm, phone in near if number.e164 in {known.e164 for known in numbers_in(phone)}]


def firms_named(words: str, *, most: int) -> list[int]:
    """Ids of firms in reach whose name or reading contains these words, at most so many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM sec.firms_named(%s, %s) ORDER BY 1", [search_fold(words), most])
        return [row[0] for row in cursor.fetchall()]


def firms_in_words(bare: str, *, heads: Collection[str], places: Collection[str], most: int) -> list[int]:
    """Ids of firms in reach whose name or address stands in a bare text (knowledge.rules.bare), at most so many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id FROM sec.firms_in_words(%s, %s::text[], %s::text[], %s) ORDER BY 1",
            [bare, list(heads), list(places), most],
        )
        return [row[0] for row in cursor.fetchall()]


def firms_numbered(figures: str, *, most: int) -> list[int]:
    """Ids of firms in reach whose telephone field holds these figures (four at least) side by side, at most so many."""
    return [firm for firm, _phone in _phones(figures, most)]


def _phones(figures: str, most: int) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, phone FROM sec.firms_numbered(%s, %s) ORDER BY 1", [figures, most])
        return list(cursor.fetchall())


def introduced_firms() -> list[IntroducedFirm]:
    """Firms the acting organisation introduced, the newest contract first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.tenant_id, f.firm, f.municipality, f.enrolled_since, f.watched FROM sec.introduced_firms() f"
            " JOIN tenants_accessgrant a ON a.id = f.grant_id ORDER BY f.enrolled_since DESC NULLS LAST, f.firm"
        )
        return [IntroducedFirm(*row) for row in cursor.fetchall()]


def member_log_in_failures(*, since: timedelta) -> list[tuple[int, int, datetime]]:
    """(user_id, how often, last time) of the members of the organisation whose owner is acting."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, failures, last_at FROM sec.member_log_in_failures(%s::interval)", [f"{since.days} days"]
        )
        return list(cursor.fetchall())
