"""What the box logged, with each technical word explained (OSK 3.4.2.1)."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext

from alerts.models import Alert, AlertGroup
from alerts.models.alert import Direction, Function
from alerts.selectors import detections_of
from web.outside import as_it_is
from web.templatetags.formats import jst


def group_facts(group: AlertGroup) -> list[tuple[str, object]]:
    """(term, value with its explanation) of a group; terms without a value are left out."""
    facts = [
        (
            gettext("社内の機器のアドレス(IPアドレス)"),
            group.asset_ip,
            gettext("ネットワーク上の住所です。日によって変わることがあります。"),
        ),
        (
            gettext("機器の番号(MACアドレス)"),
            group.asset_mac,
            gettext("機器ごとに決まった番号です。機器の設定画面や底のラベルで確かめられます。"),
        ),
        (
            gettext("通信の相手"),
            as_it_is(group.peer),
            gettext("社内のもう1台の機器です。")
            if group.direction == Direction.INTERNAL
            else gettext("社外の機器のアドレスやサイトの名前です。開いて確かめないでください。"),
        ),
        (gettext("見つけたしくみ"), Function(group.function).label, ""),
        (gettext("通信の向き"), Direction(group.direction).label, ""),
        (gettext("見分けた目印"), _signature(group), gettext("攻撃やウイルスを見分ける決まりの名前と番号です。")),
        (gettext("目印の分類"), as_it_is(group.category), ""),
        (gettext("判定に使った決まり"), group.rule, gettext("重要度を決めた決まりの名前です。")),
        (gettext("見つけたセンサー"), group.sensor.name, ""),
    ]
    return [(term, _explained(value, about)) for term, value, about in facts if value]


def grading_facts(group: AlertGroup) -> list[tuple[str, object]]:
    """(term, value) the grading looked at and what it gave, as stored; for people of the SOC and the desk."""
    newest = detections_of(group).first()
    facts: list[tuple[str, object]] = [
        (gettext("見つけたしくみ"), Function(group.function).label),
        (gettext("通信の向き"), Direction(group.direction).label),
        (gettext("目印"), _signature(group)),
        (gettext("分類"), as_it_is(group.category)),
        (gettext("同じ種類と数える名前"), as_it_is(group.family)),
        (gettext("社内の機器"), " ".join(filter(None, (group.asset_ip, group.asset_mac)))),
        (gettext("相手"), as_it_is(group.peer)),
        (gettext("知らせ方"), group.get_notify_display()),
    ]
    if newest is not None:
        versions = (newest.gid, newest.signature_id, newest.rev)
        facts += [
            (gettext("ルールの番号(gid:sid:rev)"), ":".join(str(part) for part in versions if part is not None)),
            (gettext("深刻さ(severity)"), newest.severity),
            (gettext("判定の決まりの版"), newest.rule_set),
        ]
    return [(term, value) for term, value in facts if value not in ("", None)]


def packet_row(alert: Alert) -> dict[str, Any]:
    """One single alert with the facts of its packet, for the SOC."""
    more = [
        (gettext("ファイルのSHA-256"), alert.file_sha256),
        (gettext("通信の番号(flow_id)"), alert.flow_id),
    ]
    row = alert_row(alert)
    content: list[tuple[str, object]] = row["content"]
    content = [*content, *((term, value) for term, value in more if value)]
    return row | {"content": content, "epoch": alert.epoch, "seq": alert.seq}


def _signature(group: AlertGroup) -> str:
    name = as_it_is(group.signature)
    return f"{name} ({group.signature_id})" if group.signature_id else name


def _explained(value: object, about: str) -> object:
    return format_html('{}<br><span class="note">{}</span>', value, about) if about else value


def mail_date(text: str) -> str:
    """A mail's own date in our words, as it stands there when it is none; whoever sent it chose it."""
    try:
        moment = parsedate_to_datetime(text)
        return jst(moment) if moment.tzinfo is not None else text
    except (TypeError, ValueError, OverflowError):
        return text


def endpoint(address: str | None, port: int | None) -> str:
    """`192.0.2.7:443`, `[2001:db8::1]:443`; nothing without an address."""
    if not address:
        return ""
    if port is None:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def alert_row(alert: Alert) -> dict[str, Any]:
    """One single alert for the table of a group."""
    content = [
        (gettext("ファイル"), alert.file_name),
        (gettext("メールの件名"), alert.mail_subject),
        (gettext("メールの日付"), mail_date(alert.mail_date)),
        (gettext("アプリ"), alert.app_name),
        (gettext("サイト"), alert.host),
        (gettext("アドレス"), alert.url),
    ]
    return {
        "at": alert.event_time,
        "time_trusted": alert.time_trusted,
        "source": endpoint(alert.src_ip, alert.src_port),
        "target": endpoint(alert.dest_ip, alert.dest_port),
        "protocol": "/".join(part for part in (alert.proto, alert.app_proto) if part),
        "content": [(term, as_it_is(value)) for term, value in content if value],
        "blocked": alert.blocked,
    }
