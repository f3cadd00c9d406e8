"""A month in which traffic went around the box, or a function did not judge, is never called watched or safe."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from alerts.judging import group_judge
from alerts.models.judgement import JudgedAs, Verdict
from reports.measures import measure
from reports.months import Period
from sensors.models import ProtectionDay, Sensor, WatchGap
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.reports.conftest import NOVEMBER, Close, pages_of
from tests.reports.records import alerts_make, box_seen

DAY = timedelta(days=1)
NEVER = ("途切れなく見張っていました", "毎日、途切れなく", "安全でした", "安全です")


def _gap(cast: Cast, begin: datetime, length: timedelta, function: str = "", cause: str = "bypass") -> None:
    with tenant_scope(cast.sakura_dental.pk):
        WatchGap.objects.create(
            tenant=cast.sakura_dental,
            sensor=cast.sakura_box.sensor,
            function=function,
            cause=cause,
            began_at=begin,
            ended_at=begin + length,
        )


def _all_on(cast: Cast) -> None:
    box_seen(cast.sakura_box, NOVEMBER.start - 60 * DAY, NOVEMBER.end)


@pytest.mark.parametrize(
    ("length", "function", "cause"),
    [
        (timedelta(hours=7), "", "bypass"),
        (timedelta(minutes=4), "", "bypass"),
        (timedelta(hours=7), "av", "unavailable"),
        (timedelta(days=3), "ips", "off"),
        (timedelta(hours=7), "", "silent"),
        (timedelta(days=30), "", "bypass"),
    ],
)
def test_a_month_with_a_gap_never_reads_watched_without_a_break_or_safe(
    cast: Cast, close: Close, length: timedelta, function: str, cause: str
) -> None:
    _all_on(cast)  # the last report of the month says that everything is on
    _gap(cast, NOVEMBER.start, length, function, cause)
    close()
    pages = pages_of(cast.sakura_dental)
    for words in NEVER:
        assert words not in "".join(pages)
    assert "見守れなかった時間" in "".join(pages)


def test_protection_is_the_months_and_not_the_last_reports(cast: Cast, close: Close) -> None:
    _all_on(cast)
    _gap(cast, NOVEMBER.start + 2 * DAY, timedelta(hours=8))
    close()
    first, *more = pages_of(cast.sakura_dental)
    assert "確認が必要です" in first
    assert "守っていた" not in first
    assert "合わせて8時間あります" in first
    assert "29/30日" in first
    assert "43,200分のうち42,720分" in "".join(more)
    assert "不正侵入対策合わせて8時間、動いていませんでした" in "".join(more)


def test_a_function_that_is_off_at_the_end_of_the_month_is_to_be_restored(cast: Cast, close: Close) -> None:
    _all_on(cast)
    _gap(cast, NOVEMBER.end - 2 * DAY, 2 * DAY, "av", "unavailable")
    close()
    first = pages_of(cast.sakura_dental)[0]
    assert "守りを元に戻してください" in first
    assert "設定の変更は" not in first, "the desk changes nothing at the box"


def test_a_function_the_box_never_had_is_named_and_not_claimed(cast: Cast, close: Close) -> None:
    _all_on(cast)
    begun = NOVEMBER.start - 60 * DAY
    _gap(cast, begun, NOVEMBER.end - begun, "wg", "off")
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.update(heartbeat={"protection": "on", "functions": {"ips": "on", "av": "on", "wg": "off"}})
    close()
    pages = pages_of(cast.sakura_dental)
    assert "使っていない守りの分(危険サイト対策)は、分かりません" in pages[0]
    assert "にせのサイト" not in pages[0]


def test_seconds_a_box_added_up_before_gaps_were_kept_count_too(cast: Cast, close: Close) -> None:
    _all_on(cast)
    with tenant_scope(cast.sakura_dental.pk):
        ProtectionDay.objects.create(
            tenant=cast.sakura_dental, sensor=cast.sakura_box.sensor, day=NOVEMBER.first + 4 * DAY, off_s=10_800
        )
    close()
    pages = pages_of(cast.sakura_dental)
    assert not any(words in "".join(pages) for words in NEVER)
    assert "2026年11月5日(木)のうち3時間" in pages[0]


def test_a_medium_alert_judged_harmless_asks_nothing_any_more(cast: Cast) -> None:
    _all_on(cast)
    group = alerts_make(cast.sakura_box, NOVEMBER.start + 3 * DAY, direction="outbound", grade=2, notify="digest")
    period = Period(NOVEMBER.start, NOVEMBER.end)
    with tenant_scope(cast.sakura_dental.pk):
        assert measure(cast.sakura_dental.pk, period)["verdict"]["todo"] == "scan_device"
        group_judge(
            group=group,
            verdict=Verdict.HARMLESS,
            reason="検査",
            by=cast.analyst,
            by_role=JudgedAs.WATCH,
            now=timezone.now(),
        )
        assert measure(cast.sakura_dental.pk, period)["verdict"] == {"level": "safe", "todo": "keep"}


def test_a_medium_alert_of_an_earlier_month_that_nobody_judged_still_asks(cast: Cast) -> None:
    _all_on(cast)
    alerts_make(cast.sakura_box, NOVEMBER.start - 20 * DAY, direction="outbound", grade=2, notify="digest")
    with tenant_scope(cast.sakura_dental.pk):
        figures = measure(cast.sakura_dental.pk, Period(NOVEMBER.start, NOVEMBER.end))
    assert figures["verdict"] == {"level": "attention", "todo": "scan_device"}
