"""Many small batches are stored as one, and nothing but the time it takes shows it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts import ingest
from alerts.inbox import inbox_turn
from alerts.models import Alert, AlertGroup, CallbackCount, InboxBatch, QuarantinedLine, TrafficAggregate
from notifications.models import Attention
from tenants.tenancy.scope import tenant_scope
from tests.factories import Box, Cast
from tests.sensors.box import Sender, alert_line, ingest_all

NOW = datetime.now(UTC)
ALERT = ("epoch", "seq", "event_time", "time_trusted", "grade", "notify", "rule", "signature", "asset_ip")
GROUP = ("family", "grade", "notify", "alert_count", "blocked_count")


def _line(kind: str, **values: Any) -> bytes:
    return json.dumps({"timestamp": NOW.isoformat(), "event_type": kind, **values}).encode()


def _batches() -> list[tuple[list[bytes], int]]:
    """(lines, difference of the box's clock): calls of one machine to its server, other events, useless lines."""
    calls = [alert_line(NOW - timedelta(minutes=20 - number), alert={"action": "allowed"}) for number in range(8)]
    hour = {"from": "2026-11-20T01:00:00+00:00", "to": "2026-11-20T02:00:00+00:00"}
    return [
        (calls[:1], 0),
        ([b"no json", calls[1], _line("flow")], 2_000),
        (calls[2:4], -3_000),
        ([b"no json either"], 0),
        ([calls[4], _line("aggregate", aggregate=hour)], 3_600_000),  # an hour wrong: the time received counts
        (calls[5:], 1_000),
    ]


def _sent(box: Box, *, at_once: bool) -> list[dict[str, Any]]:
    sender, outcomes = Sender(box), []
    for lines, offset in _batches():
        sender.clock_offset_ms = offset
        assert sender.batch(lines).status_code == 202
        if not at_once:
            outcomes += ingest_all(box)
    return outcomes if not at_once else ingest_all(box)


def _stored(box: Box) -> dict[str, Any]:
    """What the firm has, without what differs between firms and moments."""
    with tenant_scope(box.sensor.tenant_id):
        place = {row.batch_id: (row.first_seq, row.outcome) for row in InboxBatch.objects.all()}
        received = {row.batch_id: row.received_at for row in InboxBatch.objects.all()}
        alerts = [
            (place[row.batch_id], *(getattr(row, name) for name in ALERT if name != "event_time" or row.time_trusted))
            for row in Alert.objects.order_by("seq")
        ]
        untrusted = [row.event_time == received[row.batch_id] for row in Alert.objects.filter(time_trusted=False)]
        aside = [
            (place[row.batch_id], row.seq, row.reason, row.received_at == received[row.batch_id])
            for row in QuarantinedLine.objects.order_by("seq")
        ]
        return {
            "batches": sorted(place.values(), key=lambda batch: batch[0]),
            "alerts": alerts,
            "untrusted": untrusted,
            "aside": aside,
            "groups": sorted(AlertGroup.objects.values_list(*GROUP)),
            "aggregates": TrafficAggregate.objects.count(),
            "counts": [len(row.recent) for row in CallbackCount.objects.all()],
            "attentions": sorted(Attention.objects.values_list("kind", flat=True)),
        }


def test_batches_taken_together_come_to_the_same_as_taken_one_by_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = _sent(cast.yamada_box, at_once=False)
    portions: list[int] = []
    done = ingest._done_record

    def counted(portion: Any, *rest: Any) -> Any:
        portions.append(len(portion.batches))
        return done(portion, *rest)

    monkeypatch.setattr(ingest, "_done_record", counted)
    quick = _sent(cast.sakura_box, at_once=True)
    assert portions == [len(_batches())], "they went in as one"
    assert quick == slow
    assert _stored(cast.sakura_box) == _stored(cast.yamada_box)
    assert [outcome["quarantined"] for outcome in quick] == [0, 1, 0, 1, 0, 0]
    assert max(row[5] for row in _stored(cast.sakura_box)["alerts"] if len(row) == 10) == 3, "the calls became ★★★"


def test_a_batch_that_cannot_be_worked_on_does_not_hold_the_others_it_came_with(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    for _ in range(3):
        sender.batch([alert_line()])
    with tenant_scope(cast.sakura_dental.pk):
        bad = InboxBatch.objects.order_by("first_seq")[1]
        InboxBatch.objects.filter(batch_id=bad.batch_id).update(body=b"spoilt on the disk")
    place = {"tenant_id": cast.sakura_dental.pk, "sensor_id": cast.sakura_box.sensor.pk}
    outcomes = inbox_turn(**place, now=NOW)
    assert ["failed" in outcome for outcome in outcomes] == [False, True, False]
    with tenant_scope(cast.sakura_dental.pk):
        assert Alert.objects.count() == 2
        assert list(InboxBatch.objects.filter(processed_at=None).values_list("batch_id", flat=True)) == [bad.batch_id]


def test_the_same_position_in_two_batches_that_wait_together_counts_once(cast: Cast) -> None:
    sender, lines = Sender(cast.sakura_box), [alert_line(NOW - timedelta(seconds=number)) for number in range(3)]
    sender.batch(lines)
    sender.next_seq = 1
    sender.batch([*lines[1:], alert_line(NOW)])
    sender.batch([alert_line(NOW)])
    outcomes = ingest_all(cast.sakura_box)
    assert [(outcome["alerts"], outcome["known"]) for outcome in outcomes] == [(3, 0), (1, 2), (1, 0)]
    with tenant_scope(cast.sakura_dental.pk):
        assert Alert.objects.count() == 5
