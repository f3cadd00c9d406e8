"""Incidents in words, for the firm and for the desk."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from incidents.models import INCIDENT_STATES, Incident
from incidents.states.incident import IncidentState

TITLES: dict[str, Any] = {
    Incident.Kind.MALWARE_SUSPECTED: gettext_lazy("社内の機器が、ウイルスに感染したおそれがあります"),
    Incident.Kind.ANTIVIRUS_UNRESOLVED: gettext_lazy("ウイルスを含むファイルが、社内の機器に届いたおそれがあります"),
    Incident.Kind.SENSOR_SILENT: gettext_lazy("センサーからの連絡が止まっています"),
    Incident.Kind.REPORTED: gettext_lazy("お知らせいただいた件に、相談窓口が対応しています"),
}
LEADS: dict[str, Any] = {
    IncidentState.OPEN: gettext_lazy(
        "相談窓口がこの件を受け付けました。受付時間のうちに電話します。先に、下の手順を行ってください。"
    ),
    IncidentState.CONTACTED: gettext_lazy("相談窓口とお話ししました。下の手順を進めてください。"),
    IncidentState.RESPONDING: gettext_lazy("相談窓口といっしょに対応しています。"),
    IncidentState.WATCHING: gettext_lazy("対応が終わり、同じことが起きないか様子を見ています。"),
    IncidentState.CLOSED: gettext_lazy("この件は終わりました。していただくことはありません。"),
}
STATE_TONES = {
    IncidentState.OPEN: "danger",
    IncidentState.CONTACTED: "attention",
    IncidentState.RESPONDING: "info",
    IncidentState.WATCHING: "info",
    IncidentState.CLOSED: "safe",
}
# Why two incidents are not joined, or a detection stays where it is (incidents.core.duplicates.TidyRefused).
TIDY_PROBLEMS: dict[str, Any] = {
    "same": gettext_lazy("ほかのインシデントを選んでください。何も変えていません。"),
    "not_open": gettext_lazy("同じ会社の、終わっていないインシデントだけを選べます。何も変えていません。"),
    "watched": gettext_lazy(
        "まとめる先は経過観察中です。相談窓口が対応中に戻してから、まとめてください。何も変えていません。"
    ),
    "job": gettext_lazy(
        "なくなる方のインシデントに、専門家の作業があります。作業や保険の請求が行き先を失うため、まとめていません。"
    ),
    "breach": gettext_lazy(
        "なくなる方のインシデントに、会社が書いた漏えい報告の控えがあります。控えを残すため、まとめていません。"
    ),
    "no_detections": gettext_lazy("センサーの停止のインシデントには、検知を加えられません。何も変えていません。"),
    "taken": gettext_lazy("この検知は、もうインシデントに入っています。先に、そこから外してください。"),
    "by_rule": gettext_lazy("この検知のインシデントは、まもなく自動で開きます。少し待ってから、見直してください。"),
    "graver": gettext_lazy(
        "重要度 高(★★★)の検知は、それより低いインシデントには加えられません。インシデントどうしをまとめてください。"
    ),
    "not_of_it": gettext_lazy("この検知は、いまこのインシデントに入っていません。何も変えていません。"),
    "last": gettext_lazy(
        "この件の検知はこれだけなので、外せません。ほかのインシデントにまとめるか、相談窓口が終了してください。"
    ),
}
ORDER = [state for state, _label in INCIDENT_STATES]


def state_tone(state: str) -> str:
    """Tone of the chip of a state."""
    return STATE_TONES[IncidentState(state)]


def state_step(state: str) -> int:
    """Position of a state in the five steps, from 1; a closed incident is past the last."""
    return len(ORDER) + 1 if state == IncidentState.CLOSED else ORDER.index(state) + 1


def title(incident: Incident) -> str:
    """The incident in one plain line."""
    return str(TITLES.get(incident.kind, incident.get_kind_display()))


def tidy_words(refusal: Any) -> str:
    """Why what belongs where stays as it is."""
    return str(TIDY_PROBLEMS[str(refusal)])


def kinds_named(words: str) -> list[str]:
    """The kinds of incidents whose name or title holds what somebody looks for."""
    names = {kind: f"{label} {TITLES.get(kind, '')}" for kind, label in Incident.Kind.choices}
    return [kind for kind, name in names.items() if words and words.casefold() in name.casefold()]
