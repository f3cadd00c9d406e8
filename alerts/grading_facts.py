"""What a rule's own fields say about an event: kind, malware or not, how sure its author is.

Only fields that any public rule carries are read: class, metadata, plus our one key for generated rules. Never a
sid, never a message: both change while the threat stays the same (EVE-NOTES 10). One exception: whether a policy rule
saw a password or a torrent stands nowhere but in its message.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from alerts.direction import Direction, HomeNet, addresses, classify, file_way
from alerts.eve_fields import Event
from alerts.eve_repair import metadata_from

_FILE = Path(__file__).parent / "ruleset" / "classes.toml"
_DATA: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
KIND_WORDS: dict[str, dict[str, str]] = _DATA["kind_words"]
_ATTACKS = frozenset({"attack", "takeover", "drive-by"})
# Traffic that goes out by its nature: a query to an inside name server leaves the firm all the same.
_OUTWARD = frozenset({"malware", "credential", "fraud", "drive-by", "unwanted"})
_DROPPED = frozenset({"drop", "reject"})
_MESSAGE = 300  # letters of a rule's message that are looked at


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
    fetched: bool
    reached: bool = False
    several: bool = False


def facts_of(event: Event, home_net: HomeNet) -> Facts:
    """Facts of an alert or antivirus event, without the counts (`reached` and `several` are False)."""
    if event.antivirus is not None:
        direction = _file_direction(event, home_net)
        blocked = event.antivirus.action == "blocked"
        return _facts(_VIRUS, Function.AV, direction, "malware", blocked, False)
    profile = _profile(event)
    if profile.function is Function.AV:
        return _facts(profile, Function.AV, _file_direction(event, home_net), "malware", is_blocked(event), False)
    function, kind = profile.function, profile.kind
    direction = classify(event, home_net, attack=kind in _ATTACKS and not profile.success)
    if direction is Direction.INTERNAL:
        if function is Function.APG and _password_openly(event):
            function, kind = Function.IPS, "weakness"
        elif _is_lookup(event) and (function is Function.WG or kind in _OUTWARD or profile.malware):
            # The query goes to an inside resolver, but the site is outside (OSK 表3-7 has WG outbound only).
            direction = Direction.OUTBOUND
    fetched = direction is Direction.INBOUND and _opener_inside(event, home_net)
    return _facts(profile, function, direction, kind, is_blocked(event), fetched)


def is_blocked(event: Event) -> bool:
    """Whether the packet was stopped. In IPS mode the packet may have been dropped by another rule than the one
    that alerts: `action` is then `allowed` and `verdict` says `drop` (EVE-NOTES 2). In IDS mode both say passed."""
    if event.alert is not None and event.alert.action == "blocked":
        return True
    return event.verdict is not None and event.verdict.action in _DROPPED


@lru_cache(maxsize=4096)
def _facts(
    profile: Profile, function: Function, direction: Direction, kind: str, blocked: bool, fetched: bool
) -> Facts:
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
        fetched=fetched,
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
    weak_data, grave_data = _DATA["weak"], _DATA["grave"]
    severity = metadata.get("signature_severity", set())
    low_confidence = bool(metadata.get("confidence", set()) & set(weak_data["confidence"]))
    weak = low_confidence or bool(severity & set(weak_data["signature_severity"]))
    kind = refined_kind(kind_of(category), category, metadata, weak)
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


def refined_kind(kind: str, category: str, metadata: dict[str, set[str]], weak: bool) -> str:
    """The kind once metadata had its say; the first entry of `refined` that fits (values in small letters)."""
    for entry in _DATA["refined"]:
        if kind not in entry["kinds"] or category in entry.get("except_categories", ()):
            continue
        if weak and kind != entry["becomes"] and not entry.get("also_weak"):
            continue
        if any(metadata.get(key, set()) & set(values) for key, values in entry["any"].items()):
            return str(entry["becomes"])
    return kind


def _metadata_malware(category: str, kind: str, metadata: dict[str, set[str]], weak: bool) -> bool:
    """Malware or C2 by metadata. An unsure rule's metadata proves nothing, nor does a lure's or a tool's name."""
    data = _DATA["malware_metadata"]
    if weak or kind == "noise" or category in data["not_with_categories"]:
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
    sender, receiver = (responder, opener) if file_way(event) == "to_client" else (opener, responder)
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


def _opener_inside(event: Event, home_net: HomeNet) -> bool:
    opener, _ = addresses(event)
    return opener is not None and home_net.contains(opener)


def _password_openly(event: Event) -> bool:
    """Whether a policy rule saw a password on its way to a server. What comes back (a download) is none."""
    clear_text = _DATA["clear_text"]
    if event.direction != "to_server" or event.app_proto not in clear_text["protocols"] or event.alert is None:
        return False
    message = (event.alert.signature or "")[:_MESSAGE].casefold()
    return any(word in message for word in clear_text["words"])
