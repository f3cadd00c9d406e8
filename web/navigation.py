"""Entries of the main navigation. Each room declares its own in `ui/navigation.py`; the layout collects them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """A way to a page: words, URL name, icon, other pages below it (URL names), and its place by kind of organisation.

    Small places come first; tens leave room between.
    """

    label: Any
    url_name: str
    icon: str
    places: Mapping[str, int]
    pages: frozenset[str] = frozenset()


_entries: list[Entry] = []
_below: dict[str, set[str]] = {}


def declare(*entries: Entry) -> None:
    """Add entries of a room."""
    _entries.extend(entries)


def belongs(*pages: str, below: str) -> None:
    """Show an entry as the current one on pages of a room above it. `below`: the entry's URL name."""
    _below.setdefault(below, set()).update(pages)


def entries_of(kind: str) -> list[Entry]:
    """What an organisation of a kind (tenants.Organisation.Kind) sees, in order."""
    return sorted((entry for entry in _entries if kind in entry.places), key=lambda entry: entry.places[kind])


def is_current(entry: Entry, here: str) -> bool:
    """Whether the page called `here` is the entry's or below it."""
    return here == entry.url_name or here in entry.pages or here in _below.get(entry.url_name, ())
