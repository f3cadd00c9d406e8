"""Whatever stands in eve.json, cut and mixed at will: the agent reads on, and what it ships the platform can read."""

import json
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import eve
from sensor_agent.aggregate import Aggregate
from sensor_agent.collector import Collector
from sensor_agent.spool import Spool
from sensor_agent.suppress import Suppression, counted
from sensor_agent.tail import Tail
from tests.alerts.eve_lines import alert
from tests.sensor_agent.test_no_event_lost_or_doubled import FakePlatform

CAPTURES = Path(__file__).resolve().parents[3] / "shared" / "captures"
OF_EACH = 3
TIME = "2026-11-20T01:00:00.000000+0000"
WHOLE = b'{"timestamp":"2026-11-20T01:00:00.000000+0000","event_type":"alert","alert":{"signature_id":4242}}'


def _samples() -> Iterator[bytes]:
    """Lines of our own of every kind the agent treats apart."""
    ends: dict[str, Any] = {"timestamp": TIME, "src_ip": "192.168.1.20", "dest_ip": "203.0.113.5", "flow_id": 7}
    for event in (
        alert(),
        alert(blocked=True, payload="c2VjcmV0", http={"hostname": "a.example", "http_response_body": "x"}),
        {
            **ends,
            "event_type": "flow",
            "flow": {"bytes_toserver": 1, "bytes_toclient": 2},
            "ether": {"src_macs": ["a"]},
        },
        {**ends, "event_type": "http", "http": {"hostname": "a.example", "http_user_agent": "b"}},
        {**ends, "event_type": "tls", "tls": {"sni": "a.example"}},
        {**ends, "event_type": "dns", "dns": {"type": "query"}},
        {**ends, "event_type": "drop", "drop": {"reason": "rules"}},
        {**ends, "event_type": "anomaly", "anomaly": {"type": "decode", "event": "x"}},
        {**ends, "event_type": "fileinfo", "fileinfo": {"state": "CLOSED", "stored": True, "sha256": "0" * 64}},
        {"timestamp": TIME, "event_type": "stats", "stats": {"capture": {"kernel_drops": 3}}},
        alert(metadata={"otasuke_suppression": ["9"]}, ether={"src_macs": ["02:00:00:00:00:01"], "dest_mac": "a"}),
        {
            **ends,
            "event_type": "flow",
            "flow": {"bytes_toserver": 1},
            "ether": {"src_mac": "a", "dest_macs": ["b", "c"]},
        },
        {**ends, "event_type": "quic", "quic": {"sni": "a.example"}, "ether": {"src_mac": "a"}},
    ):
        yield json.dumps(event).encode()


def _captured() -> Iterator[bytes]:
    """The first lines of every recording there is; none on a machine without them."""
    for path in sorted((*CAPTURES.glob("eve/*/*.json"), *CAPTURES.glob("eve-thirdparty/*.json"))):
        with path.open("rb") as file:
            yield from (line.rstrip(b"\n")[:20_000] for line in islice(file, OF_EACH))


SEEDS = [*_samples(), *_captured()]
ODD: list[Any] = [
    *(None, True, -1, 2**70, 10**200, 1e300, -0.0, float("nan"), float("-inf"), [], {}, [[]], {"a": None}, [None, {}]),
    *("", "\0", "x" * 300, "\ud800", "255.255.255.256", "fe80::1%" + "z" * 300, "0001-01-01T00:00:00+1400", "²"),
]
SUPPRESSIONS = [
    Suppression(7, alert()["alert"]["signature_id"], "10.9.9.0/24", "2001:db8::/32", "02:00:00:00:00:ff", "silence", "")
]
SPOILED = st.tuples(
    st.sampled_from(SEEDS),
    st.sampled_from(SEEDS),
    st.sampled_from(["cut", "mix", "insert", "flip", "value", "whole"]),
    st.integers(0, 20_000),
    st.binary(min_size=1, max_size=8),
    st.sampled_from(ODD),
)


def _spoil(line: bytes, other: bytes, way: str, at: int, noise: bytes, value: Any) -> bytes:
    at %= len(line) + 1
    if way == "cut":
        return line[:at]
    if way == "mix":  # two lines run together, as after a power cut
        return line[:at] + other[at % (len(other) + 1) :]
    if way == "insert":
        return (line[:at] + noise + line[at:]).replace(b"\n", b"")
    if way == "flip":
        return (line[:at] + noise + line[at + len(noise) :]).replace(b"\n", b"")
    if way == "value":
        return _with_value(line, at, value)
    return line


def _with_value(line: bytes, at: int, value: Any) -> bytes:
    """The line with another value somewhere in it."""
    try:
        event = json.loads(line)
    except ValueError:
        return line
    here: Any = event
    while isinstance(here, dict) and here:
        key = list(here)[at % len(here)]
        if not isinstance(here[key], dict) or not here[key] or at % 3 == 0:
            here[key] = value
            break
        here, at = here[key], at // 2
    return json.dumps(event).encode()


def _shipped(folder: Path, lines: list[bytes]) -> list[bytes]:
    (folder / "eve.json").write_bytes(b"".join(line + b"\n" for line in lines))
    platform = FakePlatform()
    with closing(Spool(folder / "spool", 10_000_000)) as spool:
        aggregate = Aggregate(["192.168.0.0/16"])
        collector = Collector(
            spool,
            "eve",
            Tail(folder / "eve.json"),
            aggregate,
            max_age_s=0,
            scan_files=lambda: True,
            suppressed=lambda event: counted(event, SUPPRESSIONS),
        )
        while collector.step():
            pass
        collector.finish_period()
        collector.flush()
        while (batch := spool.oldest()) is not None:
            platform.take(batch, spool.body(batch))
            spool.sent(batch)
    return [platform.events[position] for position in sorted(platform.events)]


@settings(max_examples=150, deadline=None)
@given(st.lists(SPOILED, min_size=1, max_size=6))
def test_spoiled_lines_neither_stop_the_agent_nor_hide_the_next_alert(
    tmp_path_factory: pytest.TempPathFactory, spoiled: list[tuple[bytes, bytes, str, int, bytes, Any]]
) -> None:
    lines = [part for spoiling in spoiled for part in (_spoil(*spoiling), WHOLE)]
    shipped = _shipped(tmp_path_factory.mktemp("box"), lines)
    assert shipped.count(WHOLE) >= len(spoiled), "every whole alert arrives, whatever stood before it"
    for line in shipped:
        json.loads(line)  # the agent sends nothing but JSON objects
        assert b'"reason":"fault"' not in line, "a fault of ours, caught in time, is still one"
        with suppress(eve.Unreadable):  # to quarantine
            eve.decode(line)


def _each_value_odd(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The event once for every value in it and every odd one put there instead."""
    for key, value in event.items():
        yield from ({**event, key: odd} for odd in ODD)
        if isinstance(value, dict):
            yield from ({**event, key: inner} for inner in _each_value_odd(value))


@pytest.mark.parametrize("sample", list(_samples()))
def test_any_value_of_any_kind_in_any_place_stops_nothing(tmp_path: Path, sample: bytes) -> None:
    lines = [json.dumps(event).encode() for event in _each_value_odd(json.loads(sample))]
    shipped = _shipped(tmp_path, [part for line in lines for part in (line, WHOLE)])
    assert shipped.count(WHOLE) >= len(lines)
    assert not [line for line in shipped if b'"reason":"fault"' in line]


def test_an_event_that_our_own_fault_meets_goes_all_the_same(tmp_path: Path) -> None:
    """A mistake of ours in what is done with events, played: neither the event nor the next one is lost."""
    (tmp_path / "eve.json").write_bytes(json.dumps(alert()).encode() + b"\n" + WHOLE + b"\n")

    def broken(event: Any) -> int | None:
        if event["alert"]["signature_id"] != 4242:
            raise TypeError("unhashable")
        return None

    with closing(Spool(tmp_path / "spool", 10_000_000)) as spool:
        tail = Tail(tmp_path / "eve.json")
        collector = Collector(spool, "eve", tail, Aggregate([]), max_age_s=0, suppressed=broken)
        collector.step()
        assert collector.kinds["alert"] == 2


def test_a_clock_that_was_ahead_and_is_put_back_does_not_stop_the_count(tmp_path: Path) -> None:
    flow = {"event_type": "flow", "src_ip": "192.168.1.2", "dest_ip": "203.0.113.1", "flow": {"bytes_toserver": 5}}
    (tmp_path / "eve.json").write_bytes(json.dumps({**flow, "timestamp": "2099-01-01T00:00:00+0000"}).encode() + b"\n")
    with closing(Spool(tmp_path / "spool", 10_000_000)) as spool:
        aggregate = Aggregate(["192.168.0.0/16"])
        collector = Collector(spool, "eve", Tail(tmp_path / "eve.json"), aggregate, max_age_s=0, aggregate_s=0.2)
        until = time.monotonic() + 20
        while not collector.kinds["aggregate"] and time.monotonic() < until:
            collector.step()
            time.sleep(0.05)
        assert collector.kinds["aggregate"] == 1


def test_a_line_as_suricata_wrote_it_is_shipped_as_it_is(tmp_path: Path) -> None:
    line = json.dumps(alert()).encode()
    assert _shipped(tmp_path, [line])[0] == line
