"""Which entry of the firm's list a machine on its network is: by MAC address, by name, by address. Plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from base.identity import search_fold
from sensors.ledger_file import LedgerEntry


@dataclass(frozen=True)
class Seen:
    """A machine as the box sees it and the firm calls it."""

    key: int
    mac: str
    ip: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """The entry a machine is. `by`: mac, name or ip."""

    entry: LedgerEntry
    by: str


def matches(machines: Iterable[Seen], entries: Sequence[LedgerEntry]) -> dict[int, Match]:
    """Key of a machine → its entry; machines that are in no entry are left out.

    A name counts when no other entry has the same. An address only for an entry that names no MAC address and that no
    machine is already: addresses wander from machine to machine.
    """
    listed = list(machines)
    by_mac = {entry.mac: entry for entry in entries if entry.mac}
    by_name = _only_ones((search_fold(name), entry) for entry in entries for name in (entry.name, entry.number) if name)
    matched: dict[int, Match] = {}
    for machine in listed:
        entry = by_mac.get(machine.mac)
        if entry is not None:
            matched[machine.key] = Match(entry, "mac")
            continue
        named = (by_name.get(search_fold(name)) for name in machine.names)
        entry = next((each for each in named if each is not None and each.mac in ("", machine.mac)), None)
        if entry is not None:
            matched[machine.key] = Match(entry, "name")
    taken = {id(each.entry) for each in matched.values()}
    by_ip = _only_ones((entry.ip, entry) for entry in entries if entry.ip and not entry.mac and id(entry) not in taken)
    for machine in listed:
        if machine.key not in matched and (entry := by_ip.get(machine.ip)) is not None:
            matched[machine.key] = Match(entry, "ip")
    return matched


def _only_ones(pairs: Iterable[tuple[str, LedgerEntry]]) -> Mapping[str, LedgerEntry]:
    """Word → entry, of the words that belong to one entry alone."""
    entries: dict[str, LedgerEntry | None] = {}
    for word, entry in pairs:
        entries[word] = entry if entries.get(word, entry) is entry else None
    return {word: entry for word, entry in entries.items() if entry is not None}
