"""Every figure on the papers of a busy, a quiet, a hit and a bypassed firm is what plain SQL counts.

The SQL is written here once more, from the tables and not from the code of the report.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.models import AlertGroup
from incidents.models import AlertAnswer
from reports.models import MonthlyReport
from sensors.models import Device, WatchGap
from tenants.models import Organisation
from tenants.tenancy.scope import tenant_scope
from tests.access.world import superuser
from tests.factories import OWNER, Cast
from tests.papers import RIGHT_EDGE, right_edges
from tests.reports.conftest import NOVEMBER, Close, pages_of
from tests.reports.records import alerts_make, box_seen, incident_make, traffic_make

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MAC = "00:00:5e:00:53:01"
IN_NOVEMBER = "tenant_id = %(firm)s AND event_time >= '2026-11-01 00:00+09' AND event_time < '2026-12-01 00:00+09'"
GROUPS = "tenant_id = %(firm)s AND last_at >= '2026-11-01 00:00+09' AND last_at < '2026-12-01 00:00+09'"


def _busy(cast: Cast) -> None:
    """Fourteen threats on twelve machines, a named one among them, traffic, answers, records of the month before."""
    _quiet(cast)
    for at in range(14):
        alerts_make(
            cast.sakura_box,
            NOVEMBER.start + at * DAY + HOUR,
            count=3 * at + 1,
            grade=at % 2,
            signature=f"ET SCAN number {at:02}",
            asset_ip=f"192.168.1.{20 + at % 12}",
        )
    for at, (function, direction) in enumerate((("ips", "outbound"), ("av", "inbound"), ("wg", "outbound"))):
        alerts_make(
            cast.sakura_box,
            NOVEMBER.start + (20 + at) * DAY,
            count=4 + at,
            function=function,
            direction=direction,
            grade=2,
            notify="digest",
            blocked=at != 0,
            signature=f"ET MALWARE number {at}",
            host="bad.example" if function == "wg" else "",
            asset_ip="192.168.1.20",
        )
    weak = alerts_make(
        cast.sakura_box, NOVEMBER.end - HOUR, count=2, grade=1, notify="digest", direction="internal", blocked=False
    )
    # On the borders of the month: one just before, one just after.
    alerts_make(cast.sakura_box, NOVEMBER.start - timedelta(seconds=1), count=50)
    alerts_make(cast.sakura_box, NOVEMBER.end, count=60)
    with tenant_scope(cast.sakura_dental.pk):
        AlertAnswer.objects.create(
            tenant=cast.sakura_dental,
            group=weak,
            act=uuid.uuid4(),
            answer="warned",
            ends=False,
            grade=1,
            seen_until=weak.last_at,
            answered_at=NOVEMBER.end - timedelta(minutes=5),
            way="mail",
            contact="owner@firm.invalid",
        )
        MonthlyReport.objects.create(
            tenant=cast.sakura_dental,
            month="2026-10-01",
            state=MonthlyReport.State.READY,
            figures={
                "totals": {"alerts": 4321, "blocked": 4320},
                "notices": {"told": 17, "grades": [1, 1, 8, 1]},
                "watch": {"boxes": 1, "nothing_seen": False},
            },
        )


def _quiet(cast: Cast) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - 40 * DAY, NOVEMBER.end)
    traffic_make(cast.sakura_box, NOVEMBER.start + 2 * DAY, NOVEMBER.start + 2 * DAY + HOUR, 5_800_000)
    Organisation.objects.using(OWNER).filter(pk=cast.sakura_dental.pk).update(pc_count=7)
    with tenant_scope(cast.sakura_dental.pk):
        Device.objects.filter(mac=MAC).update(given_name="経理のパソコン")


def _hit(cast: Cast) -> None:
    """A ★★★ with its incident."""
    _quiet(cast)
    group = alerts_make(
        cast.sakura_box,
        NOVEMBER.start + 9 * DAY,
        count=6,
        grade=3,
        notify="at_once",
        direction="outbound",
        signature="ET MALWARE beacon",
    )
    incident = incident_make(cast.sakura_box, NOVEMBER.start + 9 * DAY)
    with tenant_scope(cast.sakura_dental.pk):
        AlertGroup.objects.filter(pk=group.pk).update(asset_mac=MAC)
        type(incident).objects.filter(pk=incident.pk).update(asset_key=MAC)


def _bypassed(cast: Cast) -> None:
    _quiet(cast)
    alerts_make(cast.sakura_box, NOVEMBER.start + 3 * DAY, count=8)
    with tenant_scope(cast.sakura_dental.pk):
        WatchGap.objects.create(
            tenant=cast.sakura_dental,
            sensor=cast.sakura_box.sensor,
            cause="bypass",
            began_at=NOVEMBER.start + 5 * DAY,
            ended_at=NOVEMBER.start + 5 * DAY + 7 * HOUR + timedelta(minutes=20),
        )


FIRMS = {"busy": _busy, "quiet": _quiet, "hit": _hit, "bypassed": _bypassed}


def _rows(firm: int, sql: str) -> list[tuple[Any, ...]]:
    with superuser() as server, server.cursor() as cursor:
        cursor.execute(sql, {"firm": firm})
        return list(cursor.fetchall())


def _by_hand(firm: int) -> list[str]:
    """Every figure that has to stand on the paper, in the words it stands in, from SQL alone."""
    ((seen, blocked),) = _rows(
        firm, f"SELECT count(*), count(*) FILTER (WHERE blocked) FROM alerts_alert WHERE {IN_NOVEMBER}"
    )
    ((mailed,),) = _rows(firm, f"SELECT count(*) FROM alerts_alertgroup WHERE notify <> 'none' AND {GROUPS}")
    ((still_open,),) = _rows(
        firm,
        "SELECT count(*) FROM incidents_incident WHERE tenant_id = %(firm)s AND state <> 'closed'"
        " AND opened_at < '2026-12-01 00:00+09'",
    )
    ((unwatched,),) = _rows(
        firm,
        "SELECT coalesce(sum(extract(epoch FROM ended_at - began_at)), 0)::int / 60 FROM sensors_watchgap"
        " WHERE tenant_id = %(firm)s",
    )
    days = 30 - bool(unwatched)
    words = [
        f"途切れなく見守った日{days}/30日",
        f"見つけた通信{seen:,}回",
        f"うち止めたもの{blocked:,}回",
        f"メールでお知らせ{mailed:,}件",
        f"対応中の件{still_open}件",
        f"43,200分のうち{43_200 - unwatched:,}分",
    ]
    grades = dict(_rows(firm, f"SELECT grade, count(*) FROM alerts_alertgroup WHERE {GROUPS} GROUP BY 1"))
    if seen:
        words += [
            f"感染している可能性がとても高い{grades.get(3, 0)}件",
            f"感染しているかもしれない{grades.get(2, 0)}件",
        ]
        words += [f"感染の可能性は低い{grades.get(1, 0)}件", f"記録だけしたもの{grades.get(0, 0)}件"]
        words += [f"重要度ごとのお知らせ(合計{sum(grades.values())}件"]
    return [*words, *_kinds(firm), *_tops(firm, seen), *_machines(firm), *_rest(firm, seen, blocked, mailed, grades)]


NAMES = {"ips": "不正侵入対策", "av": "ウイルス対策", "wg": "危険サイト対策"}
WAYS = {"inbound": "外からの攻撃", "outbound": "社内から危険な相手への通信", "internal": "社内の設定の弱点"}


def _kinds(firm: int) -> list[str]:
    alerts = _rows(
        firm,
        "SELECT function, direction, count(*), count(*) FILTER (WHERE grade = 3), count(*) FILTER (WHERE grade = 2),"
        " count(*) FILTER (WHERE grade = 1), count(*) FILTER (WHERE grade = 0), count(*) FILTER (WHERE blocked)"
        f" FROM alerts_alert WHERE {IN_NOVEMBER} GROUP BY 1, 2",
    )
    notices = {
        row[:2]: row[2]
        for row in _rows(
            firm,
            f"SELECT function, direction, count(*) FROM alerts_alertgroup WHERE notify <> 'none' AND {GROUPS}"
            " GROUP BY 1, 2",
        )
    }
    return [
        WAYS[direction] + "".join(f"{count:,}" for count in counts) + str(notices.get((function, direction), 0))
        for function, direction, *counts in alerts
    ]


def _tops(firm: int, seen: int) -> list[str]:
    attacks = _rows(
        firm,
        "SELECT signature, count(*), count(*) FILTER (WHERE blocked), count(DISTINCT asset_ip) FROM alerts_alert"
        f" WHERE {IN_NOVEMBER} AND function = 'ips' AND direction = 'inbound' GROUP BY 1 ORDER BY 2 DESC, 1",
    )
    of = sum(row[1] for row in attacks)
    words = [
        f"{name}{count:,}{100 * count / of:.1f}%{stopped:,}{machines}".replace(" ", "")
        for name, count, stopped, machines in attacks[:10]
    ]
    ends = _rows(
        firm,
        "SELECT host(dest_ip), direction, count(*), count(*) FILTER (WHERE blocked), count(DISTINCT asset_ip)"
        f" FROM alerts_alert WHERE {IN_NOVEMBER} AND direction IN ('inbound', 'outbound') GROUP BY 1, 2",
    )
    outside = sum(row[2] for row in ends)
    words += [
        f"{address}{WAYS[way]}{count:,}{100 * count / outside:.1f}%{stopped:,}{machines}"
        for address, way, count, stopped, machines in ends
    ]
    return (
        words
        + ([f"外からの攻撃(全{of:,}回)"] if of else [])
        + ([f"社外の相手のアドレス(全{outside:,}回)"] if seen else [])
    )


def _machines(firm: int) -> list[str]:
    rows = _rows(
        firm,
        "SELECT host(asset_ip), count(*) FILTER (WHERE direction = 'inbound'),"
        " count(*) FILTER (WHERE direction = 'outbound'), count(*) FILTER (WHERE direction = 'internal'),"
        f" count(*) FILTER (WHERE blocked), max(grade) FROM alerts_alert WHERE {IN_NOVEMBER} GROUP BY 1"
        " ORDER BY 6 DESC, 3 DESC, count(*) DESC, 1",
    )
    shown = [f"全{len(rows)}台のうち、重要なものから"] if rows else []
    words = {3: "重要度高(★★★)", 2: "重要度中(★★☆)", 1: "重要度低(★☆☆)", 0: "重要度なし(記録のみ)"}
    return shown + [
        f"{ip}–{words[grade]}{inbound:,}{outbound:,}{internal:,}{stopped:,}"
        for ip, inbound, outbound, internal, stopped, grade in rows[:10]
    ]


def _rest(firm: int, seen: int, blocked: int, mailed: int, grades: dict[int, int]) -> list[str]:
    look = grades.get(2, 0) + grades.get(3, 0)
    words = [f"2026年11月{seen:,}{blocked:,}{mailed:,}{look:,}"]
    for month, earlier in _rows(
        firm,
        "SELECT month, figures FROM reports_monthlyreport WHERE tenant_id = %(firm)s AND month < '2026-11-01'",
    ):
        counts = earlier["totals"]["alerts"], earlier["totals"]["blocked"], earlier["notices"]["told"]
        words.append(f"{month.year}年{month.month}月" + "".join(f"{n:,}" for n in counts) + "9")
    ((computers,),) = _rows(firm, "SELECT pc_count FROM tenants_organisation WHERE id = %(firm)s")
    if blocked:
        total = 150_000 + 1_000_000 * computers + 1_100_000 + 200_000 * computers + 4_000_000 + 14 * 1_000_000
        words += [f"この月に止めた{blocked:,}回の通信", f"およそ{total:,}円", f"合計{total:,}円"]
    ((answered,),) = _rows(
        firm,
        "SELECT count(DISTINCT group_id) FROM incidents_alertanswer WHERE tenant_id = %(firm)s"
        " AND answered_at >= '2026-11-01 00:00+09' AND answered_at < '2026-12-01 00:00+09'",
    )
    words += [f"お答えいただいたお知らせ{answered}件"] if answered else ["この月にいただいたお答えはありません"]
    ((machines,),) = _rows(
        firm,
        "SELECT count(*) FROM sensors_device WHERE tenant_id = %(firm)s AND first_seen_at < '2026-12-01 00:00+09'"
        " AND last_seen_at >= '2026-11-01 00:00+09'",
    )
    ((coming,),) = _rows(
        firm,
        "SELECT sum((values ->> 'bytes_in')::bigint) FROM alerts_trafficaggregate WHERE tenant_id = %(firm)s"
        " AND period_from >= '2026-11-01 00:00+09' AND period_from < '2026-12-01 00:00+09'",
    )
    return [*words, f"見えた機器{machines}台", f"受信した量{coming / 1_000_000:.1f}MB"]


@pytest.mark.parametrize("kind", FIRMS)
def test_every_figure_on_the_paper_is_what_sql_counts(cast: Cast, close: Close, kind: str, tmp_path: Path) -> None:
    make: Callable[[Cast], None] = FIRMS[kind]
    make(cast)
    close()
    paper = "".join(pages_of(cast.sakura_dental, NOVEMBER.first))
    missing = [words for words in _by_hand(cast.sakura_dental.pk) if words not in paper]
    assert missing == []
    with tenant_scope(cast.sakura_dental.pk):
        pdf = bytes(MonthlyReport.objects.get(month=NOVEMBER.first).pdf or b"")
    assert max(right_edges(pdf, tmp_path)) <= RIGHT_EDGE + 1


def test_a_named_machine_is_called_so_wherever_it_stands(cast: Cast, close: Close) -> None:
    _hit(cast)
    close()
    assert "経理のパソコン(00:00:5e:00:53:01)" in "".join(pages_of(cast.sakura_dental))
