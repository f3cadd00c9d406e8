"""Every event gets one time for good, decided from what was stored with its batch."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.models import Alert, AlertGroup, InboxBatch, QuarantinedLine, TrafficAggregate
from alerts.models.alert import Grade
from notifications.models import Attention
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.sensors.box import Sender, alert_line, ingest_all


def test_a_small_difference_is_corrected(cast: Cast) -> None:
    at = datetime.now(UTC) - timedelta(minutes=30)
    Sender(cast.sakura_box, clock_offset_ms=90_000).batch([alert_line(at)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        [alert] = Alert.objects.all()
        assert alert.event_time == at + timedelta(seconds=90)
        assert alert.time_trusted
        assert not Attention.objects.exists()


def test_a_wrong_clock_is_graded_at_the_time_received_and_a_person_is_asked(cast: Cast) -> None:
    long_ago = datetime(1970, 1, 1, tzinfo=UTC)
    Sender(cast.sakura_box, clock_offset_ms=6 * 60_000).batch([alert_line(long_ago), alert_line(long_ago)])
    [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["alerts"], outcome["quarantined"]) == (2, 0)
    with tenant_scope(cast.sakura_dental.pk):
        [batch] = InboxBatch.objects.all()
        assert [(a.event_time, a.time_trusted) for a in Alert.objects.all()] == [(batch.received_at, False)] * 2
        [attention] = Attention.objects.filter(closed_at=None)
        assert (attention.kind, attention.facts) == ("clock_wrong", {"offset_ms": 360_000})


def test_an_event_written_before_the_boxs_clock_was_set_is_graded_at_the_time_received_and_marked(cast: Cast) -> None:
    now = datetime.now(UTC)
    times = [
        now + timedelta(minutes=11),
        now + timedelta(minutes=9),
        now - timedelta(days=399),
        now - timedelta(days=401),
        datetime(1970, 1, 1, 0, 3, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
    ]
    Sender(cast.sakura_box, clock_offset_ms=-1000).batch([alert_line(at) for at in times])
    [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["alerts"], outcome["quarantined"]) == (len(times), 0)
    with tenant_scope(cast.sakura_dental.pk):
        [batch] = InboxBatch.objects.all()
        stored: dict[int, tuple[datetime, bool]] = {
            alert.seq: (alert.event_time, alert.time_trusted) for alert in Alert.objects.all()
        }
        assert [stored[seq][1] for seq in range(len(times))] == [False, True, True, False, False, False]
        assert {stored[seq][0] for seq in (0, 3, 4, 5)} == {batch.received_at}
        assert not QuarantinedLine.objects.exists()


def test_a_call_to_a_criminals_server_seen_in_1970_is_mailed_all_the_same(cast: Cast) -> None:
    Sender(cast.sakura_box).batch([alert_line(datetime(1970, 1, 1, 0, minute, tzinfo=UTC)) for minute in range(6)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        group = AlertGroup.objects.get()
        assert group.alert_count == 6
        assert (group.grade, group.notify) == (Grade.HIGH, "at_once"), "six calls within the hour"


def test_an_alert_whose_time_is_missing_or_makes_no_sense_is_graded_at_the_time_received_and_marked(cast: Cast) -> None:
    times: tuple[Any, ...] = (None, "yesterday", "", 17, 17e9, {}, [], "0001-01-01T00:00:00+1400")
    odd = [alert_line(timestamp=time) for time in times]
    odd.append(alert_line(timestamp="MARK").replace(b'"MARK"', b"NaN"))
    Sender(cast.sakura_box).batch(odd)
    [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["alerts"], outcome["quarantined"]) == (len(odd), 0)
    with tenant_scope(cast.sakura_dental.pk):
        [batch] = InboxBatch.objects.all()
        assert {(a.event_time, a.time_trusted) for a in Alert.objects.all()} == {(batch.received_at, False)}


def test_the_hours_traffic_counts_whatever_the_clock_said(cast: Cast) -> None:
    now = datetime.now(UTC)
    periods = [
        ("1970-01-01T00:01:00.000000+0000", now.isoformat()),
        ((now + timedelta(days=900)).isoformat(), now.isoformat()),
        ((now + timedelta(days=900)).isoformat(), (now + timedelta(days=901)).isoformat()),
        ("yesterday", "NaN"),
        (now.isoformat(), (now - timedelta(hours=1)).isoformat()),
        ((now - timedelta(hours=1)).isoformat(), now.isoformat()),
    ]
    lines = [
        {
            "timestamp": now.isoformat(),
            "event_type": "aggregate",
            "aggregate": {"from": begun, "to": end, "bytes_in": 7},
        }
        for begun, end in periods
    ]
    Sender(cast.sakura_box).batch([json.dumps(line).encode() for line in lines])
    [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["aggregates"], outcome["quarantined"]) == (len(periods), 0)
    with tenant_scope(cast.sakura_dental.pk):
        kept = list(TrafficAggregate.objects.order_by("seq"))
    assert all(timedelta(0) < each.period_to - each.period_from <= timedelta(hours=1) for each in kept)
    assert all(now - timedelta(hours=3) < each.period_from for each in kept)
    assert [each.values.get("time_trusted", True) for each in kept] == [False] * 5 + [True]


def test_a_month_old_batch_is_taken_with_its_own_times(cast: Cast) -> None:
    at = datetime.now(UTC) - timedelta(days=31)
    Sender(cast.sakura_box).batch([alert_line(at)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        assert Alert.objects.get().event_time == at
