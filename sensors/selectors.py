"""Named reads of boxes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from sensors.models import Device, FileReport, KnownFile, Sensor, Suppression, WatchGap, WebGuardName
from tenants.models import Enrolment
from tenants.tenancy.once import once


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


def boxes_read(*, tenant_id: int) -> list[Sensor]:
    """The firm's boxes, oldest first, read once a page (tenants.tenancy.once)."""
    return once(("boxes", tenant_id), lambda: list(sensors_of(tenant_id=tenant_id)))


def boxes_in_use(*, tenant_id: int) -> QuerySet[Sensor]:
    """The firm's boxes that were not given back, oldest first."""
    return sensors_of(tenant_id=tenant_id).exclude(state=Sensor.State.RETIRED)


def sensors_in_reach() -> QuerySet[Sensor]:
    """Boxes of all firms in reach, with their firms."""
    return Sensor.objects.select_related("tenant")


def watch_gaps(*, tenant_id: int, since: datetime) -> QuerySet[WatchGap]:
    """Spans in which the firm's boxes did not judge and that ended after `since`."""
    return WatchGap.objects.filter(tenant_id=tenant_id, ended_at__gt=since)


def devices_seen(tenant_id: int) -> QuerySet[Device]:
    """The machines the boxes of a firm have seen."""
    return Device.objects.filter(tenant_id=tenant_id)


def names_listed(*, programme_id: int, search: str) -> QuerySet[WebGuardName]:
    """The names a programme's SOC listed that hold what is looked for, the newest first."""
    rows = WebGuardName.objects.filter(programme_id=programme_id, name__contains=search)
    return rows.order_by("-added_at", "pk")


def file_reports(*, programme_id: int, since: datetime) -> QuerySet[FileReport]:
    """What the boxes of a programme's firms reported about files since then, the newest first, with the firms."""
    watched = Enrolment.objects.filter(programme_id=programme_id).values("tenant_id")
    rows = FileReport.objects.filter(tenant_id__in=watched, reported_at__gt=since)
    return rows.select_related("tenant").order_by("-reported_at")


def known_files(*, programme_id: int) -> QuerySet[KnownFile]:
    """Files a programme knows, the newest first, with who decided."""
    rows = KnownFile.objects.filter(programme_id=programme_id)
    return rows.select_related("decided_by").order_by("-learned_at")


def suppressions() -> QuerySet[Suppression]:
    """Suppressions of all firms in reach, the newest first, with firm, box and who made them."""
    return Suppression.objects.select_related("tenant", "sensor", "created_by").order_by("-created_at")
