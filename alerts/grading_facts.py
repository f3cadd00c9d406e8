"""What a rule's own fields say about an event: kind, malware or not, how sure its author is.

Only fields that any public rule carries are read: class, metadata, plus our one key for generated rules. Never a
sid, never a message: both change while the threat stays the same (EVE-NOTES 10).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from alerts.direction import Direction, HomeNet, addresses, classify
from alerts.eve_fields import Event
from alerts.eve_repair import metadata_from

_FILE = Path(__file__).parent / "ruleset" / "classes.toml"
_DATA: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
_ATTACKS = frozenset({"attack", "takeover", "weakness"})
_DROPPED = frozenset({"drop", "reject"})


class Function(StrEnum):
    """The box's function an event belongs to (OSK 表3-6)."""

    IPS = "ips"
    AV = "av"
    WG = "wg"
    UF = "uf"
    APG = "apg"


@dataclass(frozen=True, slots=True)
class Profile:
    """What one rule says of itself. `weak`: unsure or merely informational; `grave`: its author calls it major."""

    kind: str
    function: Function
    malware: bool
    weak: bool
    low_confidence: bool
    grave: bool
    success: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """All a grading rule may look at."""

    function: Function
    direction: Direction
    kind: str
    blocked: bool
    malware: bool
    weak: bool
    low_confidence: bool
    grave: bool
    success: bool
    lookup: bool
    reached: bool = False


def facts_of(event: Event, home_net: HomeNet) -> Facts:
    """Facts of an alert or antivirus event, without the count (`reached` is False)."""
    if event.antivirus is not None:
        direction = _file_direction(event, home_net)
        blocked = event.antivirus.action == "blocked"
        return _facts(_VIRUS, Function.AV, direction, "malware", blocked, False)
    profile = _profile(event)
    if profile.function is Function.AV:
        return _facts(profile, Function.AV, _file_direction(event, home_net), "malware", is_blocked(event), False)
    attack = profile.kind in _ATTACKS and not profile.success
    direction = classify(event, home_net, attack=attack)
    function, kind = profile.function, profile.kind
    if function is Function.APG and direction is Direction.INTERNAL and _clear_text(event):
        function, kind = Function.IPS, "weakness"
    lookup = _is_lookup(event)
    if function is Function.WG and direction is Direction.INTERNAL and lookup:
        # The name is asked of an inside resolver, the site it leads to is outside (OSK 表3-7 has WG outbound only).
        direction = Direction.OUTBOUND
    return _facts(profile, function, direction, kind, is_blocked(event), lookup)


def is_blocked(event: Event) -> bool:
    """Whether the packet was stopped. In IPS mode the packet may have been dropped by another rule than the one
    that alerts: `action` is then `allowed` and `verdict` says `drop` (EVE-NOTES 2). In IDS mode both say passed."""
    if event.alert is not None and event.alert.action == "blocked":
        return True
    return event.verdict is not None and event.verdict.action in _DROPPED


@lru_cache(maxsize=4096)
def _facts(profile: Profile, function: Function, direction: Direction, kind: str, blocked: bool, lookup: bool) -> Facts:
    return Facts(
        function=function,
        direction=direction,
        kind=kind,
        blocked=blocked,
        malware=profile.malware,
        weak=profile.weak,
        low_confidence=profile.low_confidence,
        grave=profile.grave,
        success=profile.success,
        lookup=lookup,
    )


def _profile(event: Event) -> Profile:
    alert = event.alert
    if alert is None:
        raise ValueError(f"{event.event_type} is not graded")
    return profile_of(alert.category or "", alert.metadata_bytes)


@lru_cache(maxsize=4096)
def profile_of(category: str, raw_metadata: bytes) -> Profile:
    """What class and metadata (JSON text) say. Pure, remembered per rule."""
    metadata = {key: {value.casefold() for value in values} for key, values in metadata_from(raw_metadata).items()}
    category = " ".join(category.casefold().split())
    kind = kind_of(category)
    weak_data, grave_data = _DATA["weak"], _DATA["grave"]
    severity = metadata.get("signature_severity", set())
    low_confidence = bool(metadata.get("confidence", set()) & set(weak_data["confidence"]))
    weak = low_confidence or bool(severity & set(weak_data["signature_severity"]))
    malware = kind == "malware" or _metadata_malware(category, kind, metadata, weak)
    function = _function(metadata, kind, malware)
    return Profile(
        kind=kind,
        function=function,
        malware=malware,
        weak=weak,
        low_confidence=low_confidence,
        grave=bool(severity & set(grave_data["signature_severity"])),
        success=category in _DATA["success"]["categories"],
    )


_VIRUS = Profile("malware", Function.AV, malware=True, weak=False, low_confidence=False, grave=False, success=False)


def kind_of(category: str) -> str:
    """Kind of a category text in small letters; an unknown one is understood by its words, else doubtful."""
    known: str | None = _DATA["categories"].get(category)
    if known is not None:
        return known
    for entry in _DATA["category_words"]:
        if any(word in category for word in entry["words"]):
            return str(entry["kind"])
    return "doubtful"


def _metadata_malware(category: str, kind: str, metadata: dict[str, set[str]], weak: bool) -> bool:
    """Malware or C2 by metadata. An unsure rule's metadata proves nothing, nor does a lure's or a tool's name."""
    data = _DATA["malware_metadata"]
    if weak or kind == "noise":
        return False
    tags = metadata.get("tag", set())
    if tags & set(data["not_with_tags"]):
        return False
    if metadata.get("mitre_tactic_id", set()) & set(data["tactics"]):
        return True
    if category in _DATA["lures"]["categories"]:
        return False
    if metadata.get(data["family_key"]):
        return True
    return kind != "policy" and bool(tags & set(data["tags"]))


def _function(metadata: dict[str, set[str]], kind: str, malware: bool) -> Function:
    keys = _DATA["function_key"]
    for value in sorted(metadata.get(keys["key"], set())):
        if value in keys and value != "key":
            return Function(keys[value])
    return Function.APG if kind == "policy" and not malware else Function.IPS


def _file_direction(event: Event, home_net: HomeNet) -> Direction:
    """Direction of a file: its sender and its receiver decide, whoever opened the connection."""
    opener, responder = addresses(event)
    way = event.antivirus.direction if event.antivirus and event.antivirus.direction else event.direction
    sender, receiver = (responder, opener) if way == "to_client" else (opener, responder)
    if sender is None or receiver is None:
        return Direction.UNKNOWN
    if home_net.contains(sender):
        return Direction.INTERNAL if home_net.contains(receiver) else Direction.OUTBOUND
    return Direction.INBOUND if home_net.contains(receiver) else Direction.EXTERNAL


def _is_lookup(event: Event) -> bool:
    if event.app_proto == "dns" or event.dns is not None:
        return True
    port = event.flow.dest_port if event.flow and event.flow.dest_port is not None else event.dest_port
    return port == 53


def _clear_text(event: Event) -> bool:
    """A log-in goes to the server; what comes back (a download) is none."""
    return event.direction == "to_server" and event.app_proto in _DATA["clear_text"]["protocols"]
