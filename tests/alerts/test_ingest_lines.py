"""One odd line costs that line, which the SOC can see, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.models import Alert, InboxBatch, QuarantinedLine, TrafficAggregate
from notifications.models import Attention
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.sensors.box import Sender, alert_line, ingest_all


def _aside(cast: Cast) -> dict[int, str]:
    with tenant_scope(cast.sakura_dental.pk):
        return dict(QuarantinedLine.objects.values_list("seq", "reason"))


def _alert_seqs(cast: Cast) -> list[int]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(Alert.objects.order_by("seq").values_list("seq", flat=True))


def test_torn_and_garbage_lines_go_to_quarantine_and_the_rest_is_stored(cast: Cast) -> None:
    lines = [
        alert_line(),
        alert_line()[:200],
        b"\x00\xff\xfe not json",
        b"",
        b"[1, 2]",
        b'{"event_type": "aggregate", "timestamp": "yesterday", "aggregate": {}}',
        b'{"a":' * 40 + b"1" + b"}" * 40,
        alert_line(),
    ]
    assert Sender(cast.sakura_box).batch(lines).status_code == 202
    [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["alerts"], outcome["quarantined"]) == (2, 6)
    assert _alert_seqs(cast) == [0, 7]
    reasons = {1: "not_json", 2: "not_json", 3: "not_json", 4: "not_object", 5: "bad_timestamp", 6: "too_deep"}
    assert _aside(cast) == reasons
    with person_scope(cast.analyst.pk, cast.soc.pk):
        assert QuarantinedLine.objects.count() == 6, "the SOC sees them"
        assert Attention.objects.filter(kind="lines_unreadable", closed_at=None).count() == 1
    with person_scope(cast.jiro.pk, cast.yamada_works.pk):
        assert QuarantinedLine.objects.count() == 0


def test_what_the_box_itself_could_not_read_is_kept_with_its_reason(cast: Cast) -> None:
    unreadable = {"reason": "not_json", "length": 900, "sha256": "ab" * 32, "head": '{"torn\x00'}
    line = {"timestamp": datetime.now(UTC).isoformat(), "event_type": "unreadable", "unreadable": unreadable}
    Sender(cast.sakura_box).batch([json.dumps(line).encode()])
    ingest_all(cast.sakura_box)
    with tenant_scope(cast.sakura_dental.pk):
        [kept] = QuarantinedLine.objects.all()
    assert (kept.reason, kept.head) == ("not_json", '{"torn\ufffd')
    assert "900 bytes" in kept.detail


def test_aggregates_are_stored_and_other_types_are_counted(cast: Cast) -> None:
    now = datetime.now(UTC)
    period = {"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat()}

    def line(kind: str, **more: Any) -> bytes:
        return json.dumps({"timestamp": now.isoformat(), "event_type": kind, **more}).encode()

    lines = [
        line("aggregate", aggregate={**period, "bytes_in": 5, "note": "a\x00b"}),
        line("aggregate", aggregate={"from": "never"}),
        line("aggregate"),
        line("flow"),
        line("flow"),
        line("stats"),
    ]
    Sender(cast.sakura_box).batch(lines)
    [outcome] = ingest_all(cast.sakura_box)
    assert outcome["dropped"] == {"flow": 2, "stats": 1}
    assert _aside(cast) == {1: "bad_aggregate", 2: "bad_aggregate"}
    with tenant_scope(cast.sakura_dental.pk):
        [aggregate] = TrafficAggregate.objects.all()
        assert aggregate.values["bytes_in"] == 5
        assert aggregate.values["note"] == "a\ufffdb"
        assert aggregate.period_to - aggregate.period_from == timedelta(hours=1)


def test_text_the_database_refuses_or_cannot_hold_is_cut_not_fatal(cast: Cast) -> None:
    odd = "tab\t newline\n backslash\\ \\N null\x00 " + "語" * 400
    lines = [
        alert_line(alert={"signature": odd, "category": odd, "rev": 2**32 - 1, "gid": 2**32 - 1, "severity": 10**6}),
        alert_line(http={"hostname": "h" * 999, "url": odd * 3}, proto="P" * 99, flow_id=2**63 - 1),
        alert_line(src_ip="house", flow=None, ether={"src_mac": "zz"}, src_port="50123", dest_port=99999),
        alert_line(src_ip=None, dest_ip=None, flow=None, proto=None, http=None),
    ]
    Sender(cast.sakura_box).batch(lines)
    [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["alerts"], outcome["quarantined"]) == (4, 0)
    with tenant_scope(cast.sakura_dental.pk):
        first = Alert.objects.get(seq=0)
        assert first.signature.startswith("tab\t newline\n backslash\\ \\N null\ufffd ")
        assert len(first.signature) == 300
        assert (first.rev, first.gid, first.severity) == (None, None, None)
        nobody = Alert.objects.select_related("group").get(seq=3)
        assert (nobody.asset_ip, nobody.group.asset_key) == (None, "-")


def test_a_batch_that_fails_waits_and_never_stops_the_others(cast: Cast) -> None:
    """Its stored bytes are damaged, which only a fault of ours or of the disk can do."""
    sender = Sender(cast.sakura_box)
    sender.batch([alert_line()])
    sender.batch([alert_line()])
    with tenant_scope(cast.sakura_dental.pk):
        InboxBatch.objects.filter(first_seq=0).update(body=b"damaged")
    outcomes = ingest_all(cast.sakura_box)
    assert ["failed" in outcome for outcome in outcomes] == [True, False]
    assert _alert_seqs(cast) == [1]
    now = datetime.now(UTC)
    for _ in range(12):
        now += timedelta(hours=3)
        ingest_all(cast.sakura_box, now)
    with tenant_scope(cast.sakura_dental.pk):
        from alerts.selectors import batches_failed, batches_waiting

        [failed] = batches_failed()
        assert (failed.attempts, failed.first_seq) == (8, 0)
        assert "Malformed" in failed.error
        assert not batches_waiting().exists()
