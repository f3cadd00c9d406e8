"""A firm with hundreds of detections does not keep another firm's from becoming an incident."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from base.turns import turns
from incidents import doors
from incidents.core import triage
from incidents.models import Incident
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.sensors.box import Sender, alert_line, ingest_all

NOW = datetime.now(UTC)


def _callbacks(machine: int) -> list[bytes]:
    """Five calls of one machine to its command server: ★★★."""
    times = [NOW - timedelta(seconds=60 - second) for second in range(5)]
    address = f"192.168.1.{machine}"
    flow = {"src_ip": address, "src_port": 50123, "dest_ip": "203.0.113.9", "dest_port": 80}
    ether = {"src_mac": f"02:00:00:00:02:{machine:02x}", "dest_mac": "02:00:00:00:00:01"}
    changed: dict[str, Any] = {"src_ip": address, "flow": flow, "ether": ether, "alert": {"action": "allowed"}}
    return [alert_line(at, **changed) for at in times]


def test_a_firm_with_many_detections_takes_turns_with_one_that_has_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Sender(cast.sakura_box).batch([line for machine in range(20, 40) for line in _callbacks(machine)])
    ingest_all(cast.sakura_box)
    opened: list[int] = []
    act = triage._triage

    def watched(tenant_id: int, group_id: int, now: datetime) -> bool:
        if not opened:  # comes when the first firm's many are listed already
            Sender(cast.yamada_box).batch(_callbacks(20))
            ingest_all(cast.yamada_box)
        opened.append(tenant_id)
        return act(tenant_id, group_id, now)

    monkeypatch.setattr(triage, "TIMES_THE_READING", 0)
    monkeypatch.setattr(triage, "_triage", watched)
    assert triage.groups_claim(now=NOW) == 21
    assert opened.index(cast.yamada_works.pk) <= 10, "after at most two turns of the first firm"
    with tenant_scope(cast.sakura_dental.pk):
        assert Incident.objects.count() == 20


def test_a_group_that_fails_is_tried_once_a_sweep_and_the_others_go_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Sender(cast.sakura_box).batch([line for machine in range(20, 32) for line in _callbacks(machine)])
    ingest_all(cast.sakura_box)
    act, tried = triage._triage, []

    def first_fails(tenant_id: int, group_id: int, now: datetime) -> bool:
        tried.append(group_id)
        if group_id == tried[0]:
            raise RuntimeError("a fault of ours")
        return act(tenant_id, group_id, now)

    monkeypatch.setattr(triage, "_triage", first_fails)
    assert triage.groups_claim(now=NOW) == 11
    assert len(tried) == 12


def test_what_waits_is_not_read_again_after_every_turn(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    Sender(cast.sakura_box).batch([line for machine in range(20, 40) for line in _callbacks(machine)])
    ingest_all(cast.sakura_box)
    read, readings = doors.untriaged_groups, []

    def counted() -> Sequence[tuple[int, ...]]:
        readings.append(1)
        return read()

    monkeypatch.setattr(doors, "untriaged_groups", counted)
    monkeypatch.setattr(triage, "TIMES_THE_READING", 1_000_000)
    assert triage.groups_claim(now=NOW) == 20
    assert len(readings) == 2, "once, and once for what came meanwhile"


def test_turns_give_each_firm_its_share() -> None:
    rows = [(1, number) for number in range(5)] + [(2, 10)] + [(3, number) for number in range(20, 23)]
    assert list(turns(rows, 2)) == [
        [(1, 0), (1, 1), (2, 10), (3, 20), (3, 21)],
        [(1, 2), (1, 3), (3, 22)],
        [(1, 4)],
    ]
