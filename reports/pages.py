"""What the report's template needs, made from the frozen figures in the firm's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alerts.kinds import kind_words
from alerts.models.alert import Direction, Function
from alerts.threat_words import threat_name
from alerts.ui.unexamined import reason_words
from incidents.models import INCIDENT_STATES, Incident, IncidentEvent
from incidents.wording import event_text
from reports import wording
from reports.glossary import GLOSSARY
from reports.measures import TOPS
from reports.sections import sections
from sensors.watching import Cause
from tenants.desk_contact import hours_shown
from web.charts import ChartData, Series, bar_chart
from web.spans import span
from web.templatetags.formats import jst, jst_date

Figures = Mapping[str, Any]
MOST_GAPS: Final = 40
GAPS_ON_FIRST_PAGE: Final = 2


def report_html(figures: Figures) -> str:
    """The whole report as HTML, in the language frozen with the figures."""
    with translation.override(figures["language"]):
        return _icons_coloured(render_to_string("pdf/monthly.html", report_context(figures)))


# The PDF renderer does not give `currentColor` the colour of the text around a drawing, so it is written into it.
_ICON_COLOURS: Final = {
    "importance--3": "#ffffff",
    "importance--2": "#8b3200",
    "importance--1": "#0055ad",
    "verdict__word--safe": "#115a36",
    "verdict__word--attention": "#8b3200",
    "verdict__word--danger": "#a90000",
}
_ICON: Final = re.compile(rf'(\b({"|".join(_ICON_COLOURS)})">\s*<svg )')


def _icons_coloured(html: str) -> str:
    return _ICON.sub(lambda icon: f'{icon[1]}color="{_ICON_COLOURS[icon[2]]}" ', html)


def report_context(figures: Figures) -> dict[str, Any]:
    """Template variables; call with the firm's language active."""
    first = date.fromisoformat(figures["period"]["first"])
    until = _moment(figures["period"]["until"])
    month = wording.month_name(first)
    return {
        "title": _("見守り報告書(暫定版)") if until else _("見守り報告書"),
        "period": month,
        "organisation_name": _("%(firm)s 御中") % {"firm": figures["firm"]},
        "site": {"name": figures["programme"]},
        "desk": {**figures["desk"], "hours": hours_shown(figures["desk"]["hours"])},
        "until": until,
        "first": first,
        "last": date.fromisoformat(figures["period"]["last"]),
        "level": figures["verdict"]["level"],
        "what_happened": wording.what_happened(figures, month),
        "are_we_safe": wording.are_we_safe(figures),
        "advice": wording.what_to_do(figures, first),
        "totals": figures["totals"],
        "notices": figures["notices"]["told"],
        "grades": list(enumerate(figures["notices"]["grades"]))[::-1],
        "grades_sum": sum(figures["notices"]["grades"]),
        "watched_for": wording.watched_for(figures["watch"]),
        "watch": _watch(figures["watch"]),
        "open_count": sum(1 for row in figures["incidents"] if row["state"] != "closed"),
        "weekly": _drawn(_weekly_chart(figures["daily"], month), 112),
        "daily": _drawn(_daily_chart(figures["daily"], month), 230),
        "matrix": _matrix(figures["matrix"]),
        "tops": _tops(figures["top"]),
        "addresses": _addresses(figures.get("addresses")),
        "devices": figures["devices"],
        "device_count": figures["device_count"],
        "incidents": [_incident(row) for row in figures["incidents"]],
        "traffic": figures["traffic"],
        "unexamined": [{"words": reason_words(code), "count": n} for code, n in figures.get("unexamined", [])],
        "functions": _functions(figures["watch"]),
        "silent_only": wording.silent_only(figures["watch"]),
        "revision": _revision(figures),
        **sections(figures),
        "glossary": [(row.term(translation.get_language()), row.plain(translation.get_language())) for row in GLOSSARY],
    }


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _watch(watch: Figures) -> dict[str, Any]:
    causes = {
        Cause.SILENT: _("センサーから連絡がありませんでした"),
        Cause.BYPASS: _("守りを通らずに通信が流れました"),
        Cause.OFF: _("守りの一部を止めていました"),
        Cause.UNAVAILABLE: _("守りの一部が働きませんでした"),
    }
    gaps = [
        {
            "start": datetime.fromisoformat(gap["start"]),
            "end": datetime.fromisoformat(gap["end"]),
            "length": gap["seconds"],
            "cause": causes[gap["cause"]],
            "exact": gap["exact"],
        }
        for gap in watch["gaps"]
    ]
    return {
        **watch,
        "since": _moment(watch["since"]),
        "last_seen_at": _moment(watch["last_seen_at"]),
        "gaps": gaps[:MOST_GAPS],
        "longest": [_gap_words(gap) for gap in sorted(gaps, key=lambda gap: -gap["length"])[:GAPS_ON_FIRST_PAGE]],
        "more_gaps": max(len(gaps) - MOST_GAPS, 0),
        "gap_count": len(gaps),
        "unwatched": (watch["minutes"] - watch["watched_minutes"]) * 60,
    }


def _gap_words(gap: Figures) -> str:
    length = span(gap["length"])
    if gap["exact"]:
        return _("%(start)s から %(length)s") % {"start": jst(gap["start"]), "length": length}
    return _("%(day)sのうち %(length)s") % {"day": jst_date(gap["start"]), "length": length}


def _direction_words() -> dict[str, str]:
    return {
        Direction.INBOUND.value: _("外からの攻撃"),
        Direction.OUTBOUND.value: _("社内から危険な相手への通信"),
        Direction.INTERNAL.value: _("社内の設定の弱点"),
        Direction.EXTERNAL.value: _("社外どうしの通信"),
        Direction.UNKNOWN.value: _("向きの分からない通信"),
    }


def _chart(title: str, month: str, corner: str, categories: Sequence[str], rows: Sequence[Series]) -> ChartData:
    return ChartData(
        title=title, categories=tuple(categories), series=tuple(rows), unit=_("回"), period=month, corner=corner
    )


def _weekly_chart(daily: Sequence[Figures], month: str) -> ChartData | None:
    """Directions by week of the month (1st–7th, …); None when there was nothing to draw."""
    weeks = [daily[at : at + 7] for at in range(0, len(daily), 7)]
    rows = [
        Series(words, tuple(sum(day[name] for day in week) for week in weeks))
        for name, words in _direction_words().items()
        if any(day[name] for day in daily)
    ]
    if not rows:
        return None
    names = [
        _("%(from)s〜%(to)s日")
        % {"from": date.fromisoformat(week[0]["day"]).day, "to": date.fromisoformat(week[-1]["day"]).day}
        if len(week) > 1
        else _("%(day)s日") % {"day": date.fromisoformat(week[0]["day"]).day}
        for week in weeks
    ]
    return _chart(_("週ごとの回数"), month, _("期間"), names, rows)


def _daily_chart(daily: Sequence[Figures], month: str) -> ChartData | None:
    if not any(day[name] for day in daily for name in _direction_words()):
        return None
    names = [str(date.fromisoformat(day["day"]).day) for day in daily]
    stopped = tuple(day["blocked"] for day in daily)
    noted = tuple(sum(day[name] for name in _direction_words()) - day["blocked"] for day in daily)
    rows = [Series(_("止めたもの"), stopped), Series(_("止めずに記録したもの"), noted)]
    return _chart(_("日ごとの回数"), month, _("日"), names, [row for row in rows if any(row.values)])


def _drawn(data: ChartData | None, height: float) -> dict[str, str] | None:
    """Caption and drawing; every word in the drawing was escaped where it was drawn."""
    if data is None:
        return None
    svg = bar_chart(data, stacked=True, width=720, height=height)
    return {"caption": data.caption, "svg": mark_safe(svg)}  # noqa: S308


def _matrix(rows: Sequence[Figures]) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "function": str(Function(row["function"]).label),
            "direction": _direction_words()[row["direction"]],
            "grades": row["grades"][::-1],
        }
        for row in rows
    ]


def _tops(top: Figures) -> list[dict[str, Any]]:
    words = {
        "attacks": (_("外からの攻撃"), _("攻撃の名前")),
        "callbacks": (_("社内から危険な相手への通信"), _("通信の名前")),
        "viruses": (_("ウイルス"), _("ウイルスの名前")),
        "sites": (_("危険なサイト"), _("サイト")),
        "weaknesses": (_("社内の設定の弱点"), _("弱点の名前")),
    }
    return [
        {
            "title": words[name][0],
            "what": words[name][1],
            "of": top[name]["of"],
            "rows": [
                row
                | {
                    "share": 100 * row["count"] / top[name]["of"],
                    "words": _what_it_is(row),
                }
                for row in top[name]["rows"]
            ],
        }
        for name in TOPS
    ]


def _what_it_is(row: Figures) -> str:
    """The threat family's name; of reports frozen before there were families the kind's."""
    language = (get_language() or "ja")[:2]
    return threat_name(row["threat"], language) if row.get("threat") else kind_words(row.get("kind", ""), language)


def _addresses(addresses: Figures | None) -> dict[str, Any] | None:
    """None: a report frozen before addresses were counted."""
    if addresses is None:
        return None
    words = _direction_words()
    return {
        "of": addresses["of"],
        "rows": [
            row | {"share": 100 * row["count"] / addresses["of"], "words": words[row["direction"]]}
            for row in addresses["rows"]
        ],
    }


def _revision(figures: Figures) -> dict[str, Any] | None:
    revision = figures.get("revision")
    if not revision:
        return None
    return {"number": revision["number"], "at": _moment(revision["at"]), "changed": wording.what_changed(figures)}


def _incident(row: Figures) -> dict[str, Any]:
    return {
        **row,
        "kind": str(Incident.Kind(row["kind"]).label),
        "state_words": str(dict(INCIDENT_STATES).get(row["state"], row["state"])),
        "opened_at": datetime.fromisoformat(row["opened_at"]),
        "closed_at": _moment(row["closed_at"]),
        "steps": [
            {
                "at": datetime.fromisoformat(event["at"]),
                "words": event_text(IncidentEvent(code=event["code"], data=event["data"])),
            }
            for event in row["events"]
        ],
    }


def _functions(watch: Figures) -> list[tuple[str, str]]:
    """How each function of the boxes did over the whole time, not only at its last report."""
    names = {"ips": str(Function.IPS.label), "av": str(Function.AV.label), "wg": str(Function.WG.label)}
    off = watch["functions"]
    used = [(names[key], _judged(off[key], watch["minutes"])) for key in names if key in off]
    return used + [(names[key], _("このセンサーでは使っていません")) for key in names if key in watch["unused"]]


def _judged(minutes_off: int, minutes: int) -> str:
    if not minutes_off:
        return _("ずっと動いていました")
    if minutes_off >= minutes:
        return _("動いていませんでした")
    return _("合わせて%(span)s、動いていませんでした") % {"span": span(minutes_off * 60)}
