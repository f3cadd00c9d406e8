"""Named reads of boxes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from sensors.models import Sensor


@dataclass(frozen=True)
class KeyHolder:
    """Whose key it is. `public_key` is 32 bytes."""

    tenant_id: int
    sensor_id: int
    public_key: bytes
    revoked: bool


def key_holder(*, device_id: UUID, key_id: UUID) -> KeyHolder | None:
    """The box that holds this key; its firm is known only from here. None when the pair is unknown.

    Read anew for each request, so that a revocation holds at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, sensor_id, public_key, revoked FROM sec.sensor_key(%s::uuid, %s::uuid)",
            (str(device_id), str(key_id)),
        )
        row = cursor.fetchone()
    return KeyHolder(row[0], row[1], bytes(row[2]), row[3]) if row else None


def sensors_of(*, tenant_id: int) -> QuerySet[Sensor]:
    """The firm's boxes, oldest first."""
    return Sensor.objects.filter(tenant_id=tenant_id).order_by("pk")
