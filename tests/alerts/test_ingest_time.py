"""Every event gets one time for good, decided from what was stored with its batch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alerts.models import Alert, InboxBatch, QuarantinedLine
from notifications.models import Attention
from tenants.scope import tenant_scope
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
        [asked] = Attention.objects.filter(closed_at=None)
        assert (asked.kind, asked.facts) == ("clock_wrong", {"offset_ms": 360_000})


def test_with_a_right_clock_an_impossible_time_goes_to_quarantine(cast: Cast) -> None:
    now = datetime.now(UTC)
    times = [timedelta(minutes=11), timedelta(minutes=9), -timedelta(days=399), -timedelta(days=401)]
    Sender(cast.sakura_box).batch([alert_line(now + shift) for shift in times])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        assert list(Alert.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]
        assert dict(QuarantinedLine.objects.values_list("seq", "reason")) == {
            0: "impossible_time",
            3: "impossible_time",
        }


def test_a_month_old_batch_is_taken_with_its_own_times(cast: Cast) -> None:
    at = datetime.now(UTC) - timedelta(days=31)
    Sender(cast.sakura_box).batch([alert_line(at)])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        assert Alert.objects.get().event_time == at
