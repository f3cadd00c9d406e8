"""What was seen, in words for people who do not read rule names: one kind for each of some thousand signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.grading_facts import KIND_WORDS, Function, kind_of
from alerts.grading_rules import RULE_SET

if TYPE_CHECKING:
    from alerts.models import AlertGroup

_OF_FUNCTION = {Function.AV: "virus", Function.WG: "site", Function.UF: "use", Function.APG: "use"}
_RULES = {rule.id: rule for rule in RULE_SET.rules}


def kind_code(*, rule: str, category: str, function: str) -> str:
    """The kind of a stored alert: that of the rule that graded it where it speaks of one kind, else of its class."""
    if function in _OF_FUNCTION:
        return _OF_FUNCTION[Function(function)]
    graded_by = _RULES.get(rule)
    kinds = dict(graded_by.conditions).get("kind", frozenset()) if graded_by else frozenset()
    if len(kinds) == 1:
        return str(next(iter(kinds)))
    return kind_of(" ".join(category.casefold().split()))


def kind_words(code: str, language: str) -> str:
    """A kind in plain words; nothing for a code of another version."""
    return KIND_WORDS.get(code, {}).get(language, "")


def group_name(group: AlertGroup, language: str) -> str:
    """What a group's alerts are called: the kind first, then the name the rule has, which is mostly English."""
    code = kind_code(rule=group.rule, category=group.category, function=group.function)
    words = kind_words(code, language)
    return f"{words} ({group.signature})" if group.signature and words else words or group.signature
