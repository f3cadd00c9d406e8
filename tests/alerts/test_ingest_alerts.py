"""Events a box sends become alerts and groups of its firm."""

from __future__ import annotations

from alerts.models import Alert, AlertGroup
from alerts.selectors import raw_event
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.sensors.box import Sender, alert_line, ingest_all


def test_a_batch_is_answered_202_and_becomes_alerts(cast: Cast) -> None:
    sender = Sender(cast.sakura_box)
    answer = sender.batch([alert_line(), alert_line()])
    assert answer.status_code == 202, answer.content
    assert answer.json()["state"] == "stored"
    [outcome] = ingest_all(cast.sakura_box)
    assert outcome["alerts"] == 2
    with tenant_scope(cast.sakura_dental.pk):
        [group] = AlertGroup.objects.all()
        assert (group.alert_count, group.blocked_count, group.grade, group.notify) == (2, 2, 2, "digest")
        assert group.asset_key == "02:00:00:00:01:14"
        assert group.peer == "c2.example.net"
        first, second = Alert.objects.order_by("seq")
        assert (first.seq, second.seq) == (0, 1)
        assert first.group_id == group.pk
        assert first.url == "http://c2.example.net/gate.php"
        raw = raw_event(first)
        assert raw is not None
        assert raw["alert"]["signature"] == "Loader check-in request"
    with tenant_scope(cast.yamada_works.pk):
        assert not Alert.objects.exists()
