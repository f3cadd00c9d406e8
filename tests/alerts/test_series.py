"""What is the same over hours and days is one series; a firm's days are added up. Both agree with the groups, always.

Kept by the triggers sec.groups_added and sec.groups_changed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.figures import day_figures, notice_figures
from alerts.models import AlertGroup, AlertSeries, NoticeDay
from alerts.models.alert import Notify
from alerts.selectors import groups_like, groups_of_series, series_of_group
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.portal import scenes
from tests.sensors.box import Sender, alert_line, ingest_all
from web.jst import JST

HOUR = (datetime.now(UTC) - timedelta(days=8)).replace(minute=0, second=0, microsecond=0)
BY_HAND = """
SELECT sensor_id, function, direction, threat_key, asset_key, max(grade), sum(alert_count), sum(blocked_count),
       min(first_at), max(last_at), max(last_at) FILTER (WHERE grade >= 2), max(last_at) FILTER (WHERE grade = 3),
       max(hour)
  FROM alerts_alertgroup WHERE grade > 0 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""
KEPT = """
SELECT sensor_id, function, direction, threat_key, asset_key, grade, alert_count, blocked_count, first_at, last_at,
       medium_at, high_at, last_hour
  FROM alerts_alertseries WHERE alert_count > 0 ORDER BY 1, 2, 3, 4, 5
"""
DAYS_BY_HAND = """
SELECT (last_at AT TIME ZONE 'Asia/Tokyo')::date, function, direction, grade, count(*),
       count(*) FILTER (WHERE notify <> 'none'), sum(alert_count), sum(blocked_count)
  FROM alerts_alertgroup GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
DAYS_KEPT = """
SELECT day, function, direction, grade, notices, mailed, alerts, blocked
  FROM alerts_noticeday WHERE (notices, mailed, alerts, blocked) <> (0, 0, 0, 0) ORDER BY 1, 2, 3, 4
"""


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _agree(cast: Cast) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        assert _rows(KEPT) == _rows(BY_HAND)
        assert _rows(DAYS_KEPT) == _rows(DAYS_BY_HAND)


def test_a_callback_of_a_week_is_one_series(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    sender.batch([alert_line(HOUR + timedelta(hours=hour)) for hour in range(100)])
    ingest_all(cast.sakura_box)
    sender.batch([alert_line(HOUR + timedelta(hours=hour, minutes=1)) for hour in range(90, 168)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        [series] = AlertSeries.objects.all()
        assert AlertGroup.objects.count() == 168
        assert (series.alert_count, series.blocked_count) == (178, 178)
        assert (series.first_at, series.last_at) == (HOUR, HOUR + timedelta(hours=167, minutes=1))
        newest = AlertGroup.objects.order_by("-hour").first()
        assert newest is not None
        assert series.newest_group == newest.pk
        assert groups_of_series(series).count() == 168
    _agree(cast)


def test_another_device_another_direction_and_another_threat_are_other_series(cast: Cast) -> None:
    others: list[dict[str, Any]] = [
        {},
        {"asset_ip": "192.168.1.24"},
        {"family": "malware:other"},
        {"direction": "internal"},
        {"function": "wg"},
    ]
    for fields in others:
        scenes.group_make(cast.sakura_box.sensor, "outbound-malware", **fields)
    with tenant_scope(cast.sakura_dental.pk):
        assert AlertSeries.objects.count() == 5
    _agree(cast)


def test_of_one_site_all_rules_are_one_series_and_two_sites_are_two(cast: Cast) -> None:
    box = cast.sakura_box.sensor
    for family, site in (("dns", "bad.example"), ("tls", "bad.example"), ("dns", "worse.example")):
        scenes.group_make(box, "web-guard", family=family, peer=site, at=datetime.now(UTC) - timedelta(hours=len(site)))
    with tenant_scope(cast.sakura_dental.pk):
        assert sorted(AlertSeries.objects.values_list("threat_key", flat=True)) == [
            "site:bad.example",
            "site:worse.example",
        ]


def test_lines_that_come_again_and_lines_that_come_late_are_counted_once(cast: Cast) -> None:
    """The box sends a batch twice under another number; and what it kept while offline comes after newer lines."""
    sender = Sender(cast.sakura_box)
    lines = [alert_line(HOUR + timedelta(minutes=minute)) for minute in range(4)]
    sender.batch([alert_line(HOUR + timedelta(hours=30))])
    sender.batch(lines)
    ingest_all(cast.sakura_box)
    sender.next_seq -= 4
    sender.batch(lines)
    ingest_all(cast.sakura_box)
    _agree(cast)
    with tenant_scope(cast.sakura_dental.pk):
        [series] = AlertSeries.objects.all()
        assert series.alert_count == 5
        assert series.newest_group == AlertGroup.objects.get(hour=HOUR + timedelta(hours=30)).pk


def test_a_mere_record_is_in_no_series_until_its_importance_rises(cast: Cast) -> None:
    now, box = datetime.now(UTC), cast.sakura_box.sensor
    same: dict[str, Any] = {"family": "f", "asset_ip": "192.168.1.10"}
    record = scenes.group_make(box, "inbound-blocked", at=now - timedelta(days=1), **same)
    with tenant_scope(cast.sakura_dental.pk):
        assert series_of_group(record) is None
        assert not AlertSeries.objects.exists()
    notice = scenes.group_make(box, "inbound-blocked", grade=1, at=now - timedelta(days=2), **same)
    scenes.group_make(box, "inbound-blocked", grade=2, at=now - timedelta(days=4), **same)
    with tenant_scope(cast.sakura_dental.pk):
        series = series_of_group(notice)
        assert series is not None
        assert (series.newest_group, series.alert_count, series.grade) == (notice.pk, 6, 2)
        AlertGroup.objects.filter(pk=record.pk).update(grade=1)
        series.refresh_from_db()
        assert (series.newest_group, series.alert_count, series.last_at) == (record.pk, 9, record.last_at)
    _agree(cast)


def test_a_notice_that_rises_moves_from_its_day_and_grade(cast: Cast) -> None:
    box, now = cast.sakura_box.sensor, datetime.now(UTC)
    group = scenes.group_make(box, "outbound-malware", at=now - timedelta(days=2))
    with tenant_scope(cast.sakura_dental.pk):
        AlertGroup.objects.filter(pk=group.pk).update(grade=3, last_at=now, notify=Notify.AT_ONCE, alert_count=9)
    _agree(cast)
    with tenant_scope(cast.sakura_dental.pk):
        figures = notice_figures(tenant_id=cast.sakura_dental.pk, start=now - timedelta(days=3))
        assert (figures.grades, figures.seen, figures.mailed) == ((0, 0, 0, 1), 9, 1)
        days = day_figures(tenant_id=cast.sakura_dental.pk, start=now - timedelta(hours=30))
        assert [(day.day, day.seen, day.look) for day in days.values() if day.seen] == [
            (now.astimezone(JST).date(), 9, 1)
        ]


def test_what_is_not_added_up_changes_nothing(cast: Cast) -> None:
    """The SOC marks a group: its scope may not write these tables, and need not."""
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware")
    with tenant_scope(cast.sakura_dental.pk):
        before = list(NoticeDay.objects.values()), list(AlertSeries.objects.values())
        AlertGroup.objects.filter(pk=group.pk).update(soc_state="looking", digest_state="written")
        assert (list(NoticeDay.objects.values()), list(AlertSeries.objects.values())) == before


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 60), st.sampled_from(("a", "b")), st.booleans()), min_size=1, max_size=8),
        min_size=1,
        max_size=4,
    )
)
def test_however_the_stream_is_cut_series_and_days_are_the_sums_of_the_groups(
    cast: Cast, batches: list[list[tuple[int, str, bool]]]
) -> None:
    sender = Sender(cast.sakura_box, epoch=int(datetime.now(UTC).timestamp() * 1000) % 2_000_000_000)
    for batch in batches:
        sender.batch(
            [
                alert_line(
                    HOUR + timedelta(hours=hour),
                    alert={"signature": f"Loader {name}", "action": "blocked" if blocked else "allowed"},
                )
                for hour, name, blocked in batch
            ]
        )
        ingest_all(cast.sakura_box)
    _agree(cast)


@pytest.mark.parametrize("table", ["alerts_alertseries", "alerts_noticeday"])
def test_nobody_writes_the_sums_by_hand(cast: Cast, table: str) -> None:
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware")
    for statement in (f"UPDATE {table} SET grade = 0", f"DELETE FROM {table}"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            tenant_scope(cast.sakura_dental.pk),
            transaction.atomic(),
        ):
            _rows(statement)


def test_another_firm_has_its_own(cast: Cast) -> None:
    scenes.group_make(cast.yamada_box.sensor, "outbound-malware")
    with tenant_scope(cast.sakura_dental.pk):
        assert not AlertSeries.objects.exists()
        assert not NoticeDay.objects.exists()


def test_an_answer_covers_the_series_but_nothing_graver_than_what_was_answered(cast: Cast) -> None:
    box, now = cast.sakura_box.sensor, datetime.now(UTC)
    same: dict[str, Any] = {"family": "f", "asset_ip": "192.168.1.23"}
    grave = scenes.group_make(box, "outbound-malware-count", at=now - timedelta(hours=3), **same)
    first = scenes.group_make(box, "outbound-malware", at=now - timedelta(hours=30), **same)
    second = scenes.group_make(box, "outbound-malware", at=now - timedelta(hours=1), **same)
    scenes.group_make(box, "outbound-malware", family="g", asset_ip="192.168.1.23")
    with tenant_scope(cast.sakura_dental.pk):
        assert set(groups_like(second)) == {first, second}
        assert set(groups_like(grave)) == {grave, first, second}
