"""A machine that the box of さくら歯科 keeps off the internet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from sensors.devices import Sighting, devices_note
from sensors.models import Device, Isolation
from tests.factories import Cast


def isolation_make(cast: Cast, incident_number: int, mac: str = "02:00:5e:00:53:17", **fields: Any) -> Isolation:
    """Applied five minutes ago in the course of an incident. Needs the firm's open scope."""
    sensor, now = cast.sakura_box.sensor, timezone.now()
    sighting = Sighting(mac, now, now, "192.168.1.23")
    devices_note(tenant_id=sensor.tenant_id, sensor_id=sensor.pk, sightings=[sighting])
    values: dict[str, Any] = {
        "tenant_id": sensor.tenant_id,
        "sensor": sensor,
        "device": Device.objects.get(mac=mac),
        "incident_number": incident_number,
        "mac": mac,
        "state": Isolation.State.APPLIED,
        "until": now + timedelta(hours=24),
        "wished_at": now - timedelta(minutes=6),
        "wished_party": "firm",
        "wished_by": cast.hanako,
        "consented_at": now - timedelta(minutes=6),
        "consent_way": Isolation.Way.PAGE,
        "ordered_at": now - timedelta(minutes=6),
        "applied_at": now - timedelta(minutes=5),
        "followed": True,
    }
    made: Isolation = Isolation.objects.create(**values | fields)
    return made
