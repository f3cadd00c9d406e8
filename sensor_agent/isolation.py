"""Machines the platform wants cut off from the internet, and what stays open to them: plain data and its two files.

The agent writes what is wanted (isolations.json), the guard writes what became of it (isolated.json).
"""

import ipaddress
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sensor_agent.spool import write_durably

WANTED, ISOLATED = "isolations.json", "isolated.json"
MOST_NETWORKS = 256
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


@dataclass(frozen=True)
class Isolation:
    """One machine, by its MAC address and the addresses it last had. `until`: seconds since 1970."""

    number: int
    mac: str
    addresses: tuple[str, ...]
    until: float


@dataclass(frozen=True)
class Opening:
    """What stays open to every isolated machine, besides finding its own address and its router.

    `networks`: of the vendor's remote tool; `names`: host names whose addresses the box looks up itself.
    """

    name_service: bool = True
    platform: bool = True
    networks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What is in force by the newest order. `taken_at` and every `until` are by this box's clock."""

    taken_at: float = 0.0
    isolations: tuple[Isolation, ...] = ()
    opening: Opening = Opening()
    looked_up: dict[str, float] = field(default_factory=dict)  # address of a name → when it was last given

    def left_s(self, isolation: Isolation, now: float) -> float:
        """Seconds until one ends; a clock that was put back makes it no longer than it was when the order came."""
        return min(isolation.until - now, isolation.until - self.taken_at)

    def open_networks(self) -> tuple[str, ...]:
        """Networks that stay open, those of names included."""
        return tuple(dict.fromkeys([*self.opening.networks, *sorted(self.looked_up)]))[:MOST_NETWORKS]


class Outcome(StrEnum):
    """What the guard did about one isolation."""

    APPLIED = "applied"
    REFUSED = "refused"  # for good: `detail` says which rule
    FAILING = "failing"  # the kernel did not take it: tried again
    ENDED = "ended"  # no longer wanted, or its time is over (`detail`: "expired")


@dataclass(frozen=True)
class Result:
    """An outcome and since when (seconds since 1970)."""

    outcome: str
    at: float
    detail: str = ""


@dataclass(frozen=True)
class Isolated:
    """What the guard says. `able`: whether this kernel and its tools can cut a machine off."""

    able: bool = False
    results: dict[int, Result] = field(default_factory=dict)

    @property
    def machines(self) -> int:
        """How many are cut off now."""
        return sum(result.outcome == Outcome.APPLIED for result in self.results.values())


def isolations_read(listed: Iterable[Any]) -> tuple[tuple[Isolation, ...], tuple[str, ...]]:
    """From an order: those that can be understood, and for each other one a sentence why not."""
    read, problems = list[Isolation](), list[str]()
    for item in listed:
        try:
            read.append(
                Isolation(
                    int(item["id"]),
                    _mac(item["mac"]),
                    tuple(str(ipaddress.ip_address(address)) for address in item["addresses"]),
                    datetime.fromisoformat(item["until"]).timestamp(),
                )
            )
        except (KeyError, TypeError, ValueError) as problem:
            problems.append(f"isolation {str(item)[:60]}: {problem!r}"[:200])
    return tuple(read), tuple(problems)


def opening_read(given: Any) -> tuple[Opening, tuple[str, ...]]:
    """From an order, with what in it is no network and no name. Nothing given: name service and platform."""
    fields = given if isinstance(given, dict) else {}
    networks, names, problems = list[str](), list[str](), list[str]()
    for text in fields.get("networks") or ():
        try:
            networks.append(str(ipaddress.ip_network(text)))
        except ValueError:
            problems.append(f"no network to leave open: {str(text)[:60]!r}")
    for text in fields.get("names") or ():
        if isinstance(text, str) and _NAME.fullmatch(text):
            names.append(text)
        else:
            problems.append(f"no host name to leave open: {str(text)[:60]!r}")
    switches = {name: fields.get(name) is not False for name in ("name_service", "platform")}
    return Opening(**switches, networks=tuple(networks), names=tuple(names)), tuple(problems)


def by_this_clock(isolations: Iterable[Isolation], offset_s: float) -> tuple[Isolation, ...]:
    """Ends in the platform's time (box time + offset) as ends of this box's clock."""
    return tuple(replace(isolation, until=isolation.until - offset_s) for isolation in isolations)


class WantedUnreadable(Exception):
    """What is wanted cannot be read now: that is not "nothing is wanted"."""


def wanted_read(state_dir: Path) -> Wanted:
    """What the agent wrote last; nothing when there is no such file. Raises WantedUnreadable."""
    try:
        stored = json.loads((state_dir / WANTED).read_text(encoding="utf-8"))
        return Wanted(
            float(stored["taken_at"]),
            tuple(Isolation(**{**each, "addresses": tuple(each["addresses"])}) for each in stored["isolations"]),
            Opening(**{name: _tuples(value) for name, value in stored["opening"].items()}),
            {str(address): float(at) for address, at in stored["looked_up"].items()},
        )
    except FileNotFoundError:
        return Wanted()
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise WantedUnreadable(f"{WANTED}: {problem}") from problem


def wanted_write(state_dir: Path, wanted: Wanted) -> None:
    """Keep it through a restart. Raises OSError."""
    write_durably(state_dir / WANTED, json.dumps(asdict(wanted)).encode())


def isolated_read(state_dir: Path) -> Isolated:
    """What the guard wrote last; unable when there is no such file."""
    try:
        stored = json.loads((state_dir / ISOLATED).read_text(encoding="utf-8"))
        results = {int(number): Result(**result) for number, result in stored["results"].items()}
        return Isolated(stored["able"] is True, results)
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        return Isolated()


def isolated_write(state_dir: Path, isolated: Isolated) -> None:
    """Raises OSError."""
    write_durably(state_dir / ISOLATED, json.dumps(asdict(isolated)).encode())


def _mac(text: Any) -> str:
    """Of one machine, not of a group. Raises ValueError."""
    if not isinstance(text, str) or not _MAC.fullmatch(text) or int(text[:2], 16) & 1:
        raise ValueError(f"no MAC address of a machine: {str(text)[:40]!r}")
    return text


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
