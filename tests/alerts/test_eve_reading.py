"""Every line a real box writes is either an event or says why it is none; one odd value never costs an alert."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import eve
from alerts.direction import lan_device
from tests.alerts.eve_lines import INSIDE, OUTSIDE, alert, decoded, line, virus

CAPTURES = Path(__file__).resolve().parents[3] / "shared" / "captures"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b'{"timestamp": NaN}', "not_json"),
        (b"[1, 2]", "not_object"),
        (b'"text"', "not_object"),
        (b"{}", "no_event_type"),
        (b'{"event_type": "alert", "alert": {}}', "no_timestamp"),
        (b'{"event_type": "dns", "timestamp": "yesterday"}', "bad_timestamp"),
        (b'{"event_type": "dns", "timestamp": "2026-11-20"}', "bad_timestamp"),
        (b'{"event_type": "dns", "timestamp": "2026-13-20T01:00:00+0000"}', "bad_timestamp"),
        (b'{"event_type": "dns", "timestamp": "0001-01-01T00:00:00+0900"}', "bad_timestamp"),
        (b'{"event_type": "dns", "timestamp": null}', "no_timestamp"),
        (b'{"event_type": "alert", "timestamp": "2026-11-20T01:00:00+0000"}', "no_alert"),
        (b'{"event_type": "alert", "timestamp": "2026-11-20T01:00:00+0000", "alert": []}', "no_alert"),
        (b'{"event_type": "antivirus", "timestamp": "2026-11-20T01:00:00+0000"}', "no_antivirus"),
        (line(alert(payload="x" * 65536)), "too_long"),
        (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "too_deep"),
        (b'{"a":' + b"[" * 20000 + b"]" * 20000 + b"}", "too_deep"),
        (b"[" * 60000, "too_deep"),
    ],
)
def test_a_line_nobody_can_use_says_why(raw: bytes, reason: str) -> None:
    with pytest.raises(eve.Unreadable) as problem:
        eve.decode(raw)
    assert problem.value.reason == reason


@given(st.binary(max_size=200))
def test_no_bytes_whatever_break_the_reader(raw: bytes) -> None:
    with suppress(eve.Unreadable):
        eve.decode(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [*alert(), "ether", "http", "tls", "dns", "email", "files", "fileinfo", "verdict", "host", "metadata"]


@given(st.dictionaries(st.sampled_from([f for f in FIELDS if f not in ("timestamp", "event_type", "alert")]), JSON))
def test_a_wrong_value_in_any_field_costs_that_field_only(changes: dict[str, Any]) -> None:
    event = eve.decode(json.dumps({**alert(), **changes}).encode())
    assert event.alert is not None
    assert event.alert.signature_id == 2000001
    assert event.timestamp == datetime(2026, 11, 20, 1, tzinfo=UTC)


@given(st.sampled_from(list(alert()["alert"])), JSON)
def test_a_wrong_value_in_the_rules_own_fields_keeps_the_alert(key: str, value: Any) -> None:
    broken = alert()
    broken["alert"] = {**broken["alert"], key: value}
    event = eve.decode(json.dumps(broken).encode())
    assert event.alert is not None
    assert event.src_ip == INSIDE


def test_brackets_inside_text_are_no_depth() -> None:
    assert decoded(alert(payload_printable="[{" * 300)).src_ip == INSIDE


def test_numbers_written_as_text_are_understood() -> None:
    event = decoded(alert(src_port="50000", flow_id="42", dest_port=99999))
    assert (event.src_port, event.flow_id, event.dest_port) == (50000, 42, None)
    assert "dropped:dest_port" in event.flags


def test_a_number_no_database_holds_is_dropped() -> None:
    assert decoded(alert(flow_id=2**64)).flow_id is None


def test_nul_never_comes_out() -> None:
    event = decoded(alert(message="bad\x00name", metadata={"tag": ["a\x00b"]}, http={"hostname": "x\x00.example"}))
    assert event.alert is not None
    assert "\x00" not in (event.alert.signature or "") + str(event.alert.metadata) + str(event.http)
    assert (event.alert.signature or "").startswith("bad")
    assert "cleaned_text" in event.flags


def test_half_a_surrogate_pair_and_broken_utf8_are_replaced() -> None:
    raw = line(alert(message="MARK")).replace(b"MARK", b"\\ud800x")
    event = eve.decode(raw)
    assert event.alert is not None
    assert event.alert.signature == "\ufffdx"
    event = eve.decode(line(alert(message="MARK")).replace(b"MARK", b"\xffx"))
    assert event.alert is not None
    assert event.alert.signature == "\ufffdx"
    assert "invalid_utf8" in event.flags


def test_bad_text_inside_metadata_is_replaced_when_read() -> None:
    raw = line(alert(metadata={"tag": ["MARK"]})).replace(b"MARK", b"\\udfff")
    event = eve.decode(raw)
    assert event.alert is not None
    assert event.alert.metadata == {"tag": ["\ufffd"]}


def test_a_time_without_a_zone_is_utc_and_flagged() -> None:
    event = decoded(alert(time="2015-06-01T10:00:00.123456"))
    assert event.timestamp == datetime(2015, 6, 1, 10, 0, 0, 123456, tzinfo=UTC)
    assert "timestamp_without_zone" in event.flags


@pytest.mark.parametrize("text", ["2026-11-20T10:00:00+0900", "2026-11-20T10:00:00.000+09:00", "2026-11-20T01:00:00Z"])
def test_times_of_any_zone_become_utc(text: str) -> None:
    event = decoded(alert(time=text))
    assert event.timestamp == datetime(2026, 11, 20, 1, tzinfo=UTC)
    assert event.timestamp_raw == text
    assert event.flags == ()


def test_a_decoder_alert_without_addresses_is_an_event() -> None:
    bare = {key: alert()[key] for key in ("timestamp", "event_type", "alert")}
    event = decoded(bare)
    assert (event.src_ip, event.dest_ip, event.proto, event.flow_id) == (None, None, None, None)


def test_null_addresses_empty_names_and_revision_zero_are_kept() -> None:
    broken = alert(src_ip=None, dest_ip=None, src_port=None, proto="IPv6-ICMP", message="", category="")
    broken["alert"] |= {"rev": 0, "gid": 2}
    event = decoded(broken)
    assert event.alert is not None
    assert (event.alert.signature, event.alert.rev, event.alert.gid) == ("", 0, 2)


def test_an_address_that_is_none_never_reaches_a_database_column() -> None:
    assert decoded(alert(src_ip="not an address", flow=None)).src_ip is None
    assert decoded(alert(src_ip="fe80::1%eth0", flow=None)).src_ip == "fe80::1"
    assert decoded(alert(src_ip="2001:0db8:0000:0000:0000:0000:0000:0001")).src_ip == "2001:db8::1"


def test_the_rules_metadata_is_not_the_flow_bits() -> None:
    both = alert(metadata={"Tag": ["c2"]})
    both["metadata"] = {"flowbits": ["x"]}
    read = decoded(both).alert
    assert read is not None
    assert read.metadata == {"tag": ["c2"]}


def test_metadata_of_any_shape_is_lists_of_text() -> None:
    read = decoded(alert(metadata={"confidence": "High", "n": 3, "bad": {"x": 1}, "list": ["a", None]})).alert
    assert read is not None
    assert read.metadata == {"confidence": ["High"], "n": ["3"], "bad": [], "list": ["a"]}


def test_all_that_is_logged_per_alert_can_be_had() -> None:
    event = decoded(
        alert(
            answer=True,
            ether={"src_mac": "02:00:00:00:00:01", "dest_mac": "02:00:00:00:00:99"},
            http={"hostname": "shop.example", "url": "/a?b=1", "http_method": "GET"},
            files=[{"state": "CLOSED", "sid": [1]}, {"filename": "order.xls"}],
            email={"subject": "請求書", "date": "Fri, 20 Nov 2026 10:00:00 +0900"},
        )
    )
    device = lan_device(event)
    assert device is not None
    assert (device.ip, device.port, device.mac) == (INSIDE, 50000, "02:00:00:00:00:99")
    assert eve.url(event) == "http://shop.example/a?b=1"
    assert eve.file_name(event) == "order.xls"
    assert event.email is not None
    assert (event.email.subject, event.email.date) == ("請求書", "Fri, 20 Nov 2026 10:00:00 +0900")


def test_a_virus_event_names_virus_and_file_and_its_lan_machine() -> None:
    event = decoded(virus())
    device = lan_device(event)
    assert (eve.threat_name(event), eve.file_name(event)) == ("Eicar-Test-Signature", "invoice.zip")
    assert device is not None
    assert (device.ip, device.port) == (INSIDE, 50000)


@pytest.mark.parametrize(
    "dns", [{"rrname": "x.example"}, {"query": [{"rrname": "x.example"}]}, {"queries": [{"rrname": "x.example"}]}]
)
def test_the_name_looked_up_is_found_in_every_version_of_dns_logging(dns: dict[str, Any]) -> None:
    assert eve.host_name(decoded(alert(dns=dns))) == "x.example"


def test_the_visitors_address_behind_a_proxy_is_kept() -> None:
    proxied = alert(opener=OUTSIDE, responder=INSIDE)
    proxied["alert"]["xff"] = "198.51.100.99"
    read = decoded(proxied).alert
    assert read is not None
    assert read.xff == "198.51.100.99"


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="the shared captures are not on this machine")
def test_every_line_of_the_real_captures_is_read_or_refused_with_a_reason() -> None:
    read = 0
    for path in sorted([*CAPTURES.glob("eve/*/eve.json"), *CAPTURES.glob("eve-thirdparty/*.json")]):
        for raw in path.read_bytes().splitlines():
            try:
                event = eve.decode(raw)
            except eve.Unreadable as problem:
                assert problem.reason  # noqa: PT017
                continue
            read += 1
            metadata = event.alert.metadata if event.alert else {}
            shown = [eve.threat_name(event), eve.url(event), eve.file_name(event), event.email, event.http, metadata]
            assert "\\x00" not in repr(shown)
    assert read > 3000
