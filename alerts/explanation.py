"""What a stored alert means and what to do: the words that belong to the id of the rule that graded it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alerts import advice
from alerts.grading_rules import RULE_SET

_RULES = {rule.id: rule for rule in RULE_SET.rules}
_FIGURES = {"count": 5, "minutes": 60}
# A rule of an older set that no longer exists: say that a person looks at it.
_UNKNOWN = "analyst-looks"

HEADLINES: dict[str, dict[str, str]] = {
    "none": {"ja": "対応の要らない記録です", "en": "Nothing to do"},
    "blocked-nothing-to-do": {
        "ja": "外からの危険な通信を止めました",
        "en": "Dangerous traffic from outside was stopped",
    },
    "dangerous-site": {
        "ja": "危険なサイトを開こうとした端末があります",
        "en": "A machine tried to open a dangerous site",
    },
    "virus-delivered": {
        "ja": "ウイルスの入ったファイルが端末に届いた可能性があります",
        "en": "A file with a virus may have reached a machine",
    },
    "check-inside": {
        "ja": "社内の機器どうしの間に、気になる通信があります",
        "en": "Machines of yours exchanged something worth a look",
    },
    "virus-inside": {
        "ja": "社内の端末にウイルスの入ったファイルがあります",
        "en": "A machine of yours holds a file with a virus",
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
        "ja": "社内の機器のパスワードに弱点があります",
        "en": "A device inside has a weak password",
    },
    "attack-passed": {
        "ja": "外からの攻撃が止まらずに届いた可能性があります",
        "en": "An attack from outside may have come through",
    },
    "attack-passed-low": {
        "ja": "外からの攻撃が届きましたが、影響の可能性は低いものです",
        "en": "An attack from outside came through; harm is unlikely",
    },
    "analyst-looks": {
        "ja": "監視担当が確認している通信があります",
        "en": "Our analysts are looking at some traffic",
    },
}


@dataclass(frozen=True)
class Explanation:
    """Plain words in one language. `headline` has no full stop; `steps` are sentences in the order to do them."""

    headline: str
    reason: str
    steps: tuple[str, ...]


def explain(rule_id: str, language: str = "ja", figures: Mapping[str, Any] | None = None) -> Explanation:
    """Words for a rule's id. `figures`: the programme's callback_count and callback_minutes where they differ."""
    rule = _RULES.get(rule_id)
    key = rule.advice if rule else _UNKNOWN
    values = {name: (figures or {}).get(f"callback_{name}", default) for name, default in _FIGURES.items()}
    reason = rule.reason[language].format_map(values) if rule else ""
    return Explanation(HEADLINES[key][language], reason, tuple(advice.steps(key, language)))
