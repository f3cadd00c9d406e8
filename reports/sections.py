"""Sections of the report beyond what was seen: answers, twelve months, similar firms, damage, old software, endpoints.

Made from the frozen figures in the firm's language; a report frozen before there were such figures has no such section.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alerts.threat_words import threat_name
from incidents.models import ANSWERS
from insurance.damage import Part
from reports import wording
from reports.avoided import EXAMPLE_COMPUTERS, EXAMPLE_SALES
from reports.endpoint import endpoint_tables
from sensors.software import TABLE
from web.charts import ChartData, Series, bar_chart

Figures = Mapping[str, Any]
_SOFTWARE: Final = {software.key: software for software in TABLE}


def sections(figures: Figures) -> dict[str, Any]:
    """Template variables; None where the report has no such figures."""
    known = "answers" in figures
    return {
        "answers": _answers(figures["answers"]) if known else None,
        "trend": _trend(figures["trend"]) if known else None,
        "peers": _peers(figures) if known and figures.get("peers") else None,
        "compares": known,
        "damage": _damage(figures["damage"]) if known else None,
        "software": _software(figures) if known else None,
        "has_endpoints": known,
        "endpoint": endpoint_tables(figures["endpoint"]) if figures.get("endpoint") else None,
    }


def _answers(answers: Figures) -> dict[str, Any]:
    words = dict(ANSWERS)
    return {
        **answers,
        "rows": [
            _about(row) | {"answer": str(words.get(row["answer"], row["answer"])), "notices": row["notices"]}
            for row in answers["rows"]
        ],
        "more": answers["given"] - len(answers["rows"]),
        "open_rows": [_about(row) | {"grade": row["grade"]} for row in answers["open_rows"]],
        "more_open": answers["open"] - len(answers["open_rows"]),
    }


def _about(row: Figures) -> dict[str, Any]:
    return {
        "at": datetime.fromisoformat(row["at"]),
        "threat": threat_name(row["threat"], (get_language() or "ja")[:2]),
        "device": _machine(row),
    }


def _machine(row: Figures) -> str:
    device, ip = row["device"], row["ip"]
    return f"{device} ({ip})" if device and ip else device or ip or _("機器は分かっていません")


def _trend(rows: list[Figures]) -> dict[str, Any]:
    """The drawing, and the table behind it; a month that nobody watched, or without report, has no figure."""
    months = [date.fromisoformat(row["month"]) for row in rows]
    stopped = tuple(row["blocked"] for row in rows)
    noted = tuple(None if row["alerts"] is None else row["alerts"] - row["blocked"] for row in rows)
    data = ChartData(
        title=_("月ごとに見つけた通信"),
        categories=tuple(_("%(month)s月") % {"month": month.month} for month in months),
        series=(Series(_("止めたもの"), stopped), Series(_("止めずに記録したもの"), noted)),
        unit=_("回"),
        period=_("%(first)sから%(last)s")
        % {"first": wording.month_name(months[0]), "last": wording.month_name(months[-1])},
        corner=_("月"),
    )
    svg = bar_chart(data, stacked=True, width=720, height=160)
    return {
        "caption": data.caption,
        "svg": mark_safe(svg),  # noqa: S308 - every word in the drawing was escaped where it was drawn
        "rows": [{**row, "name": wording.month_name(month)} for row, month in zip(rows, months, strict=True)],
        "gaps": any(row["alerts"] is None for row in rows),
    }


def _peers(figures: Figures) -> dict[str, Any]:
    peers, notices = figures["peers"], figures["notices"]
    own = {
        "seen": (_("見つけた通信(回)"), figures["totals"]["alerts"]),
        "blocked": (_("止めた通信(回)"), figures["totals"]["blocked"]),
        "mailed": (_("メールでお知らせ(件)"), notices["told"]),
        "look": (_("重要度 中(★★☆)以上のお知らせ(件)"), sum(notices["grades"][2:])),
    }
    return {
        "who": wording.peers_are(peers["level"], peers["least_firms"]),
        "rows": [
            {"name": own[name][0], "own": own[name][1], "median": peers["medians"][name]}
            for name in own
            if name in peers["medians"]
        ],
    }


def _damage(damage: Figures) -> dict[str, Any]:
    labels = {
        Part.FIRST_RESPONSE: _("最初の対応"),
        Part.FORENSICS: _("原因の調査(パソコン1台につき100万円)"),
        Part.ON_SITE: _("現地での対応(3日)"),
        Part.TRAVEL: _("旅費"),
        Part.RECOVERY: _("元に戻す作業(パソコン1台につき20万円)"),
        Part.HANDLING: _("事故への対応"),
        Part.PUBLICITY: _("社外への説明"),
        Part.SALES: _("仕事が止まる間の売上(%(days)s日)") % {"days": damage["days"]},
    }
    return {
        **damage,
        # In the source's order: stored JSON keeps none.
        "parts": [{"name": labels[part], "yen": damage["parts"][part.value]} for part in Part],
        "computers_used": damage["computers"] or EXAMPLE_COMPUTERS,
        "sales_used": EXAMPLE_SALES if damage["sales"] is None else damage["sales"],
    }


def _software(figures: Figures) -> dict[str, Any]:
    keys = figures["old_software"]
    return {
        "known": keys is not None,
        "rows": [_SOFTWARE[key] for key in keys or () if key in _SOFTWARE],
        "machines": [_machine(row) for row in figures["answers"]["unsupported"]],
    }
