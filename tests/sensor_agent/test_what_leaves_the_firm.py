"""Only what docs/sensor-data.md names leaves the firm: events stripped of content, facts and numbers."""

import json
import re
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensor_agent.aggregate import Aggregate
from sensor_agent.config import config_from_mapping
from sensor_agent.guard import Report
from sensor_agent.line import facts_of
from sensor_agent.neighbours import WireFacts
from sensor_agent.records import Event, Unreadable, records
from sensor_agent.sensor import Sensor
from sensor_agent.shorten import encode
from sensor_agent.spool import write_durably
from sensor_agent.strip import SHIPPED_TYPES, STRIPPED, unreadable
from sensor_agent.tail import Line

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "sensor-data.md"
ALERT = {
    "timestamp": "2026-11-21T06:00:00.000000+0000",
    "event_type": "alert",
    "src_ip": "192.168.50.10",
    "payload": "c2VjcmV0",
    "payload_printable": "secret",
    "packet": "AAAA",
    "alert": {"action": "blocked", "signature": "x", "metadata": {"payload": ["kept: a rule's own word"]}},
    "http": {
        "hostname": "a.example",
        "url": "/",
        "http_request_body": "secret",
        "request_headers": [{"name": "Cookie"}],
    },
    "email": {"subject": "invoice", "body_md5": "x"},
}


def _event(line: bytes) -> Event:
    (record,) = records(Line(line, len(line)))
    assert isinstance(record, Event)
    return record


def test_content_is_removed_before_the_spool() -> None:
    shipped = json.loads(_event(json.dumps(ALERT).encode()).encoded())
    assert b"secret" not in json.dumps(shipped).encode()
    assert set(shipped) == set(ALERT) - {"payload", "payload_printable", "packet"}
    assert shipped["http"] == {"hostname": "a.example", "url": "/"}
    assert shipped["email"] == {"subject": "invoice"}
    assert shipped["alert"] == ALERT["alert"]


def test_an_event_without_content_leaves_as_suricata_wrote_it() -> None:
    line = b'{"timestamp": "t",  "event_type":"alert", "n": 1.50}'
    assert _event(line).encoded() == line


def test_the_document_names_every_type_and_every_removed_field() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for kind in SHIPPED_TYPES:
        assert f"`{kind}`" in text
    for section, keys in STRIPPED.items():
        for key in keys:
            assert f"`{section}.{key}`" in text or (not section and f"`{key}`" in text), (section, key)


def test_the_document_names_every_number_of_an_aggregate() -> None:
    aggregate = Aggregate(["192.168.0.0/16"])
    aggregate.take(
        {"event_type": "flow", "timestamp": "t", "src_ip": "192.168.1.2", "dest_ip": "203.0.113.1", "flow": {}}
    )
    event = aggregate.close("t")
    assert event
    text = DOCUMENT.read_text(encoding="utf-8")
    for key in event["aggregate"]:
        assert f"`{key}`" in text, key
    for key in event["aggregate"]["devices"][0]:
        assert f"`{key}`" in text, key


def _keys(facts: dict[str, Any]) -> set[str]:
    return {key for name, value in facts.items() for key in (name, *(_keys(value) if isinstance(value, dict) else ()))}


def test_the_document_names_everything_a_heartbeat_says(tmp_path: Path) -> None:
    write_durably(tmp_path / "guard.json", json.dumps(asdict(Report())).encode(), 0o644)
    wire = WireFacts(router_at_wan=time.time(), line=facts_of([], ""))
    (tmp_path / "neighbours.json").write_text(json.dumps(asdict(wire)))
    settings = {"agent": {"state_dir": str(tmp_path), "supervise": False}, "suricata": {"ports": ["a", "b"]}}
    sensor = Sensor(config_from_mapping(settings, tmp_path))
    running = threading.Thread(target=sensor.run)
    running.start()
    try:
        until = time.monotonic() + 10
        while not (facts := sensor.facts())["bypass"] and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        sensor.stop.set()
        running.join()
    keys = _keys(facts)
    assert {"placement", "gateway", "reason", "kernel_drops", "dropped_low"} <= keys
    chapter = DOCUMENT.read_text(encoding="utf-8").split("Every minute:")[1].split("## 4.")[0]
    assert keys - set(re.findall(r"`(\w+)`", chapter)) == set()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"event_type":"alert"', "not_json"),
        (b"\x00\x00\x00", "not_json"),
        (b"[1,2]", "not_an_object"),
        (b'{"message":"third party"}', "no_event_type"),
        (b"[" * 100_000, "not_json"),
    ],
)
def test_lines_that_are_no_events_are_named_as_such(line: bytes, reason: str) -> None:
    (record,) = records(Line(line, len(line)))
    assert isinstance(record, Unreadable)
    assert record.reason == reason


@given(st.binary(max_size=3000))
def test_any_bytes_become_an_unreadable_event_that_is_valid_json(data: bytes) -> None:
    event = json.loads(encode(unreadable(Line(data, len(data)), "not_json")))
    assert event["unreadable"]["length"] == len(data)
    assert len(event["unreadable"]["head"]) <= 256


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_whatever_an_event_holds_it_is_shipped_or_refused_by_name(value: Any) -> None:
    line = json.dumps({"event_type": "alert", "alert": value, "http": value, "": value}).encode()
    assert json.loads(_event(line).encoded())["event_type"] == "alert"


def test_traffic_becomes_numbers_per_firm_and_device() -> None:
    aggregate = Aggregate(["192.168.0.0/16"])
    inside, outside = (
        {"src_ip": "192.168.1.2", "dest_ip": "203.0.113.1"},
        {"src_ip": "203.0.113.9", "dest_ip": "192.168.1.3"},
    )
    http = {"hostname": "Shop.example", "http_user_agent": "Mozilla/4.0 (compatible; MSIE 8.0)"}
    aggregate.take({"event_type": "http", "timestamp": "t0", "flow_id": 1, "http": http, **inside})
    volumes = {"bytes_toserver": 100, "bytes_toclient": 900}
    aggregate.take(
        {
            "event_type": "flow",
            "timestamp": "t1",
            "flow_id": 1,
            "flow": volumes,
            "ether": {"src_macs": ["02:00:00:00:00:01"]},
            **inside,
        }
    )
    aggregate.take({"event_type": "flow", "timestamp": "t2", "flow_id": 2, "flow": volumes, **outside})
    aggregate.take({"event_type": "drop", "timestamp": "t3", "drop": {"reason": "stream midstream"}})
    aggregate.take({"event_type": "drop", "timestamp": "t3", "drop": {"reason": "rules"}, "alert": {}})
    event = aggregate.close("t4")
    assert event
    numbers = event["aggregate"]
    assert (numbers["bytes_in"], numbers["bytes_out"], numbers["flows"]) == (1000, 1000, 2)
    assert numbers["top_hosts"] == [["shop.example", 1000]]
    assert numbers["user_agents"] == [["Mozilla/4.0 (compatible; MSIE 8.0)", 1]]
    assert numbers["drops"] == {"stream midstream": 1}, "a drop with an alert is counted by its alert"
    assert [(d["ip"], d["mac"], d["bytes_in"]) for d in numbers["devices"]] == [
        ("192.168.1.2", "02:00:00:00:00:01", 900),
        ("192.168.1.3", None, 100),
    ]
    assert aggregate.close("t5") is None
