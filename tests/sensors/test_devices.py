"""Which machine is it? Machines are noted as a box sees them, and known by the name the firm gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.traffic import old_software_seen, traffic_by_day
from sensors import mac
from sensors.devices import Sighting, devices_note, sightings_read
from sensors.models import Device
from sensors.software import old_software
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.sensors.box import Sender, ingest_all

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PRINTER, PHONE = "00:1b:a9:01:02:03", "da:a1:19:01:02:03"


def _entry(**changed: Any) -> dict[str, Any]:
    entry = {"ip": "192.168.1.20", "mac": PRINTER, "bytes_in": 1, "bytes_out": 2}
    times = {"first_seen": (NOON - timedelta(minutes=50)).isoformat(), "last_seen": NOON.isoformat()}
    return {**entry, **times, **changed}


def _note(cast: Cast, *sightings: Sighting) -> int:
    with tenant_scope(cast.sakura_dental.pk):
        return devices_note(
            tenant_id=cast.sakura_dental.pk, sensor_id=cast.sakura_box.sensor.pk, sightings=list(sightings)
        )


def _devices(cast: Cast) -> dict[str, Device]:
    with tenant_scope(cast.sakura_dental.pk):
        return {row.mac: row for row in Device.objects.all()}


def test_the_maker_is_known_without_asking_anybody() -> None:
    assert mac.vendor_of(PRINTER).lower().startswith("brother")
    assert mac.vendor_of("ff:ff:fe:00:00:00") == ""


def test_a_phone_that_makes_its_number_up_is_told_apart() -> None:
    assert mac.is_random(PHONE)
    assert not mac.is_random(PRINTER)
    assert mac.vendor_of(PHONE) == ""


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("00-1B-A9-01-02-03", PRINTER),
        ("01:00:5e:00:00:fb", None),  # a group of machines
        ("ff:ff:ff:ff:ff:ff", None),
        ("00:00:00:00:00:00", None),
        ("printer", None),
        (None, None),
    ],
)
def test_numbers_of_machines_are_read_in_one_spelling(text: Any, read: str | None) -> None:
    assert mac.mac_read(text) == read


def test_what_a_box_tells_of_machines_is_read_with_care() -> None:
    values = {
        "devices": [
            _entry(),
            _entry(ip="2001:db8::20"),  # the same machine with its other address
            _entry(mac=None, ip="192.168.1.21"),
            _entry(mac=PHONE, ip="no address", first_seen="yesterday", last_seen="2999-01-01T00:00:00+00:00"),
            "nonsense",
        ]
    }
    printer, phone = sightings_read(values, until=NOON)
    assert (printer.mac, printer.ip, printer.first, printer.last) == (
        PRINTER,
        "192.168.1.20",
        NOON - timedelta(minutes=50),
        NOON,
    )
    assert (phone.mac, phone.ip, phone.first, phone.last) == (PHONE, None, NOON, NOON)
    assert sightings_read("x", until=NOON) == sightings_read({"devices": 3}, until=NOON) == []


def test_a_machine_is_noted_once_and_its_times_only_widen(cast: Cast) -> None:
    assert _note(cast, Sighting(PRINTER, NOON, NOON, "192.168.1.20")) == 1
    later = NOON + timedelta(hours=1)
    assert _note(cast, Sighting(PRINTER, later, later, "192.168.1.33", "BRW001BA9")) == 0
    earlier = NOON - timedelta(days=1)
    assert _note(cast, Sighting(PRINTER, earlier, earlier, "192.168.1.9")) == 0
    printer = _devices(cast)[PRINTER]
    assert (printer.first_seen_at, printer.last_seen_at, printer.last_ip) == (earlier, later, "192.168.1.33")
    assert printer.names_seen == ["BRW001BA9"]
    assert printer.vendor.lower().startswith("brother")


def test_who_is_there_at_night_is_remembered(cast: Cast) -> None:
    night = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # half past midnight
    _note(cast, Sighting(PRINTER, NOON, NOON))
    assert _devices(cast)[PRINTER].night_seen_at is None
    _note(cast, Sighting(PRINTER, night, night))
    assert _devices(cast)[PRINTER].night_seen_at == night


def test_a_machine_that_changes_its_number_cannot_fill_the_table(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sensors.devices.MOST_DEVICES", 3)
    assert _note(cast, *[Sighting(f"da:a1:19:00:00:0{n}", NOON, NOON) for n in range(5)]) == 3
    assert len(_devices(cast)) == 3


def test_what_a_box_sends_fills_the_list_traffic_and_old_software(cast: Cast) -> None:
    begun = NOON - timedelta(hours=1)
    aggregate = {
        "from": begun.isoformat(),
        "to": NOON.isoformat(),
        "bytes_in": 3_000_000,
        "bytes_out": 500,
        "flows": 4,
        "dns_queries": 0,
        "top_hosts": [],
        "drops": {},
        "anomalies": {},
        "devices": [_entry(), _entry(mac=PHONE)],
        "user_agents": [["Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", 3]],
    }
    line = json.dumps({"timestamp": NOON.isoformat(), "event_type": "aggregate", "aggregate": aggregate}).encode()
    alert = {
        "timestamp": NOON.isoformat(),
        "event_type": "alert",
        "src_ip": "192.168.1.50",
        "src_port": 50000,
        "dest_ip": "203.0.113.5",
        "dest_port": 80,
        "proto": "TCP",
        "ether": {"src_mac": "00:0c:29:01:02:03", "dest_mac": "00:1b:a9:ff:ff:ff"},
        "alert": {"signature_id": 1, "signature": "x", "severity": 3, "action": "allowed", "category": ""},
    }
    sender = Sender(cast.sakura_box)
    assert sender.batch([line, json.dumps(alert).encode()]).status_code == 202
    assert [done["alerts"] for done in ingest_all(cast.sakura_box)] == [1]
    with tenant_scope(cast.sakura_dental.pk):
        days = traffic_by_day(tenant_id=cast.sakura_dental.pk, now=NOON, days=2)
        old = old_software_seen(tenant_id=cast.sakura_dental.pk, since=NOON - timedelta(days=30))
    assert set(_devices(cast)) == {PRINTER, PHONE, "00:0c:29:01:02:03"}
    assert _devices(cast)["00:0c:29:01:02:03"].last_ip == "192.168.1.50"
    assert [(day.bytes_in, day.bytes_out) for day in days] == [(None, None), (3_000_000, 500)]
    assert [row.key for row in old] == ["ie", "windows-7"]


@pytest.mark.parametrize(
    ("agent", "software"),
    [
        ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)", ["ie", "windows-xp"]),
        ("Mozilla/5.0 (Windows NT 6.3; Win64; x64) Chrome/109.0", ["windows-8"]),
        ("Shockwave Flash", ["flash"]),
        ("Mozilla/5.0 (Linux; Android 7.1.2; Nexus)", ["android"]),
        ("Mozilla/5.0 (Linux; Android 14; Pixel)", []),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0", []),
        # Office calls itself Internet Explorer.
        ("Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Win64; Trident/7.0; ms-office; MSOffice 16)", []),
    ],
)
def test_software_out_of_support_is_known_by_what_it_says(agent: str, software: list[str]) -> None:
    assert [row.key for row in old_software([agent])] == software
