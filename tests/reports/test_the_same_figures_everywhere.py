"""Report, home, list and mail count the same things by the same words."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.test import Client

from alerts.digest import digest_send_due
from alerts.figures import notice_figures
from notifications.models import OutboxMessage
from reports.measures import measure
from reports.models import MonthlyReport
from reports.months import Period, month_of
from reports.pages import report_context
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.portal.pages import text_of
from tests.reports.conftest import NOVEMBER, Close, pages_of
from tests.reports.records import alerts_make, box_seen, traffic_make


def _number(words: str, before: str) -> int:
    number = re.search(rf"{before}\s*([\d,]+)", words)
    assert number is not None, before
    return int(number[1].replace(",", ""))


def test_report_home_and_mail_give_the_same_numbers_for_the_same_words(cast: Cast, now_in_month: datetime) -> None:
    firm, box = cast.sakura_dental, cast.sakura_box
    at = now_in_month - timedelta(hours=3)
    box_seen(box, at - timedelta(days=40), now_in_month)
    alerts_make(box, at, count=14, grade=0, signature="scan")
    alerts_make(box, at, count=4, grade=2, notify="digest", direction="outbound", signature="callback")
    alerts_make(box, at, count=3, grade=2, notify="digest", direction="outbound", function="wg", host="bad.example")
    alerts_make(box, at, count=2, grade=1, notify="digest", direction="internal", blocked=False, signature="password")
    with tenant_scope(firm.pk):
        month = month_of(now_in_month)
        figures = measure(firm.pk, Period(month.start, month.end))
        source = notice_figures(tenant_id=firm.pk, start=month.start, end=month.end)
    client = Client()
    client.force_login(cast.hanako)
    home = text_of(client.get("/").content.decode())
    digest_send_due(now=now_in_month)
    with tenant_scope(firm.pk):
        mail = OutboxMessage.objects.get(kind="digest")
    assert (source.seen, source.blocked, source.mailed, source.look) == (23, 21, 3, 2)
    assert _number(home, "メールでお知らせ") == figures["notices"]["told"] == 3
    assert _number(home, "止めた通信") == figures["totals"]["blocked"] == 21
    assert _number(home, r"重要度 中\(★★☆\)以上") == sum(figures["notices"]["grades"][2:]) == 2
    times = re.findall(r"(\d+)回\((?:センサーがすべて|センサーは)止め", mail.text)
    assert sorted(int(number) for number in times) == [2, 3, 4], "the mail tells each notice with its times"
    assert sum(int(number) for number in times) + 14 == figures["totals"]["alerts"]


def test_the_importance_table_of_the_first_page_adds_up(cast: Cast, now_in_month: datetime) -> None:
    at = now_in_month - timedelta(hours=3)
    for grade, notify in ((0, "none"), (0, "none"), (1, "digest"), (2, "digest"), (3, "at_once")):
        alerts_make(cast.sakura_box, at, count=5, grade=grade, notify=notify, direction="outbound")
    month = month_of(now_in_month)
    with tenant_scope(cast.sakura_dental.pk):
        figures = measure(cast.sakura_dental.pk, Period(month.start, month.end))
    shown = report_context(
        figures
        | {
            "firm": "x",
            "language": "ja",
            "programme": "x",
            "desk": {"name": "", "phone": "", "hours": "月-金 9:00-18:00", "email": ""},
            "period": {"first": month.first.isoformat(), "last": month.last.isoformat(), "until": None},
        }
    )
    assert [count for _grade, count in shown["grades"]] == [1, 1, 1, 2]
    assert shown["grades_sum"] == 5


def test_traffic_and_machines_are_those_of_the_page_of_devices(cast: Cast, now_in_month: datetime) -> None:
    start = now_in_month - timedelta(hours=5)
    traffic_make(cast.sakura_box, start, start + timedelta(hours=1), 5_800_000)
    month = month_of(now_in_month)
    with tenant_scope(cast.sakura_dental.pk):
        traffic = measure(cast.sakura_dental.pk, Period(month.start, month.end))["traffic"]
    client = Client()
    client.force_login(cast.hanako)
    page = text_of(client.get("/boxes/devices/").content.decode())
    assert (traffic["told"], traffic["bytes_in"], traffic["devices"]) == (True, 5_800_000, 1)
    assert "5.8" in page


def test_home_counts_what_it_says(cast: Cast, now_in_month: datetime) -> None:
    from tests.portal import scenes
    from tests.portal.pages import hero_of

    scenes.box_seen(cast.sakura_box.sensor)
    client = Client()
    client.force_login(cast.hanako)
    for number, machine in enumerate(("192.168.1.23", "192.168.1.24"), start=1):
        group = scenes.group_make(
            cast.sakura_box.sensor, "outbound-malware-count", asset_ip=machine, family=f"f{number}"
        )
        scenes.incident_make(group, number=number)
        assert f"社内の機器{number}台が" in hero_of(client.get("/").content.decode())


def test_the_mail_about_a_report_says_what_its_first_page_and_the_source_say(cast: Cast, close: Close) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - timedelta(days=9), NOVEMBER.end)
    at = NOVEMBER.start + timedelta(days=4)
    alerts_make(cast.sakura_box, at, count=1300, grade=0, signature="scan")
    alerts_make(cast.sakura_box, at, count=4, grade=2, notify="digest", direction="outbound", blocked=False)
    close()
    with tenant_scope(cast.sakura_dental.pk):
        source = notice_figures(tenant_id=cast.sakura_dental.pk, start=NOVEMBER.start, end=NOVEMBER.end)
        mail = OutboxMessage.objects.get(kind="report")
        report = MonthlyReport.objects.get()
    first_page = pages_of(cast.sakura_dental)[0]
    sentence = f"外からの攻撃が1,300回、社内から危険な相手への通信が4回見つかりました。このうち{source.blocked:,}回は"
    assert sentence in first_page
    assert sentence in mail.text
    assert report.figures["totals"]["alerts"] == source.seen == 1304
    own = report.figures["trend"][-1]
    assert (own["alerts"], own["blocked"], own["mailed"], own["look"]) == (1304, 1300, source.mailed, source.look)
