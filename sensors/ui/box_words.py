"""A box in words: its row in the fleet, its way to the firm, what was ordered and what holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from sensors import manifest
from sensors.fleet import Applied, Newest
from sensors.models import Order, Sensor
from sensors.ui.status import FUNCTIONS, box_status
from web.templatetags.formats import file_size, jst, thousands

OFF_DAYS = 30
STEPS: tuple[tuple[str, Any], ...] = (
    ("created_at", gettext_lazy("用意")),
    ("shipped_at", gettext_lazy("発送")),
    ("arrived_at", gettext_lazy("到着")),
    ("activated_at", gettext_lazy("最初の連絡")),
    ("protecting_at", gettext_lazy("守り始め")),
)
ORDER_WORDS: dict[str, tuple[Any, str]] = {
    Order.State.WAITING: (gettext_lazy("応答待ち"), "info"),
    Order.State.APPLIED: (gettext_lazy("適用済み"), "safe"),
    Order.State.REFUSED: (gettext_lazy("受け付けず"), "danger"),
    Order.State.ROLLED_BACK: (gettext_lazy("元に戻した"), "danger"),
}

PLACES: dict[str, Any] = {
    "ok": gettext_lazy("ルーターの内側"),
    "swapped": gettext_lazy("2本のケーブルが逆"),
    "above_router": gettext_lazy("ルーターより回線側(PPPoEが通っている)"),
}
ADDRESSES: dict[str, Any] = {
    "private": gettext_lazy("社内用のアドレス"),
    "cgnat": gettext_lazy("プロバイダー内のアドレス(CGNAT)"),
    "global": gettext_lazy("インターネットのアドレス"),
    "link_local": gettext_lazy("アドレスが配られていない"),
    "none": gettext_lazy("アドレスなし"),
}


def box_row(
    box: Any, newest: Newest, minutes_off: int, now: datetime, *, agreed: bool, allowed: timedelta
) -> dict[str, Any]:
    """A line of the fleet. `box` comes from sensors.fleet.boxes()."""
    word, tone = ORDER_WORDS.get(box.order_state or "", ("", "neutral"))
    return {
        "box": box,
        "status": box_status(box, now, allowed),
        "versions": versions_of(box, newest),
        "order": {"version": box.order_version, "word": word, "tone": tone, "held": box.heartbeat.get("order")},
        "minutes_off": minutes_off,
        "way": way_of(box, now),
        "agreed": agreed,
        "losses": losses_of(box),
        "unexamined": _shown_number(_part(box, "files"), "unexamined", thousands) if _some(_part(box, "files")) else "",
    }


def versions_of(box: Sensor, newest: Newest) -> list[dict[str, Any]]:
    """Program, engine and rules, each with whether a newer one runs elsewhere."""
    heartbeat = box.heartbeat
    parts = (
        (gettext("プログラム"), heartbeat.get("agent_version", ""), newest.agent),
        ("Suricata", heartbeat.get("suricata_version", ""), newest.suricata),
        (gettext("ルール"), str(heartbeat.get("rules_version", ""))[:12], ""),
    )
    return [
        {"label": label, "version": version, "behind": bool(best and version != best)}
        for label, version, best in parts
        if version
    ]


def way_of(box: Sensor, now: datetime) -> str:
    """How long a box that does not protect yet has been at its step; "" for one that works."""
    if box.state in {Sensor.State.ACTIVE, Sensor.State.RETIRED}:
        return ""
    since = box.arrived_at or box.shipped_at or box.created_at
    days = (now - since).days
    return gettext("%(step)sから%(days)s日") % {"step": _reached(box), "days": days}


def steps_of(box: Sensor, now: datetime) -> list[dict[str, Any]]:
    """The five steps with their times and the days between them; the one that is waited for says how long already."""
    steps: list[dict[str, Any]] = []
    before: datetime | None = None
    open_yet = True
    for name, label in STEPS:
        at: datetime | None = getattr(box, name)
        row: dict[str, Any] = {"label": label, "at": at, "days": None, "waiting": None}
        if at is not None and before is not None:
            row["days"] = max(0, (at - before).days)
        if at is None and open_yet and before is not None and _nothing_later(box, name):
            row["waiting"], open_yet = (now - before).days, False
        before = at or before
        steps.append(row)
    return steps


def switches_of(box: Sensor) -> list[dict[str, Any]]:
    """Each function: what is ordered, what the box says."""
    states = box.heartbeat.get("functions", {})
    words = {
        "on": (gettext("動いています"), "safe"),
        "off": (gettext("止まっています"), "neutral"),
        "unavailable": (gettext("いまは動けません"), "danger"),
    }
    rows = []
    for name in manifest.FUNCTIONS:
        word, tone = words.get(states.get(name, ""), (gettext("報告がありません"), "neutral"))
        rows.append(
            {"name": name, "label": FUNCTIONS[name], "on": name not in box.switched_off, "word": word, "tone": tone}
        )
    return rows


def applied_words(applied: Applied) -> dict[str, str]:
    """Whether the switches hold on the box."""
    at = jst(applied.at) if applied.at is not None else ""
    if applied.state == "applied":
        words = gettext("センサーで適用 %(at)s") % {"at": at}
        # What the box could not put in, though the rest holds.
        return {"tone": "attention" if applied.detail else "safe", "words": words, "detail": applied.detail}
    if applied.state == "none":
        return {"tone": "neutral", "words": gettext("まだ指示を出していません。"), "detail": ""}
    if applied.state == Order.State.REFUSED:
        words = gettext("センサーが受け付けませんでした %(at)s。前の設定で動いています。") % {"at": at}
        return {"tone": "danger", "words": words, "detail": applied.detail}
    if applied.state == Order.State.ROLLED_BACK:
        words = gettext("センサーが元に戻しました %(at)s。前の設定で動いています。") % {"at": at}
        return {"tone": "danger", "words": words, "detail": applied.detail}
    return {"tone": "info", "words": gettext("センサーの応答待ちです。"), "detail": ""}


def box_facts(box: Any, newest: Newest) -> list[tuple[str, Any]]:
    """What the last heartbeat said, for staff."""
    heartbeat, health, bypass = box.heartbeat, _part(box, "health"), _part(box, "bypass")
    rows: list[tuple[str, Any]] = [
        (gettext("最後の連絡"), jst(box.last_seen_at) if box.last_seen_at else gettext("まだありません")),
        *[
            (row["label"], f"{row['version']}{gettext('(新しい版があります)') if row['behind'] else ''}")
            for row in versions_of(box, newest)
        ],
        (gettext("指示"), _order_text(box)),
        (gettext("つなぐ場所"), str(PLACES.get(str(heartbeat.get("placement")), ""))),
        (gettext("センサーの回線"), _line(_part(box, "line"))),
        (gettext("社内の範囲"), ", ".join(box.home_net)),
        (gettext("CPU"), _shown_number(health, "cpu_pct", lambda number: f"{number}%")),
        (gettext("メモリー"), _shown_number(health, "rss_mb", lambda number: f"{number} MB")),
        (gettext("ディスクの空き"), _shown_number(health, "disk_free_mb", lambda number: file_size(number * 2**20))),
        (gettext("取りこぼし"), _shown_number(health, "kernel_drops", thousands)),
        (gettext("検査の停止"), _crashes(bypass)),
        (gettext("停止の理由"), str(bypass.get("reason", "")) if box.unprotected_since else ""),
        (gettext("送信待ち"), _waiting(heartbeat.get("spool", {}))),
        (gettext("記録の読み落とし"), losses_of(box)),
        (gettext("ファイルの検査"), _files(_part(box, "files"))),
    ]
    return [(label, value) for label, value in rows if value]


def losses_of(box: Sensor) -> str:
    """What the box could not read of its engine's log since it was set up; "" when nothing is missing."""
    log = _part(box, "eve")
    gaps, lost, unreadable = (log.get(name) for name in ("gaps", "lost_bytes", "unreadable"))
    words = []
    if _number(gaps) and gaps:
        words.append(gettext("途切れ %(n)s回") % {"n": thousands(gaps)})
    if _number(lost) and lost:
        words.append(gettext("失われた記録 %(size)s") % {"size": file_size(lost)})
    if _number(unreadable) and unreadable:
        words.append(gettext("読めない行 %(n)s行") % {"n": thousands(unreadable)})
    return gettext("、").join(words)


def _files(files: dict[str, Any]) -> str:
    """What became of the files antivirus was given."""
    judged, viruses, unexamined = (files.get(name) for name in ("judged", "found", "unexamined"))
    if not _number(judged) or not _number(viruses) or not _number(unexamined):
        return ""
    return gettext("問題なし %(judged)s件、ウイルス %(found)s件、調べられなかったもの %(unexamined)s件") % {
        "judged": thousands(judged),
        "found": thousands(viruses),
        "unexamined": thousands(unexamined),
    }


def _some(files: dict[str, Any]) -> bool:
    """Whether a file could not be looked into."""
    return _number(files.get("unexamined")) and files["unexamined"] > 0


def _reached(box: Sensor) -> str:
    return str(next(label for name, label in reversed(STEPS[:3]) if getattr(box, name) is not None))


def _nothing_later(box: Sensor, name: str) -> bool:
    names = [key for key, _label in STEPS]
    return all(getattr(box, later) is None for later in names[names.index(name) :])


def _order_text(box: Any) -> str:
    if not box.order_version:
        return ""
    word, _tone = ORDER_WORDS.get(box.order_state or "", ("", ""))
    return gettext("%(version)s版 %(word)s") % {"version": box.order_version, "word": word}


def _line(line: dict[str, Any]) -> str:
    """What address the box has, from whom, over which gateway."""
    kind = ADDRESSES.get(str(line.get("address")))
    if kind is None:
        return ""
    words = [str(kind), gettext("自動(DHCP)") if line.get("dhcp") is True else gettext("固定")]
    if gateway := str(line.get("gateway") or "")[:45]:
        words.append(gettext("ゲートウェイ %(address)s") % {"address": gateway})
    if line.get("ipv6") is True:
        words.append(gettext("IPv6あり"))
    return gettext("、").join(words)


def _crashes(bypass: dict[str, Any]) -> str:
    deaths, hangs = bypass.get("deaths"), bypass.get("hangs")
    if not _number(deaths) or not _number(hangs):
        return ""
    return gettext("異常終了 %(deaths)s回、固まり %(hangs)s回") % {"deaths": deaths, "hangs": hangs}


def _waiting(spool: Any) -> str:
    batches, size = (spool.get("batches"), spool.get("bytes")) if isinstance(spool, dict) else (None, None)
    if not _number(batches) or not _number(size):
        return ""
    return gettext("%(n)s件(%(size)s)") % {"n": thousands(batches), "size": file_size(size)}


def _part(box: Sensor, name: str) -> dict[str, Any]:
    part = box.heartbeat.get(name)
    return part if isinstance(part, dict) else {}


def _shown_number(part: dict[str, Any], name: str, shown: Callable[[Any], str]) -> str:
    """A number of the report as people read it; "" when it is none."""
    return shown(part[name]) if _number(part.get(name)) else ""


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
