"""A file that antivirus condemned at one firm is stopped at the other firms of the programme."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sensors.models import KnownFile
from sensors.orders import BoxState, order_pull
from tenants.scope import tenant_scope
from tests import factories
from tests.factories import Box, Cast
from tests.sensors.box import Sender, ingest_all

BAD = "c" * 64


def _verdict(sha256: str) -> bytes:
    event = {
        "timestamp": datetime.now(UTC).isoformat(),
        "event_type": "antivirus",
        "src_ip": "203.0.113.10",
        "dest_ip": "192.168.1.20",
        "proto": "TCP",
        "antivirus": {
            "engine": "clamd",
            "signature": "Eicar-Test-Signature",
            "action": "delivered",
            "sha256": sha256,
            "size": 68,
            "filename": "invoice.zip",
            "direction": "to_client",
            "learned": True,
        },
    }
    return json.dumps(event).encode()


def _ordered(box: Box) -> bytes:
    told = BoxState(0, "", "", {})
    with tenant_scope(box.sensor.tenant_id):
        order = order_pull(tenant_id=box.sensor.tenant_id, sensor_id=box.sensor.pk, told=told, now=datetime.now(UTC))
    assert order is not None
    return bytes(order.manifest)


def test_a_virus_found_at_one_firm_is_in_the_next_order_of_another(cast: Cast) -> None:
    here, there = factories.box_make(cast.sakura_dental), factories.box_make(cast.yamada_works)
    assert b'"known_files":[]' in _ordered(there)
    assert Sender(here).batch([_verdict(BAD)]).status_code == 202
    ingest_all(here)
    assert KnownFile.objects.get().sha256 == BAD
    assert b'"known_files":[]' not in _ordered(there)


def test_an_event_without_a_hash_adds_nothing(cast: Cast) -> None:
    here = factories.box_make(cast.sakura_dental)
    Sender(here).batch([_verdict("")])
    ingest_all(here)
    assert not KnownFile.objects.exists()
