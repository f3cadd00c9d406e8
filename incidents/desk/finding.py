"""Searches everything the desk has recorded: cases by any word said in them, calls by number, caller or firm."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from base.identity import search_fold
from base.phone_numbers import number_of
from incidents.desk.doors import rows_worded
from incidents.desk.lookup import MOST_FIRMS, firms_matching
from incidents.models import Caller, Contact, IncidentGroup
from sensors.models import Device
from tenants.selectors import of_firms_named

# Nobody reads further than this; for a shorter list people type more words.
MOST = 50
# People remember the end of a number: fewer figures find too much.
LEAST_DIGITS = 4


@dataclass(frozen=True)
class Search:
    """What was typed, and the firms whose name or number it is part of: MOST_FIRMS of them, when they are more.

    `standing`: "open" or "over" when only such rows are looked for, else "".
    """

    words: str
    firms: tuple[int, ...]
    standing: str = ""

    @property
    def of_firms(self) -> Q:
        """Rows of these firms, and of all whose name holds the words when they are more than are listed."""
        listed = Q(tenant_id__in=self.firms)
        return listed if len(self.firms) < MOST_FIRMS else listed | of_firms_named(self.words)

    def worded(self, kind: str) -> list[int]:
        """Ids of the newest rows that hold the words (incidents.desk.doors.rows_worded)."""
        return rows_worded(kind, self.standing, search_fold(self.words))


def search_of(words: str, standing: str = "") -> Search:
    """Reads the firms that match."""
    typed = words.strip()
    return Search(typed, tuple(firms_matching(typed)) if typed else (), standing)


def cases_matching(search: Search, topics: Iterable[str] = ()) -> Q:
    """Cases of these firms, or with the words in title, notes, messages, questions, or in the caller's name, or with
    one of `topics`, or with this number.
    """
    condition = search.of_firms | Q(pk__in=search.worded("case")) | Q(topic__in=[*topics])
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
        condition |= Q(pk__in=rows_worded("number", search.standing, digits))
    return condition | Q(number_e164=numbered.e164) if numbered is not None else condition


def incidents_matching(search: Search, kinds: Iterable[str] = ()) -> Q:
    """Incidents of these firms, of one of `kinds`, with the words in their reason or history, or about a machine that
    the firm gave such a name.
    """
    condition = search.of_firms | Q(kind__in=[*kinds]) | Q(pk__in=search.worded("incident"))
    machines = rows_worded("machine", "", search_fold(search.words), most=MOST)
    for tenant_id, mac in Device.objects.filter(pk__in=machines).values_list("tenant_id", "mac"):
        about = IncidentGroup.objects.filter(tenant_id=tenant_id, group__asset_mac=mac)
        condition |= Q(pk__in=[*about.values_list("incident_id", flat=True)[:MOST]])
    return condition | Q(number=int(search.words)) if _is_small(search.words) else condition


def tasks_matching(search: Search, kinds: Iterable[str] = ()) -> Q:
    """Tasks of these firms, about incidents of one of `kinds`, or with the words in what is asked or in the outcome."""
    return search.of_firms | Q(incident__kind__in=[*kinds]) | Q(pk__in=search.worded("task"))


def _callers(search: Search) -> list[int]:
    """Callers who phone from this number."""
    numbered = number_of(search.words)
    if numbered is None:
        return []
    return [*Caller.objects.filter(number_e164=numbered.e164).values_list("pk", flat=True)[:MOST]]


def _is_small(words: str) -> bool:
    return words.isascii() and words.isdecimal() and len(words) < 9
