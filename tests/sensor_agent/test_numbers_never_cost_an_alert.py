"""The hour's numbers go in one batch with alerts: whatever a network invents, the platform takes the line."""

from typing import Any

import pytest

from alerts.batches import MOST_LINE_BYTES
from sensor_agent.aggregate import Aggregate
from sensor_agent.shorten import REPAIRED, encode

AT = "2026-11-29T01:00:00.000000+0000"


def _flow(number: int, **more: Any) -> dict[str, Any]:
    return {
        "event_type": "flow",
        "timestamp": AT,
        "flow_id": number,
        "src_ip": f"192.168.{number // 250}.{number % 250}",
        "dest_ip": "203.0.113.9",
        "flow": {"bytes_toserver": 10, "bytes_toclient": number},
        **more,
    }


def _closed(events: list[dict[str, Any]], names: dict[str, str] | None = None) -> dict[str, Any]:
    aggregate = Aggregate(["192.168.0.0/16"], names=lambda: names or {})
    for event in events:
        aggregate.take(event)
    closed = aggregate.close(AT)
    assert closed is not None
    assert len(encode(closed)) <= MOST_LINE_BYTES
    return closed


def test_long_names_of_hosts_and_programs_are_cut() -> None:
    events = [
        {
            **_flow(n),
            "event_type": "http",
            "http": {"hostname": f"{n}" + "あ" * 250, "http_user_agent": f"{n}" + "😀" * 196},
        }
        for n in range(40)
    ]
    aggregate = _closed([*events, *map(_flow, range(40))])["aggregate"]
    assert len(aggregate["top_hosts"]) == len(aggregate["user_agents"]) == 20
    assert aggregate["top_hosts"][0][0].startswith("39あ"), "that with most traffic"


@pytest.mark.parametrize(("kind", "said", "listed"), [("drop", "reason", "drops"), ("anomaly", "event", "anomalies")])
def test_invented_reasons_have_an_end(kind: str, said: str, listed: str) -> None:
    often = [{"event_type": kind, "timestamp": AT, kind: {said: "often"}}] * 5
    invented = [{"event_type": kind, "timestamp": AT, kind: {said: f"{n}" + "\x01" * 200}} for n in range(390)]
    reasons = _closed([*often, *invented])["aggregate"][listed]
    assert reasons["often"] == 5


def test_of_too_many_devices_with_long_names_those_with_most_traffic_are_told_and_the_cut_is_marked() -> None:
    macs = [f"aa:bb:cc:dd:{n // 256:02x}:{n % 256:02x}" for n in range(200)]
    flows = [_flow(n, ether={"src_mac": mac}) for n, mac in enumerate(macs)]
    closed = _closed(flows, {mac: "社長のパソコン" * 11 for mac in macs})
    kept_macs = [device["mac"] for device in closed["aggregate"]["devices"]]
    assert kept_macs == macs[::-1][: len(kept_macs)]
    assert len(kept_macs) > 100
    assert closed[REPAIRED] == ["cut"]
    usual = _closed(flows, {mac: "社長のパソコン" for mac in macs})
    assert len(usual["aggregate"]["devices"]) == 200
    assert REPAIRED not in usual
