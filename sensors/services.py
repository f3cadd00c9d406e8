"""Named writes of boxes: codes, activation, keys, heartbeats."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from base.about import about_row
from base.refusals import Refusal
from notifications.models import Attention
from notifications.services import attention_close, attention_open
from sensors import activation, rules
from sensors.installing import stall_close
from sensors.models import ActivationCode, Sensor, SensorKey
from sensors.protection import protection_update
from tenants.audit.record import audit_record
from tenants.tenancy.scope import tenant_scope


class ActivationRefused(Refusal):
    """The code opens nothing: unknown, wrong, used, expired, out of tries, or for a box no longer in use."""


@dataclass(frozen=True)
class IssuedCode:
    """A new code, readable this once."""

    code: str
    sensor: Sensor
    expires_at: datetime


@dataclass(frozen=True)
class Activated:
    """What a box learns at activation."""

    device_id: uuid.UUID
    key_id: uuid.UUID


def sensor_prepare(*, tenant_id: int, name: str) -> Sensor:
    """A new box for the firm, not yet activated."""
    sensor: Sensor = Sensor.objects.create(tenant_id=tenant_id, device_id=uuid.uuid4(), name=name)
    audit_record(code="sensor.prepared", subject=f"sensor:{sensor.pk}", tenant_id=tenant_id)
    return sensor


def activation_code_issue(*, sensor: Sensor) -> IssuedCode:
    """A new one-time code for a box, inside an open scope. Unused older codes of the box end.

    Raises ActivationRefused for a retired box.
    """
    if sensor.state == Sensor.State.RETIRED:
        raise ActivationRefused
    now = timezone.now()
    with transaction.atomic():
        unused = ActivationCode.objects.filter(tenant_id=sensor.tenant_id, sensor_id=sensor.pk, used_at__isnull=True)
        unused.update(expires_at=now)
        code = _code_store(sensor, now + activation.VALID_FOR)
        audit_record(code="sensor.code_issued", subject=f"sensor:{sensor.pk}", tenant_id=sensor.tenant_id)
    return IssuedCode(activation.code_shown(code), sensor, now + activation.VALID_FOR)


def _code_store(sensor: Sensor, expires_at: datetime) -> str:
    """Store a code. Its look-up part is unique over all firms, used codes included: draw again when it is taken."""
    while True:
        code = activation.code_make()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO sensors_activationcode (tenant_id, sensor_id, lookup, code_hash, expires_at, tries_left)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (lookup) DO NOTHING",
                (
                    sensor.tenant_id,
                    sensor.pk,
                    activation.code_lookup(code),
                    activation.code_hash(code),
                    expires_at,
                    activation.TRIES,
                ),
            )
            if cursor.rowcount:
                return code


def sensor_activate(*, code: str, public_key: bytes, hardware: dict[str, Any], agent_version: str) -> Activated:
    """Register a box's key by its one-time code (plain form); its older keys are revoked.

    Call outside a transaction: a try is taken off, for good, before the code is compared.
    Raises ActivationRefused.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, code_id, code_hash FROM sec.try_activation_code(%s)", (activation.code_lookup(code),)
        )
        row = cursor.fetchone()
    if row is None or not activation.code_matches(code, row[2]):
        raise ActivationRefused
    tenant_id, code_id, _ = row
    with tenant_scope(tenant_id):
        return _key_register(tenant_id, code_id, public_key, {"hardware": hardware, "agent_version": agent_version})


def _key_register(tenant_id: int, code_id: int, public_key: bytes, facts: dict[str, Any]) -> Activated:
    now = timezone.now()
    code = ActivationCode.objects.select_for_update().get(tenant_id=tenant_id, pk=code_id)
    if code.used_at is not None:
        raise ActivationRefused
    sensor = Sensor.objects.select_for_update().get(tenant_id=tenant_id, pk=code.sensor_id)
    if sensor.state == Sensor.State.RETIRED:
        raise ActivationRefused
    code.used_at = now
    code.save(update_fields=["used_at"])
    SensorKey.objects.filter(tenant_id=tenant_id, sensor_id=sensor.pk, revoked_at__isnull=True).update(revoked_at=now)
    key = SensorKey.objects.create(tenant_id=tenant_id, sensor=sensor, key_id=uuid.uuid4(), public_key=public_key)
    sensor.state = Sensor.State.ACTIVE
    sensor.activated_at = sensor.last_seen_at = now
    sensor.heartbeat = facts
    sensor.save(update_fields=["state", "activated_at", "last_seen_at", "heartbeat"])
    audit_record(code="sensor.activated", subject=f"sensor:{sensor.pk}", tenant_id=tenant_id, key_id=str(key.key_id))
    return Activated(sensor.device_id, key.key_id)


def sensor_key_revoke(*, sensor: Sensor) -> int:
    """Revoke every key of a box; holds from the next request on. Returns how many were valid."""
    valid = SensorKey.objects.filter(tenant_id=sensor.tenant_id, sensor_id=sensor.pk, revoked_at__isnull=True)
    revoked: int = valid.update(revoked_at=timezone.now())
    audit_record(code="sensor.keys_revoked", subject=f"sensor:{sensor.pk}", tenant_id=sensor.tenant_id, count=revoked)
    return revoked


def heartbeat_record(*, tenant_id: int, sensor_id: int, report: dict[str, Any], offset_ms: int, now: datetime) -> None:
    """Store a box's report, inside its firm's scope: alive again, clock right or wrong, protection on or off."""
    sensor = Sensor.objects.select_for_update().get(tenant_id=tenant_id, pk=sensor_id)
    read = rules.report_read(report)
    changed: dict[str, Any] = {"last_seen_at": now, "heartbeat": read}
    networks = rules.networks_read(report.get("home_net"))
    if networks is not None:
        changed["home_net"] = networks
    changed |= protection_update(sensor=sensor, report=read, offset_ms=offset_ms, now=now)
    Sensor.objects.filter(tenant_id=tenant_id, pk=sensor_id).update(**changed)
    box = about_row(Sensor, sensor_id)
    if sensor.protecting_at is None:
        stall_close(sensor=sensor, now=now)
    attention_close(tenant_id=tenant_id, kind=Attention.Kind.BOX_SILENT, about=box, now=now)
    facts = {"name": sensor.name, "offset_ms": offset_ms}
    for kind, wrong in (
        (Attention.Kind.CLOCK_WRONG, rules.clock_is_wrong(offset_ms)),
        (Attention.Kind.DISK_FULL, rules.disk_is_full(read)),
    ):
        if wrong:
            attention_open(tenant_id=tenant_id, kind=kind, about=box, facts=facts, now=now)
        else:
            attention_close(tenant_id=tenant_id, kind=kind, about=box, now=now)
