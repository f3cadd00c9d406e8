"""Searches everything the desk has recorded: cases by any word said in them, calls by number, caller or firm."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from unicodedata import normalize

from django.db.models import Func, Q, TextField, Value
from django.db.models.functions import Cast

from base.phone_numbers import number_of
from incidents.desk.lookup import MOST_FIRMS, firms_matching
from incidents.models import (
    Contact,
    CustomerMessage,
    DeskTask,
    Escalation,
    IncidentEvent,
    IncidentGroup,
    InternalNote,
)
from sensors.models import Device
from tenants.selectors import of_firms_named

# Nobody reads further than this; for a shorter list people type more words.
MOST = 50
# People remember the end of a number: fewer figures find too much.
LEAST_DIGITS = 4


@dataclass(frozen=True)
class Search:
    """What was typed, and the firms whose name or number it is part of: MOST_FIRMS of them, when they are more."""

    words: str
    firms: tuple[int, ...]

    @property
    def of_firms(self) -> Q:
        """Rows of these firms, and of all whose name holds the words when they are more than are listed."""
        listed = Q(tenant_id__in=self.firms)
        return listed if len(self.firms) < MOST_FIRMS else listed | of_firms_named(self.words)

    @property
    def spellings(self) -> tuple[str, ...]:
        """As typed and with full-width letters and half-width kana made usual."""
        return tuple(dict.fromkeys((self.words, normalize("NFKC", self.words))))


def search_of(words: str) -> Search:
    """Reads the firms that match."""
    typed = words.strip()
    return Search(typed, tuple(firms_matching(typed)) if typed else ())


def cases_matching(search: Search, topics: Iterable[str] = ()) -> Q:
    """Cases of these firms, or with the words in title, notes, messages, questions, or in the caller's name, or with
    one of `topics`, or with this number.
    """
    title = _in_any("title", search)
    condition = search.of_firms | title | Q(topic__in=[*topics])
    for model, column in ((InternalNote, "body"), (CustomerMessage, "body"), (Escalation, "question")):
        rows: Any = model
        condition |= Q(pk__in=rows.objects.filter(_in_any(column, search)).values("case_id"))
    condition |= Q(pk__in=Contact.objects.filter(_of_caller(search, "caller__")).values("case_id"))
    return condition | Q(number=int(search.words)) if _is_small(search.words) else condition


def calls_matching(search: Search) -> Q:
    """Calls of these firms, from this number, or by a caller of this name who may have told a firm's name."""
    numbered = number_of(search.words)
    condition = search.of_firms | _of_caller(search, "caller__") | _in_any("number_raw", search)
    digits = re.sub(r"[^0-9]", "", search.spellings[-1])
    if len(digits) >= LEAST_DIGITS:
        # The last figures people remember, and numbers that are none of any telephone network.
        bare = Contact.objects.annotate(
            digits=Func("number_raw", Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace")
        )
        condition |= Q(pk__in=bare.filter(digits__contains=digits).values("pk"))
    return condition | Q(number_e164=numbered.e164) if numbered is not None else condition


def incidents_matching(search: Search, kinds: Iterable[str] = ()) -> Q:
    """Incidents of these firms, of one of `kinds`, with the words in their reason or history, or about a machine that
    the firm gave such a name.
    """
    condition = search.of_firms | Q(kind__in=[*kinds]) | _in_any("opened_reason", search)
    events = IncidentEvent.objects.annotate(words=Cast("data", TextField()))
    condition |= Q(pk__in=events.filter(_in_any("words", search)).values("incident_id"))
    machines = Device.objects.filter(_in_any("given_name", search) | _in_any("owner", search))
    about = IncidentGroup.objects.filter(group__asset_mac__in=[*machines.values_list("mac", flat=True)[:MOST]])
    condition |= Q(pk__in=about.values("incident_id"))
    return condition | Q(number=int(search.words)) if _is_small(search.words) else condition


def tasks_matching(search: Search, kinds: Iterable[str] = ()) -> Q:
    """Tasks of these firms, about incidents of one of `kinds`, or with the words in what is asked or in the outcome."""
    condition = search.of_firms | Q(incident__kind__in=[*kinds]) | _in_any("outcome", search)
    worded = DeskTask.objects.annotate(words=Cast("attention__facts", TextField())).filter(_in_any("words", search))
    return condition | Q(pk__in=worded.values("pk"))


def _of_caller(search: Search, prefix: str) -> Q:
    numbered = number_of(search.words)
    condition = _in_any(f"{prefix}name", search) | _in_any(f"{prefix}firm_told", search)
    return condition | Q(**{f"{prefix}number_e164": numbered.e164}) if numbered is not None else condition


def _in_any(column: str, search: Search) -> Q:
    return reduce(or_, (Q(**{f"{column}__icontains": words}) for words in search.spellings))


def _is_small(words: str) -> bool:
    return words.isascii() and words.isdecimal() and len(words) < 9
