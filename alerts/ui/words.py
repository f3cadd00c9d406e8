"""What a group of alerts is called in plain words, and whether it was stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.translation import get_language, gettext, gettext_lazy

from alerts.explanation import CaseExplanation, explain
from alerts.grading_rules import device_answered
from alerts.kinds import explain_group, group_threat
from alerts.models import AlertGroup, AlertSeries
from alerts.models.alert import Direction, Function, Grade
from alerts.threat_words import Look, threat_name

Language = Literal["ja", "en"]

# Rules that only keep a record (alerts/ruleset/rules.toml): mail never speaks of them, so they are named here.
RECORDS: dict[str, Any] = {
    "app-or-url-filter": gettext_lazy("アプリやサイトの利用の記録"),
    "web-guard-inbound": gettext_lazy("危険なサイトの名前を含む通信が外から来た記録"),
    "direction-unclear": gettext_lazy("どの機器のものか分からない通信の記録"),
    "outbound-harmless": gettext_lazy("社内から外への通信の記録"),
    "internal-harmless": gettext_lazy("社内の通信の記録"),
    "inbound-blocked": gettext_lazy("外からの攻撃や探りを止めました"),
    "inbound-harmless": gettext_lazy("外からの通信の記録"),
}


@dataclass(frozen=True)
class Outcome:
    """Whether what was seen was stopped: a word, its tone, and the same as a sentence."""

    word: str
    tone: str
    sentence: str


def language() -> Language:
    """The reader's language, as content data names it."""
    return "en" if (get_language() or "ja").startswith("en") else "ja"


def explained(group: AlertGroup, figures: Mapping[str, Any] | None = None) -> CaseExplanation:
    """Headline, reason and steps in the reader's language, the same as in the mail.

    `figures`: the programme's settings. A record needs no steps. Where people changed the importance they have judged
    how likely it is harmless: nothing is said that would argue with them.
    """
    explanation = explain_group(group, language(), figures)
    if group.tuning_id is not None:
        explanation = replace(explanation, threat=replace(explanation.threat, likely="", why=""))
    return replace(explanation, headline=headline(group), steps=() if group.grade == Grade.NONE else explanation.steps)


def headline(group: AlertGroup) -> str:
    """What happened, in one short plain line."""
    return str(RECORDS[group.rule]) if group.rule in RECORDS else explain(group.rule, language()).headline


def threat(group: AlertGroup) -> str:
    """What the threat family of a group is called."""
    return threat_name(group_threat(group), language())


def device_name(group: AlertGroup, called: str = "") -> str:
    """The firm's machine: the firm's name for it, else what the traffic shows."""
    address = str(group.asset_ip or group.asset_mac or gettext("機器は分かっていません"))
    return f"{called} ({address})" if called else address


def machine(group: AlertGroup, look: Look, called: str = "") -> str:
    """The machine a threat family says to look at; of two inside, the one that began or the one that was asked."""
    named = device_name(group, called)
    if group.direction != Direction.INTERNAL or look in (Look.NAMED, Look.UNKNOWN):
        return named
    other = group.peer or gettext("機器は分かっていません")
    opener, responder = (other, named) if device_answered(group.rule, group.direction) else (named, other)
    if look == Look.BOTH:
        return f"{opener} → {responder}"
    return opener if look == Look.OPENER else responder


def outcome(group: AlertGroup | AlertSeries) -> Outcome:
    """Was it stopped? From the counts of a group or of a series (blocked of all)."""
    figures = {"all": f"{group.alert_count:,}", "blocked": f"{group.blocked_count:,}"}
    if group.blocked_count >= group.alert_count:
        return Outcome(gettext("止めました"), "safe", gettext("%(all)s回すべて、センサーが止めました。") % figures)
    if group.grade == Grade.NONE:
        return Outcome(gettext("記録のみ"), "neutral", gettext("お知らせの対象ではないため、記録だけしました。"))
    if group.blocked_count:
        sentence = gettext("%(all)s回のうち%(blocked)s回を止めました。残りは止まっていません。")
        return Outcome(gettext("一部を止めました"), "attention", sentence % figures)
    if group.function == Function.AV:
        return Outcome(gettext("届きました"), "attention", gettext("見つける前に、社内の機器へ届いています。"))
    return Outcome(gettext("止めていません"), "attention", gettext("この通信は止めていません。"))
