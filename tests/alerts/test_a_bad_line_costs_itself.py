"""A line that cannot be stored costs itself: the other lines of its batch are stored, whatever stands in it."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import psycopg2
import pytest

from alerts.eve_fields import Event
from alerts.models import Alert, CallbackCount, InboxBatch, QuarantinedLine, TrafficAggregate
from notifications.models import Attention
from sensors.models import Device
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.sensors.box import Sender, alert_line, ingest_all

PER_BATCH = 1000
GOOD = "Loader check-in request"
_DEEP = json.loads("[" * 20 + "]" * 20)


class Raw(str):
    """Stands for JSON that `json.dumps` would not write."""


EXTREMES: list[Any] = [
    None,
    True,
    "",
    "\x00",
    "\x00" * 300,
    "\ud800",
    "a" * 10_000,
    "語" * 10_000,
    "𝕏" * 4_000,
    "[" * 20_000,
    "\\\t\n\r\\.",
    "İ" * 400,  # longer in small letters
    -1,
    0,
    2**15,
    2**31,
    2**32,
    2**63,
    2**64,
    -(2**63) - 1,
    10**400,
    -0.0,
    1.5,
    Raw("1e999"),
    Raw("-1e999"),
    Raw("NaN"),
    Raw("1" * 5000),
    Raw('"\\ud800"'),
    Raw('"\\u0000"'),
    [],
    {},
    [None],
    [[1, 2], {"a": {}}],
    {"": "", "\x00": 1},
    _DEEP,
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999-14:00",
    "0000-00-00T00:00:00Z",
    "2026-11-20T01:00:00.000000+2359",
    "::ffff:192.168.1.20",
    "fe80::1%eth0",
    "999.1.1.1",
    "ff:ff:ff:ff:ff:ff",
]


def _full_alert(now: datetime) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(alert_line(now))
    file = {"filename": "a.zip", "sha256": "0" * 64, "md5": "0" * 32, "size": 1, "state": "CLOSED"}
    event |= {
        "host": "box",
        "in_iface": "eth0",
        "tx_id": 1,
        "verdict": {"action": "drop"},
        "tls": {"sni": "example.net", "subject": "CN=a", "version": "TLS 1.3"},
        "dns": {"rrname": "a.example", "query": [{"rrname": "b.example"}], "queries": [{"rrname": "c.example"}]},
        "email": {"from": "a@example.net", "subject": "hello", "date": "today", "attachment": ["a.zip"]},
        "files": [file],
        "fileinfo": dict(file),
    }
    event["alert"] |= {"xff": "192.0.2.1", "target": {"ip": "192.168.1.20", "port": 1}}
    event["alert"]["metadata"]["malware_family"] = ["Loader"]
    event["http"] |= {"http_user_agent": "x", "status": 200}
    return event


def _virus(now: datetime) -> dict[str, Any]:
    event = _full_alert(now)
    del event["alert"]
    verdict = {
        "engine": "clamd",
        "signature": "Eicar",
        "action": "delivered",
        "sha256": "0" * 64,
        "size": 1,
        "filename": "a.zip",
        "direction": "to_client",
        "learned": True,
    }
    return {**event, "event_type": "antivirus", "antivirus": verdict}


def _aggregate(now: datetime) -> dict[str, Any]:
    hour_ago = (now - timedelta(hours=1)).isoformat()
    device = {
        "mac": "02:00:00:00:01:14",
        "ip": "192.168.1.20",
        "name": "pc",
        "first_seen": hour_ago,
        "last_seen": now.isoformat(),
    }
    values = {
        "from": hour_ago,
        "to": now.isoformat(),
        "bytes_in": 5,
        "bytes_out": 6,
        "user_agents": [["MSIE 6", 3]],
        "devices": [device],
    }
    return {"timestamp": now.isoformat(), "event_type": "aggregate", "aggregate": values}


def _unreadable(now: datetime) -> dict[str, Any]:
    values = {"reason": "not_json", "length": 900, "sha256": "ab" * 32, "head": "{"}
    return {"timestamp": now.isoformat(), "event_type": "unreadable", "unreadable": values}


KINDS = {"alert": _full_alert, "antivirus": _virus, "aggregate": _aggregate, "unreadable": _unreadable}


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _paths(item, (*path, key))


def _changed(event: dict[str, Any], path: tuple[Any, ...], extreme: Any) -> bytes:
    changed = copy.deepcopy(event)
    place: Any = changed
    for key in path[:-1]:
        place = place[key]
    raw = isinstance(extreme, Raw)
    place[path[-1]] = "@raw@" if raw else extreme
    text = json.dumps(changed)
    return (text.replace('"@raw@"', extreme) if raw else text).encode()


def _fields(kind: type[msgspec.Struct]) -> Iterator[str]:
    for info in msgspec.structs.fields(kind):
        if not info.encode_name.startswith("otasuke:"):
            yield info.encode_name


def _good(now: datetime, flow: int) -> bytes:
    return alert_line(now - timedelta(minutes=1), flow_id=flow)


def test_every_field_the_platform_reads_is_among_those_tried() -> None:
    now = datetime.now(UTC)
    tried = {key for kind in (_full_alert, _virus) for path in _paths(kind(now)) for key in path}
    assert set(_fields(Event)) <= tried
    for info in msgspec.structs.fields(Event):
        for option in getattr(info.type, "__args__", ()):
            if isinstance(option, type) and issubclass(option, msgspec.Struct):
                assert set(_fields(option)) <= tried, info.name


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_stands_in_a_field_the_rest_of_the_batch_is_stored(cast: Cast, kind: str) -> None:
    now = datetime.now(UTC)
    event = KINDS[kind](now)
    lines = [_changed(event, path, extreme) for path in _paths(event) for extreme in EXTREMES]
    sender = Sender(cast.sakura_box)
    batches = [lines[start : start + PER_BATCH] for start in range(0, len(lines), PER_BATCH)]
    for number, batch in enumerate(batches):
        assert sender.batch([_good(now, 2 * number), *batch, _good(now, 2 * number + 1)]).status_code == 202
    outcomes = ingest_all(cast.sakura_box)
    assert not [outcome for outcome in outcomes if "failed" in outcome]
    kept = sum(o["alerts"] + o["aggregates"] + o["quarantined"] + sum(o["dropped"].values()) for o in outcomes)
    assert kept == len(lines) + 2 * len(batches), "each line is somewhere"
    with tenant_scope(cast.sakura_dental.pk):
        assert not InboxBatch.objects.filter(processed_at=None).exists()
        good = set(Alert.objects.filter(signature=GOOD).values_list("flow_id", flat=True))
        assert set(range(2 * len(batches))) <= good
        faults = QuarantinedLine.objects.filter(reason="fault").values_list("detail", "head")
        assert list(faults[:5]) == [], "read or refused for a reason that says what it is"
        assert all(row.values for row in TrafficAggregate.objects.all()), "can be read back"


def test_a_volume_of_1e999_costs_that_figure_and_not_the_alerts_beside_it(cast: Cast) -> None:
    now = datetime.now(UTC)
    odd = _changed(_aggregate(now), ("aggregate", "bytes_in"), Raw("1e999"))
    Sender(cast.sakura_box).batch([_good(now, 1), odd, _good(now, 2)])
    [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["alerts"], outcome["aggregates"], outcome["quarantined"]) == (2, 1, 0)
    with tenant_scope(cast.sakura_dental.pk):
        [row] = TrafficAggregate.objects.all()
        assert (row.values["bytes_in"], row.values["bytes_out"]) == (None, 6)


def test_a_machine_first_seen_in_year_one_is_noted_without_that_time(cast: Cast) -> None:
    now = datetime.now(UTC)
    odd = _changed(_aggregate(now), ("aggregate", "devices", 0, "first_seen"), "0001-01-01T00:00:00+14:00")
    Sender(cast.sakura_box).batch([_good(now, 1), odd, _good(now, 2)])
    [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["alerts"], outcome["aggregates"], outcome["quarantined"]) == (2, 1, 0)
    with tenant_scope(cast.sakura_dental.pk):
        device = Device.objects.get(mac="02:00:00:00:01:14")
        assert device.first_seen_at > now - timedelta(hours=2)


def test_two_malware_names_equal_in_their_first_160_letters_are_one_count(cast: Cast) -> None:
    now = datetime.now(UTC)
    lines = [
        alert_line(
            now - timedelta(minutes=1), flow_id=end, alert={"metadata": {"malware_family": ["x" * 200 + str(end)]}}
        )
        for end in (1, 2)
    ]
    Sender(cast.sakura_box).batch(lines)
    [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["alerts"], outcome["quarantined"]) == (2, 0)
    with tenant_scope(cast.sakura_dental.pk):
        [count] = CallbackCount.objects.all()
        assert len(count.recent) == 2


@contextmanager
def _refused_by_the_database(signature: str) -> Iterator[None]:
    """PostgreSQL takes no alert of this name, for a reason the reader cannot know."""
    with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"]) as owner, owner.cursor() as cursor:
        cursor.execute("ALTER TABLE alerts_alert ADD CONSTRAINT refused CHECK (signature <> %s) NOT VALID", [signature])
    try:
        yield
    finally:
        with psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"]) as owner, owner.cursor() as cursor:
            cursor.execute("ALTER TABLE alerts_alert DROP CONSTRAINT refused")


def test_lines_the_database_refuses_are_set_aside_and_counts_are_those_of_the_rest(cast: Cast) -> None:
    now = datetime.now(UTC)
    lines = [
        alert_line(now - timedelta(minutes=2) + timedelta(seconds=n), flow_id=n, alert={"signature": "odd"})
        if n in (3, 17, 18, 49)
        else alert_line(now - timedelta(minutes=2) + timedelta(seconds=n), flow_id=n)
        for n in range(50)
    ]
    with _refused_by_the_database("odd"):
        Sender(cast.sakura_box).batch(lines)
        [outcome] = ingest_all(cast.sakura_box)
    assert (outcome["alerts"], outcome["quarantined"]) == (46, 4)
    with tenant_scope(cast.sakura_dental.pk):
        aside = QuarantinedLine.objects.order_by("seq")
        assert [(row.seq, row.reason) for row in aside] == [(seq, "fault") for seq in (3, 17, 18, 49)]
        assert "refused" in aside[0].detail
        attention = Attention.objects.get(kind="lines_unreadable")
        assert attention.facts["lines"] == 4
        assert Alert.objects.count() == 46
