"""The rule set: loads `ruleset/rules.toml` and finds the first rule that fits. The rules themselves are data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from alerts import advice
from alerts.direction import Direction
from alerts.grading_facts import Facts

_FILE = Path(__file__).parent / "ruleset" / "rules.toml"
_CONDITIONS = frozenset(Facts.__dataclass_fields__)
_RESULTS = frozenset({"id", "grade", "evidence", "callback", "device", "advice", "reason"})


class Device(StrEnum):
    """Which machine of the firm a verdict is about when both ends are inside."""

    OPENER = "opener"
    RESPONDER = "responder"
    SENDER = "sender"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `conditions` are (fact, allowed values); all must hold."""

    id: str
    grade: int
    advice: str
    reason: dict[str, str]
    evidence: bool
    callback: bool
    device: Device
    conditions: tuple[tuple[str, frozenset[Any]], ...]

    def fits(self, facts: Facts) -> bool:
        return all(getattr(facts, fact) in allowed for fact, allowed in self.conditions)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """`renamed`: ids under which older sets stored alerts → the id of the rule that says the same today."""

    version: str
    rules: tuple[Rule, ...]
    renamed: dict[str, str]

    def first(self, facts: Facts) -> Rule:
        """The rule that decides; the last one fits everything."""
        return next(rule for rule in self.rules if rule.fits(facts))


def load(path: Path = _FILE) -> RuleSet:
    """Raises ValueError when the file has an unknown condition, a missing text or no rule for everything else."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = tuple(_rule(entry) for entry in data["rule"])
    if rules[-1].conditions:
        raise ValueError("the last rule must fit everything")
    if len({rule.id for rule in rules}) != len(rules):
        raise ValueError("two rules have the same id")
    renamed = data.get("renamed", {})
    if set(renamed.values()) - {rule.id for rule in rules}:
        raise ValueError("a renamed rule must lead to a rule")
    return RuleSet(version=data["version"], rules=rules, renamed=renamed)


def _rule(entry: dict[str, Any]) -> Rule:
    unknown = set(entry) - _CONDITIONS - _RESULTS
    if unknown:
        raise ValueError(f"{entry.get('id')}: unknown keys {sorted(unknown)}")
    if entry["grade"] not in range(4) or set(entry["reason"]) != set(advice.LANGUAGES):
        raise ValueError(f"{entry['id']}: grade 0 to 3 and a reason in both languages are needed")
    if set(advice.STEPS[entry["advice"]]) != set(advice.LANGUAGES):
        raise ValueError(f"{entry['id']}: advice in both languages is needed")
    return Rule(
        id=entry["id"],
        grade=entry["grade"],
        advice=entry["advice"],
        reason=entry["reason"],
        evidence=entry.get("evidence", False),
        callback=entry.get("callback", False),
        device=Device(entry.get("device", Device.OPENER)),
        conditions=tuple(
            (key, frozenset(value if isinstance(value, list) else [value]))
            for key, value in entry.items()
            if key in _CONDITIONS
        ),
    )


RULE_SET = load()


def device_answered(rule_id: str, direction: str) -> bool:
    """Whether the machine a stored alert names was called, and did not open the connection itself."""
    rule = next((rule for rule in RULE_SET.rules if rule.id == rule_id), None)
    if direction == Direction.INBOUND:
        return rule is None or ("fetched", frozenset({True})) not in rule.conditions
    return direction == Direction.INTERNAL and rule is not None and rule.device is Device.RESPONDER
