"""Searches everything the desk has recorded: cases by any word said in them, calls by number, caller or firm."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Q

from base.identity import search_fold
from base.phone_numbers import number_of
from incidents.desk.doors import MOST_WORDED, rows_worded
from incidents.desk.lookup import MOST_FIRMS, firms_matching
from incidents.models import Caller, Case, Contact, IncidentGroup
from incidents.states.case import OPEN_STATES
from sensors.models import Device
from tenants.selectors import of_firms_named

# Nobody reads further than this; for a shorter list people type more words.
MOST = 50
# People remember the end of a number: fewer figures find too much.
LEAST_DIGITS = 4


@dataclass(frozen=True)
class Search:
    """What was typed, and the firms whose name or number it is part of: MOST_FIRMS of them, when they are more.

    `standing`: "open" or "over" when only such rows are looked for, else ""; `most`: so many by their words. What was
    read once is kept, for copies with another `standing` too.
    """

    words: str
    firms: tuple[int, ...]
    standing: str = ""
    most: int = MOST_WORDED
    _ids: dict[tuple[str, str, str, int], list[int]] = field(default_factory=dict, compare=False)

    @property
    def of_firms(self) -> Q:
        """Rows of these firms, and of all whose name holds the words when they are more than are listed."""
        listed = Q(tenant_id__in=self.firms)
        return listed if len(self.firms) < MOST_FIRMS else listed | of_firms_named(self.words)

    def worded(self, kind: str) -> list[int]:
        """Ids of the newest rows that hold the words (incidents.desk.doors.rows_worded)."""
        return self.holding(search_fold(self.words), kind)

    def holding(self, words: str, kind: str) -> list[int]:
        """The same for other words, as base.identity.search_fold has them."""
        key = (kind, self.standing, words, self.most)
        if key not in self._ids:
            self._ids[key] = rows_worded(*key)
        return self._ids[key]


def search_of(words: str) -> Search:
    """Reads the firms that match."""
    typed = words.strip()
    return Search(typed, tuple(firms_matching(typed)) if typed else ())


def cases_matching(search: Search, topics: Iterable[str] = ()) -> Q:
    """Cases of these firms, or with the words in title, notes, messages, questions, or in the caller's name, or with
    one of `topics`, or with this number.
    """
    condition = search.of_firms | Q(pk__in={*search.worded("case"), *_about(search, topics)})
    callers = _callers(search)
    if callers:
        spoken = Contact.objects.filter(caller__in=callers, case__isnull=False).order_by("-pk")
        condition |= Q(pk__in=[*spoken.values_list("case_id", flat=True)[:MOST]])
    return condition | Q(number=int(search.words)) if _is_small(search.words) else condition


def calls_matching(search: Search) -> Q:
    """Calls of these firms, from this number, or by a caller of this name who may have named a firm."""
    numbered = number_of(search.words)
    condition = search.of_firms | Q(pk__in=search.worded("call")) | Q(caller__in=_callers(search))
    digits = re.sub(r"[^0-9]", "", search_fold(search.words))
    if len(digits) >= LEAST_DIGITS:
        # The last figures people remember, and numbers that are none of any telephone network.
        condition |= Q(pk__in=search.holding(digits, "number"))
    return condition | Q(number_e164=numbered.e164) if numbered is not None else condition


def messages_matching(search: Search) -> Q:
    """Messages between these firms and the desk, and those of cases in which the words stand."""
    return search.of_firms | Q(case_id__in=search.worded("case"))


def incidents_matching(search: Search, kinds: Iterable[str] = ()) -> Q:
    """Incidents of these firms, of one of `kinds`, with the words in their reason or history, or about a machine that
    the firm gave such a name.
    """
    condition = search.of_firms | Q(kind__in=[*kinds]) | Q(pk__in=search.worded("incident"))
    machines = replace(search, standing="", most=MOST).worded("machine")
    for tenant_id, mac in Device.objects.filter(pk__in=machines).values_list("tenant_id", "mac"):
        about = IncidentGroup.objects.filter(tenant_id=tenant_id, group__asset_mac=mac)
        condition |= Q(pk__in=[*about.values_list("incident_id", flat=True)[:MOST]])
    return condition | Q(number=int(search.words)) if _is_small(search.words) else condition


def tasks_matching(search: Search, kinds: Iterable[str] = ()) -> Q:
    """Tasks of these firms, about incidents of one of `kinds`, or with the words in what is asked or in the outcome."""
    return search.of_firms | Q(incident__kind__in=[*kinds]) | Q(pk__in=search.worded("task"))


def _about(search: Search, topics: Iterable[str]) -> list[int]:
    """The newest cases with one of these topics."""
    wanted = [*topics]
    if not wanted:
        return []
    states = {"open": Q(state__in=OPEN_STATES), "over": ~Q(state__in=OPEN_STATES)}.get(search.standing, Q())
    cases = Case.objects.filter(states, topic__in=wanted).order_by("-pk")
    return [*cases.values_list("pk", flat=True)[: search.most]]


def _callers(search: Search) -> list[int]:
    """Callers who phone from this number."""
    numbered = number_of(search.words)
    if numbered is None:
        return []
    return [*Caller.objects.filter(number_e164=numbered.e164).values_list("pk", flat=True)[:MOST]]


def _is_small(words: str) -> bool:
    return words.isascii() and words.isdecimal() and len(words) < 9
