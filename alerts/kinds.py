"""What was seen, in words for people who do not read rule names: one threat family for each of some thousand
signatures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from alerts.explanation import CaseExplanation, explain_case
from alerts.grading_facts import KIND_WORDS
from alerts.threat_words import ended_of, threat_name
from alerts.threats import threat_of

if TYPE_CHECKING:
    from alerts.models import AlertGroup


def kind_words(code: str, language: str) -> str:
    """A kind in plain words, as reports of before the threat families froze it; nothing for an unknown code."""
    return KIND_WORDS.get(code, {}).get(language, "")


def group_threat(group: AlertGroup) -> str:
    """The threat family of a group, from what is stored of it."""
    return threat_of(group.signature, group.category, group.family, group.function)


def group_name(group: AlertGroup, language: str) -> str:
    """What a group's alerts are called: the threat family first, then the name the rule has, mostly English."""
    words = threat_name(group_threat(group), language)
    return f"{words} ({group.signature})" if group.signature else words


def explain_group(group: AlertGroup, language: str = "ja", figures: Mapping[str, Any] | None = None) -> CaseExplanation:
    """The words for a group. `figures`: the programme's settings."""
    return explain_case(
        group.rule,
        group_threat(group),
        direction=group.direction,
        ended=ended_of(group.alert_count, group.blocked_count),
        language=language,
        figures=figures,
    )
