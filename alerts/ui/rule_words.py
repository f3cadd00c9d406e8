"""Why a rule gave a grade, for people of the SOC and the desk: its conditions and what follows, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from alerts.grading_rules import RULE_SET
from alerts.models.alert import Direction, Function

# A fact the grading looks at (alerts/grading_facts.py) → its name.
FACTS: dict[str, Any] = {
    "function": gettext_lazy("見つけたしくみ"),
    "direction": gettext_lazy("通信の向き"),
    "kind": gettext_lazy("通信の種類(分類から)"),
    "blocked": gettext_lazy("止めた"),
    "malware": gettext_lazy("分類か付加情報がマルウェアを示す"),
    "weak": gettext_lazy("付加情報の確度か深刻さが低い"),
    "low_confidence": gettext_lazy("付加情報の確度が低い"),
    "grave": gettext_lazy("付加情報の深刻さが高い"),
    "success": gettext_lazy("分類が成功を示す"),
    "fetched": gettext_lazy("社内の端末が開いた通信に返ってきた"),
    "reached": gettext_lazy("同じ機器の回数が、事業の設定に達した"),
    "several": gettext_lazy("社内の同じ2台の間の種類の数が、事業の設定に達した"),
}
_LABELS: dict[str, dict[str, Any]] = {"function": dict(Function.choices), "direction": dict(Direction.choices)}
_RULES = {rule.id: rule for rule in RULE_SET.rules}


def conditions(rule_id: str) -> list[tuple[str, str]]:
    """(fact, what it had to be) of every condition of the rule; [] for the last rule and for one of an older set."""
    rule = _RULES.get(rule_id)
    if rule is None:
        return []
    return [(str(FACTS.get(fact, fact)), _values(fact, allowed)) for fact, allowed in rule.conditions]


def consequences(rule_id: str) -> list[str]:
    """What the rule means for counting and for the incident, in sentences."""
    rule = _RULES.get(rule_id)
    if rule is None:
        return [gettext("この決まりは、いまの版にはありません。判定した時の版の決まりです。")]
    sentences = []
    if rule.evidence:
        sentences.append(gettext("感染の証拠になりうる通信として扱います。"))
    if rule.callback:
        sentences.append(gettext("回数を数え、事業の設定に達すると重要度 高(★★★)になります。"))
    if not rule.conditions:
        sentences.append(gettext("ほかのどの決まりにも当てはまらなかったときの決まりです。"))
    return sentences


def _values(fact: str, allowed: frozenset[Any]) -> str:
    words = {True: gettext("はい"), False: gettext("いいえ")}
    labels = _LABELS.get(fact, {})
    named = [words[value] if isinstance(value, bool) else str(labels.get(str(value), value)) for value in allowed]
    return gettext("、").join(sorted(named))
