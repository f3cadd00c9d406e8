"""What a threat family is called, what was seen, how it ended, where to look and what to do. Plain functions on data.

The words are data: `ruleset/threats/`. A family's texts hold for every signature it matches; what differs by direction
and by whether the box stopped it comes from the family's shape.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from alerts.direction import Direction
from alerts.threats import FOLDER, OTHER

MOST_STEPS = 3
RECORD, LOW, MEDIUM, HIGH = range(4)  # grades
_FILES = ("malware", "deception", "attacks", "use")


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


FAMILIES: dict[str, dict[str, Any]] = {key: family for name in _FILES for key, family in _data(name).items()}
SHAPES: dict[str, Any] = _data("shapes")
PLANS: dict[str, dict[str, Any]] = _data("plans")["plan"]
ADVICE_ASKS: dict[str, list[str]] = _data("plans")["advice"]


class Ended(StrEnum):
    """Whether the box stopped what was seen."""

    STOPPED = "stopped"
    PART = "part"
    PASSED = "passed"


class Look(StrEnum):
    """Which machine of the firm to look at: the weak or infected one."""

    OPENER = "opener"
    RESPONDER = "responder"
    RECEIVER = "receiver"
    BOTH = "both"
    NAMED = "named"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Threat:
    """A family in one language and one case. `asks`: what its steps demand at once. No steps where nobody knows the
    machine (both ends outside, or an end missing): an analyst looks first. `likely` and `why` (how likely it is
    harmless) are empty where the grade has said it already."""

    code: str
    name: str
    about: str
    seen: str
    ended: str
    likely: str
    why: str
    look: Look
    look_words: str
    steps: tuple[str, ...]
    asks: frozenset[str]


def ended_of(count: int, blocked: int) -> Ended:
    """How it ended, from the counts of a group or of several."""
    if blocked >= count:
        return Ended.STOPPED
    return Ended.PART if blocked else Ended.PASSED


def threat_name(code: str, language: str) -> str:
    """A family's name; that of `other` for a family of another version."""
    name = str(FAMILIES.get(code, FAMILIES[OTHER])[language]["name"])
    return name[0].upper() + name[1:]


@lru_cache(maxsize=4096)
def threat_words(
    code: str, direction: str, ended: Ended, language: str, fetched: bool = False, grade: int = 2, unsure: bool = False
) -> Threat:
    """The family's words. `fetched`: an attack came back on a connection the firm's own machine opened; `grade`: of
    the rule, 2 when it is of another version; `unsure`: the rule itself proves little."""
    family = FAMILIES.get(code, FAMILIES[OTHER])
    texts, shape = family[language], SHAPES["shape"][family["shape"]]
    way = direction if direction in shape["look"] else Direction.UNKNOWN.value
    look = _look(family, shape, way, fetched)
    plan = PLANS[_plan(family, shape, way, ended)] if way != Direction.UNKNOWN else {language: (), "asks": ()}
    seen = shape.get("seen", SHAPES["seen"])[language]
    case = "fetched" if fetched and "fetched" in seen else way
    likely, why = _harmless(family, language, grade, unsure)
    return Threat(
        code=code if code in FAMILIES else OTHER,
        name=threat_name(code, language),
        about=texts["about"],
        seen=seen[case].format(mark=texts.get("mark", texts["name"])),
        ended=SHAPES["ends"][ended.value if grade == RECORD else _end(shape, way, ended)][language],
        likely=likely,
        why=why,
        look=look,
        look_words=SHAPES["look"][look.value][language],
        steps=tuple(plan[language]),
        asks=frozenset(plan["asks"]),
    )


def _look(family: dict[str, Any], shape: dict[str, Any], way: str, fetched: bool) -> Look:
    if way == Direction.UNKNOWN:
        return Look.UNKNOWN
    if fetched:
        return Look.OPENER
    return Look(family.get("look", {}).get(way, shape["look"][way]))


def _plan(family: dict[str, Any], shape: dict[str, Any], way: str, ended: Ended) -> str:
    """A plan's name; a pair is that for what was stopped and that for what was not."""
    plan = family.get("plans", {}).get(way, shape["plans"][way])
    return str(plan if isinstance(plan, str) else plan[0 if ended is Ended.STOPPED else 1])


def _end(shape: dict[str, Any], way: str, ended: Ended) -> str:
    if way == Direction.UNKNOWN:
        return "unknown"
    if ended is Ended.PART:
        return "part"
    return str(shape["ends"][way][0 if ended is Ended.STOPPED else 1])


def _harmless(family: dict[str, Any], language: str, grade: int, unsure: bool) -> tuple[str, str]:
    """How likely it is harmless and why, in words that do not argue with the grade: nothing beside a mere record or a
    very likely infection, no less than "may be harmless" where the rule is unsure or the grade low, no more at ★★."""
    if grade in (RECORD, HIGH):
        return "", ""
    likely, why = family["likely"], family[language]["why"]
    if likely == "low" and (unsure or grade == LOW):
        return SHAPES["likely"]["middle"][language], SHAPES["unsure"][language]
    if likely == "high" and grade == MEDIUM:
        likely = "middle"
    return SHAPES["likely"][likely][language], why


def covers(asks: frozenset[str], advice: str) -> bool:
    """Whether steps that ask for `asks` ask for all that an advice of the grading rules demands at once. Taking a
    machine off the network is more than scanning it."""
    return frozenset(ADVICE_ASKS.get(advice, ())) <= (asks | {"scan"} if "unplug" in asks else asks)
