"""Keys of boxes after activation: changed without a gap, ended at once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from base.about import about_row
from notifications.models import Attention
from notifications.services import attention_close
from sensors.models import ActivationCode, Sensor, SensorKey
from sensors.services import sensor_key_revoke
from tenants.audit.record import audit_record

OLD_KEY_HOLDS = timedelta(days=7)


class KeyReused(Exception):
    """This key was a key of a box before."""


@dataclass(frozen=True)
class Rotated:
    """The new key, and how long the one that asked for it still holds."""

    key_id: UUID
    old_key_expires_at: datetime


def key_rotate(*, tenant_id: int, sensor_id: int, signing_key: UUID, public_key: bytes, now: datetime) -> Rotated:
    """Register a box's next key, inside its firm's scope: from now on it and the signing key hold, no other.

    Asked again with the same key the answer is the same: the first one may have been lost. Raises KeyReused.
    """
    Sensor.objects.select_for_update().get(tenant_id=tenant_id, pk=sensor_id)
    keys = SensorKey.objects.filter(tenant_id=tenant_id, sensor_id=sensor_id)
    old = keys.get(key_id=signing_key)
    known = keys.filter(public_key=public_key).first()
    if known is not None:
        if known.pk == old.pk or known.confirmed_at or known.revoked_at or old.expires_at is None:
            raise KeyReused
        return Rotated(known.key_id, old.expires_at)
    _holding(keys, now).exclude(pk=old.pk).update(revoked_at=now)
    old.expires_at = min(filter(None, (old.expires_at, now + OLD_KEY_HOLDS)))
    old.save(update_fields=["expires_at"])
    new = SensorKey.objects.create(tenant_id=tenant_id, sensor_id=sensor_id, key_id=uuid.uuid4(), public_key=public_key)
    audit_record(code="sensor.key_rotated", subject=f"sensor:{sensor_id}", tenant_id=tenant_id, key_id=str(new.key_id))
    return Rotated(new.key_id, old.expires_at)


def key_confirm(*, tenant_id: int, sensor_id: int, key_id: UUID, now: datetime) -> bool:
    """The box used this key, inside its firm's scope: at its first use the older keys end. True then."""
    keys = SensorKey.objects.filter(tenant_id=tenant_id, sensor_id=sensor_id)
    if not keys.filter(key_id=key_id, confirmed_at__isnull=True).update(confirmed_at=now):
        return False
    ended = _holding(keys, now).exclude(key_id=key_id).filter(expires_at__isnull=False).update(revoked_at=now)
    if ended:
        audit_record(
            code="sensor.key_confirmed", subject=f"sensor:{sensor_id}", tenant_id=tenant_id, key_id=str(key_id)
        )
    return bool(ended)


def keys_holding(*, tenant_id: int, sensor_id: int) -> list[SensorKey]:
    """The keys a box may sign with now, oldest first."""
    keys = SensorKey.objects.filter(tenant_id=tenant_id, sensor_id=sensor_id)
    return list(_holding(keys, timezone.now()).order_by("pk"))


def _holding(keys: QuerySet[SensorKey], now: datetime) -> QuerySet[SensorKey]:
    return keys.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), revoked_at__isnull=True)


def sensor_retire(*, sensor: Sensor, reason: str) -> None:
    """Take a lost, broken or returned box out of use: from now on its requests are refused and no code revives it."""
    now = timezone.now()
    Sensor.objects.filter(tenant_id=sensor.tenant_id, pk=sensor.pk).update(state=Sensor.State.RETIRED)
    sensor.state = Sensor.State.RETIRED
    sensor_key_revoke(sensor=sensor)
    codes = ActivationCode.objects.filter(tenant_id=sensor.tenant_id, sensor_id=sensor.pk, used_at__isnull=True)
    codes.filter(expires_at__gt=now).update(expires_at=now)
    for kind in (Attention.Kind.BOX_SILENT, Attention.Kind.CLOCK_WRONG, Attention.Kind.DISK_FULL):
        attention_close(tenant_id=sensor.tenant_id, kind=kind, about=about_row(Sensor, sensor.pk), now=now)
    audit_record(code="sensor.retired", subject=f"sensor:{sensor.pk}", tenant_id=sensor.tenant_id, reason=reason)
