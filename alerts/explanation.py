"""What a stored alert means and what to do: why it has its grade is said by the rule that graded it, what it is and
what to do by its threat family (alerts.threat_words)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alerts import advice
from alerts.direction import Direction
from alerts.grading_rules import RULE_SET, Rule, device_answered
from alerts.grading_settings import FIGURES
from alerts.threat_words import ADVICE_ASKS, MEDIUM, Ended, Threat, covers, threat_words

_RULES = {rule.id: rule for rule in RULE_SET.rules}
_NAMES = {"callback_count": "count", "callback_minutes": "minutes"}  # as the texts of rules.toml name them
# A rule of an older set that no longer exists: say that a person looks at it.
_UNKNOWN = "analyst-looks"

# Advice that is about what the record shows of the case, not of the threat: nothing to do, nobody knows the machine, or
# the machine went there itself.
_OF_THE_CASE = frozenset({"none", "analyst-looks", "attack-fetched"})

# Rules whose own reason says that they are unsure.
_UNSURE = frozenset({"outbound-malware-weak"})

# The picture of the cable (static/img/pull-lan-cable.svg) says "pull the cable" and "leave the power on".
_PICTURED = {"infected": 2}

HEADLINES: dict[str, dict[str, str]] = {
    "none": {"ja": "対応の要らない記録です", "en": "Nothing to do"},
    "blocked-nothing-to-do": {
        "ja": "外から届いたウイルスの入ったファイルを止めました",
        "en": "A file with a virus from outside was stopped",
    },
    "dangerous-site": {
        "ja": "危険なサイトを開こうとした端末があります",
        "en": "A machine tried to open a dangerous site",
    },
    "virus-delivered": {
        "ja": "ウイルスの入ったファイルが端末に届いた可能性があります",
        "en": "A file with a virus may have reached a machine",
    },
    "change-password": {
        "ja": "パスワードなどを盗むとみられるサイトと通信した端末があります",
        "en": "A machine was in touch with a site that seems to steal passwords",
    },
    "uninstall": {
        "ja": "望まないソフト(広告ソフトなど)が入っているとみられる端末があります",
        "en": "A machine seems to have an unwanted program (such as adware)",
    },
    "attacker-inside": {
        "ja": "社内の機器が、社内の別の端末から攻撃されているおそれがあります",
        "en": "A device inside may be under attack from another machine inside",
    },
    "check-own-attack": {
        "ja": "社内の端末から外へ、攻撃に見える通信があります",
        "en": "A machine of yours sent what looks like an attack",
    },
    "attack-fetched": {
        "ja": "開いたページなどから、攻撃とみられる通信が端末に届きました",
        "en": "What looks like an attack reached a machine from a page it opened",
    },
    "attack-stopped": {
        "ja": "外からの危険な通信を止めました",
        "en": "Dangerous traffic from outside was stopped",
    },
    "attack-stopped-check": {
        "ja": "外からの危険な通信を止めました(機器の確認をお願いします)",
        "en": "Dangerous traffic from outside was stopped (please check the device)",
    },
    "lure-arrived": {
        "ja": "詐欺のメールやページに関わる通信が外から届きました",
        "en": "Traffic linked to fraudulent mail or pages came from outside",
    },
    "check-inside": {
        "ja": "社内の機器どうしの間に、気になる通信があります",
        "en": "Machines of yours exchanged something worth a look",
    },
    "virus-inside": {
        "ja": "社内の端末がウイルスの入ったファイルを送った可能性があります",
        "en": "A machine of yours may have sent a file with a virus",
    },
    "maybe-infected": {
        "ja": "ウイルスに感染しているかもしれない端末があります",
        "en": "A machine may be infected",
    },
    "infected": {
        "ja": "ウイルスに感染している可能性がとても高い端末があります",
        "en": "A machine is very likely infected",
    },
    "check-use": {"ja": "心当たりを確かめたい通信があります", "en": "Traffic you may or may not know"},
    "fix-password": {
        "ja": "社内の機器のパスワードに弱点があるかもしれません",
        "en": "A device inside may have a weak password",
    },
    "attack-passed": {
        "ja": "外からの攻撃が止まらずに届いた可能性があります",
        "en": "An attack from outside may have come through",
    },
    "attack-passed-low": {
        "ja": "外からの攻撃とみられる通信が、止まらずに届きました",
        "en": "What looks like an attack from outside was not stopped",
    },
    "analyst-looks": {
        "ja": "監視担当が確認している通信があります",
        "en": "Our analysts are looking at some traffic",
    },
}


@dataclass(frozen=True)
class Explanation:
    """Plain words in one language. `headline` has no full stop; `steps` are sentences in the order to do them, of
    which a picture shows the first `pictured`."""

    headline: str
    reason: str
    steps: tuple[str, ...]
    pictured: int = 0


@dataclass(frozen=True, kw_only=True)
class CaseExplanation(Explanation):
    """The words for an alert that is known: its threat family too, and what the steps demand at once."""

    threat: Threat
    asks: frozenset[str]


def explain(rule_id: str, language: str = "ja", figures: Mapping[str, Any] | None = None) -> Explanation:
    """Words for a rule's id. `figures`: the programme's settings, of which the counts stand in texts."""
    rule = _rule_of(rule_id)
    key = _advice_of(rule_id)
    values = {_NAMES.get(name, name): (figures or {}).get(name, default) for name, default in FIGURES.items()}
    reason = rule.reason[language].format_map(values) if rule else ""
    return Explanation(HEADLINES[key][language], reason, tuple(advice.steps(key, language)), _PICTURED.get(key, 0))


def explain_case(
    rule_id: str,
    threat: str,
    *,
    direction: str,
    ended: Ended,
    language: str = "ja",
    figures: Mapping[str, Any] | None = None,
) -> CaseExplanation:
    """Words for an alert: headline and reason of its rule, and of its threat family what it is and what to do.

    Whose steps are shown is decided by which is safer (docs/grading.md): the rule's where they take a machine off the
    network, or ask at once for something the family's do not; else the family's, which are nearer to the matter.
    """
    explanation = explain(rule_id, language, figures)
    fetched = direction == Direction.INBOUND and not device_answered(rule_id, direction)
    rule = _rule_of(rule_id)
    grade = rule.grade if rule else MEDIUM
    words = threat_words(threat, direction, ended, language, fetched, grade, rule_id in _UNSURE)
    advised = frozenset(ADVICE_ASKS.get(_advice_of(rule_id), ()))
    of_family = bool(words.steps) and _family_decides(rule_id, words)
    return CaseExplanation(
        headline=explanation.headline,
        reason=explanation.reason,
        steps=words.steps if of_family else explanation.steps,
        pictured=0 if of_family else explanation.pictured,
        threat=words,
        asks=words.asks if of_family else advised,
    )


def _rule_of(rule_id: str) -> Rule | None:
    return _RULES.get(RULE_SET.renamed.get(rule_id, rule_id))


def _advice_of(rule_id: str) -> str:
    rule = _rule_of(rule_id)
    return rule.advice if rule else _UNKNOWN


def _family_decides(rule_id: str, threat: Threat) -> bool:
    advised = _advice_of(rule_id)
    if advised in _OF_THE_CASE:
        return False
    return "unplug" not in ADVICE_ASKS.get(advised, ()) and covers(threat.asks, advised)
