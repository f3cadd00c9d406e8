"""Boxes that stopped speaking: after 24 hours a person phones the firm (KMM 3.8 (2)). No incident by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from notifications.doors import open_attentions
from notifications.models import Attention
from notifications.services import attention_close, attention_open
from sensors.models import Sensor
from tenants.scope import tenant_scope

SILENT_AFTER = timedelta(hours=24)
_PREFIX = "sensor:"


def sensor_silence_check(*, now: datetime) -> int:
    """Ask a person about every box silent for 24 hours; withdraw it when the box spoke again. → newly asked."""
    _close_settled(now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, sensor_id FROM sec.silent_sensors(%s)", [now - SILENT_AFTER])
        silent = list(cursor.fetchall())
    return sum(_ask(tenant_id, sensor_id, now) for tenant_id, sensor_id in silent)


def _ask(tenant_id: int, sensor_id: int, now: datetime) -> bool:
    with tenant_scope(tenant_id):
        sensor = Sensor.objects.get(pk=sensor_id)
        last_seen = sensor.last_seen_at
        facts = {"name": sensor.name, "last_seen_at": last_seen.isoformat() if last_seen else None}
        _row, opened = attention_open(
            tenant_id=tenant_id,
            kind=Attention.Kind.BOX_SILENT,
            subject_key=f"{_PREFIX}{sensor_id}",
            facts=facts,
            now=now,
        )
    return opened


def _close_settled(now: datetime) -> None:
    for tenant_id, subject_key in open_attentions(Attention.Kind.BOX_SILENT):
        with tenant_scope(tenant_id):
            asked = Attention.objects.filter(
                tenant_id=tenant_id, kind=Attention.Kind.BOX_SILENT, subject_key=subject_key, closed_at__isnull=True
            ).first()
            sensor = Sensor.objects.filter(pk=int(subject_key.removeprefix(_PREFIX))).first()
            if asked is not None and _settled(sensor, asked):
                attention_close(tenant_id=tenant_id, kind=Attention.Kind.BOX_SILENT, subject_key=subject_key, now=now)


def _settled(sensor: Sensor | None, asked: Attention) -> bool:
    if sensor is None or sensor.state != Sensor.State.ACTIVE:
        return True
    return sensor.last_seen_at is not None and sensor.last_seen_at > asked.opened_at
