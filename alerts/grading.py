"""Grades one event: how likely an infection is (0 none … 3 ★★★) and whether, and how, the firm is informed.

Pure: the same event, prior count and settings give the same verdict. Source of the rules: OSK 表3-7, 4-21, 4-22;
the rules themselves are data in `ruleset/`. See docs/grading.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

from alerts import advice, direction
from alerts.direction import Direction, HomeNet
from alerts.eve_fields import Event
from alerts.family import event_family
from alerts.grading_facts import Facts, Function, facts_of
from alerts.grading_rules import RULE_SET, Device, Rule
from alerts.grading_window import CallbackWindow, PairWindow

__all__ = [
    "CallbackWindow",
    "Direction",
    "Function",
    "Grade",
    "Notify",
    "Settings",
    "Verdict",
    "count_key",
    "grade",
    "pair_key",
    "tuned",
]
# What between two inside machines counts as suspicious when it comes in several kinds.
_PAIR_KINDS = frozenset({"attack", "takeover", "malware", "doubtful"})


class Grade(IntEnum):
    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Notify(StrEnum):
    NONE = "none"
    DIGEST = "digest"
    AT_ONCE = "at_once"


MailMatrix = Mapping[tuple[str, str, bool], bool]

# (function, direction, blocked) that are mailed; all others are for log and portal only (OSK 表3-7).
MAILED: frozenset[tuple[str, str, bool]] = frozenset(
    {("ips", "inbound", False), ("av", "inbound", False)}
    | {
        (function, way, blocked)
        for function, way in (
            ("ips", "outbound"),
            ("ips", "internal"),
            ("av", "outbound"),
            ("av", "internal"),
            ("wg", "outbound"),
            ("wg", "internal"),
        )
        for blocked in (True, False)
    }
)


@dataclass(frozen=True, eq=False)
class Settings:
    """A programme's settings. `mail` overrides cells of the default matrix: {(function, direction, blocked): bool}.
    Build one per firm and keep it: verdicts are remembered in it. Hashed by identity."""

    callback_count: int = 5
    callback_minutes: int = 60
    inside_kinds: int = 3
    inside_minutes: int = 60
    mail_inbound_av_blocked: bool = False
    mail: MailMatrix = field(default_factory=lambda: MappingProxyType({}))
    home_net: HomeNet = direction.DEFAULT
    _remembered: dict[tuple[Facts, bool, bool], Verdict] = field(default_factory=dict, init=False, repr=False)
    _tuned: dict[tuple[int, int], Verdict] = field(default_factory=dict, init=False, repr=False)

    def is_mailed(self, function: str, way: str, blocked: bool) -> bool:
        """The mail matrix with this programme's changes."""
        cell = (function, way, blocked)
        if cell in self.mail:
            return self.mail[cell]
        if cell == ("av", "inbound", True):
            return self.mail_inbound_av_blocked
        return cell in MAILED

    def window(self) -> CallbackWindow:
        """Empty counts with this programme's figures."""
        pairs = PairWindow(kinds=self.inside_kinds, minutes=self.inside_minutes)
        return CallbackWindow(count=self.callback_count, minutes=self.callback_minutes, pairs=pairs)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rule` is the id of the deciding rule; `reason` and `advice` are {"ja", "en"}, advice one step a line."""

    grade: int
    notify: Notify
    function: Function
    direction: Direction
    blocked: bool
    rule: str
    rule_set_version: str
    reason: dict[str, str]
    advice: dict[str, str]
    evidence_of_infection: bool
    counts_as_callback: bool
    device: Device


def grade(event: Event, prior_count: int, settings: Settings, *, prior_kinds: int = 0) -> Verdict:
    """`prior_count` is how many events with the same `count_key` came before within the window (0 for others);
    `prior_kinds` how many other signature families the pair of `pair_key` showed within its window.
    Raises ValueError for events that are not graded (`event.is_alert` is False)."""
    facts = facts_of(event, settings.home_net)
    several = prior_kinds + 1 >= settings.inside_kinds and _of_pair(facts)
    return _remembered(facts, prior_count + 1 >= settings.callback_count, several, settings)


def tuned(verdict: Verdict, grade: int, settings: Settings) -> Verdict:
    """The verdict with the importance that people agreed on (alerts.tuning); it is no evidence of an infection then.

    Its rule and reason stay: they say what the record shows. `verdict` is one that these settings remember.
    """
    changed = settings._tuned.get((id(verdict), grade))
    if changed is None:
        notify = _notify(grade, verdict.function, verdict.direction, verdict.blocked, settings)
        changed = replace(verdict, grade=grade, notify=notify, evidence_of_infection=False, counts_as_callback=False)
        settings._tuned[id(verdict), grade] = changed
    return changed


def count_key(event: Event, settings: Settings) -> tuple[str, str] | None:
    """(device, signature family) for an event that feeds the callback count, else None. The device is the inside
    address that opened the flow: MACs are missing on events Suricata raises without a packet."""
    facts = facts_of(event, settings.home_net)
    if not _remembered(facts, False, False, settings).counts_as_callback:
        return None
    device = direction.lan_device(event, settings.home_net)
    if device is None or device.ip is None:
        return None
    return device.ip, event_family(event)


def pair_key(event: Event, settings: Settings) -> tuple[str, str, str] | None:
    """(opener, responder, signature family) of suspicious traffic between two inside machines, else None."""
    if not _of_pair(facts_of(event, settings.home_net)):
        return None
    opener, responder = direction.addresses(event)
    if opener is None or responder is None or opener == responder:
        return None
    return opener, responder, event_family(event)


def _of_pair(facts: Facts) -> bool:
    return facts.direction is Direction.INTERNAL and facts.function is Function.IPS and facts.kind in _PAIR_KINDS


def grade_next(event: Event, window: CallbackWindow, settings: Settings) -> Verdict:
    """Grades the next event of a stream whose counts are kept in `window`. Boxes whose lines were put into one file
    are kept apart by the sensor's name: two firms may use the same private addresses."""
    key = count_key(event, settings)
    prior = window.push((event.host, *key), event.timestamp) if key is not None else 0
    pair = pair_key(event, settings)
    kinds = window.pairs.push((event.host, *pair[:2]), pair[2], event.timestamp) if pair is not None else 0
    return grade(event, prior, settings, prior_kinds=kinds)


def _remembered(facts: Facts, reached: bool, several: bool, settings: Settings) -> Verdict:
    key = (facts, reached, several)
    verdict = settings._remembered.get(key)
    if verdict is None:
        verdict = settings._remembered[key] = _decide(replace(facts, reached=reached, several=several), settings)
    return verdict


def _decide(facts: Facts, settings: Settings) -> Verdict:
    rule = RULE_SET.first(facts)
    return Verdict(
        grade=rule.grade,
        notify=_notify(rule.grade, facts.function, facts.direction, facts.blocked, settings),
        function=facts.function,
        direction=facts.direction,
        blocked=facts.blocked,
        rule=rule.id,
        rule_set_version=RULE_SET.version,
        reason=_reason(rule, settings),
        advice=advice.text(rule.advice),
        evidence_of_infection=rule.evidence,
        counts_as_callback=rule.callback,
        device=rule.device,
    )


def _notify(grade: int, function: Function, way: Direction, blocked: bool, settings: Settings) -> Notify:
    """The one precedence: ★★★ at once; else graded and the matrix says mail → digest; else nothing."""
    if grade == Grade.HIGH:
        return Notify.AT_ONCE
    if grade >= Grade.LOW and settings.is_mailed(function, way, blocked):
        return Notify.DIGEST
    return Notify.NONE


def _reason(rule: Rule, settings: Settings) -> dict[str, str]:
    figures: dict[str, Any] = {
        "count": settings.callback_count,
        "minutes": settings.callback_minutes,
        "inside_kinds": settings.inside_kinds,
        "inside_minutes": settings.inside_minutes,
    }
    return {language: text.format_map(figures) for language, text in rule.reason.items()}
