"""Boxes that stopped speaking: after the programme's `silent_hours` a person phones the firm (KMM 3.8 (2)).

No incident by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from base.about import about_row
from notifications.doors import open_attentions
from notifications.models import Attention
from notifications.services import attention_close, attention_open
from sensors.models import Sensor
from sensors.settings import SETTINGS, SILENT_HOURS, box_settings
from tenants.models import Enrolment, Programme
from tenants.programme_settings import values_of
from tenants.selectors import settings_at
from tenants.tenancy.scope import tenant_scope

# The shortest a programme may set (sensors.settings): who is asked about is decided firm by firm.
_SHORTEST = timedelta(hours=1)


def sensor_silence_check(*, now: datetime) -> int:
    """Ask a person about every box silent for too long; withdraw it when the box spoke again. → newly asked."""
    _close_settled(now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, sensor_id FROM sec.silent_sensors(%s)", [now - _SHORTEST])
        silent = list(cursor.fetchall())
    return sum(_ask(tenant_id, sensor_id, now) for tenant_id, sensor_id in silent)


def silent_after(*, tenant_id: int, at: datetime) -> timedelta:
    """How long a firm's box may say nothing before it counts as silent."""
    return timedelta(hours=box_settings(tenant_id=tenant_id, at=at)["silent_hours"])


def silence_by_firm(*, tenant_ids: Iterable[int], at: datetime) -> dict[int, timedelta]:
    """The same for several firms at once."""
    firms = set(tenant_ids)
    rows = Enrolment.objects.filter(tenant_id__in=firms).order_by("contract_start")
    programmes: dict[int, int] = dict(rows.values_list("tenant_id", "programme_id"))
    lengths = {programme: _of_programme(programme, at) for programme in set(programmes.values())}
    usual = timedelta(hours=SILENT_HOURS)
    return {firm: lengths[programmes[firm]] if firm in programmes else usual for firm in firms}


def silent_boxes(*, at: datetime) -> Q:
    """Boxes that have said nothing for longer than their programme allows.

    Two conditions: the hour of the last report, which an index has, then the exact time by each box's programme.
    """
    usual = timedelta(hours=SILENT_HOURS)
    other = {
        pk: length
        for pk in Programme.objects.values_list("pk", flat=True)
        if (length := _of_programme(pk, at)) != usual
    }
    silent = _since(at - usual)
    for programme, length in other.items():
        taking_part = Exists(Enrolment.objects.filter(programme_id=programme, tenant_id=OuterRef("tenant_id")))
        silent = Q(taking_part) & _since(at - length) | ~Q(taking_part) & silent
    return Q(seen_hour__lte=seen_hour(at - min([usual, *other.values()]))) & silent


def seen_hour(at: datetime) -> int:
    """The hour of a time, as Sensor.seen_hour counts them."""
    return int(at.timestamp() // 3600)


def _since(moment: datetime) -> Q:
    return Q(last_seen_at__isnull=True) | Q(last_seen_at__lt=moment)


def _of_programme(programme_id: int, at: datetime) -> timedelta:
    return timedelta(hours=values_of(settings_at(programme_id=programme_id, at=at), SETTINGS)["silent_hours"])


def _ask(tenant_id: int, sensor_id: int, now: datetime) -> bool:
    with tenant_scope(tenant_id):
        sensor = Sensor.objects.get(pk=sensor_id)
        last_seen = sensor.last_seen_at
        if last_seen is not None and last_seen >= now - silent_after(tenant_id=tenant_id, at=now):
            return False
        facts = {"name": sensor.name, "last_seen_at": last_seen.isoformat() if last_seen else None}
        _row, opened = attention_open(
            tenant_id=tenant_id,
            kind=Attention.Kind.BOX_SILENT,
            about=about_row(Sensor, sensor_id),
            facts=facts,
            now=now,
        )
    return opened


def _close_settled(now: datetime) -> None:
    for tenant_id, sensor_id in open_attentions(Attention.Kind.BOX_SILENT):
        with tenant_scope(tenant_id):
            attention = Attention.objects.filter(
                tenant_id=tenant_id, kind=Attention.Kind.BOX_SILENT, about_id=sensor_id, closed_at__isnull=True
            ).first()
            sensor = Sensor.objects.filter(pk=sensor_id).first()
            if attention is not None and _settled(sensor, attention):
                attention_close(
                    tenant_id=tenant_id, kind=Attention.Kind.BOX_SILENT, about=about_row(Sensor, sensor_id), now=now
                )


def _settled(sensor: Sensor | None, attention: Attention) -> bool:
    if sensor is None or sensor.state != Sensor.State.ACTIVE:
        return True
    return sensor.last_seen_at is not None and sensor.last_seen_at > attention.opened_at
