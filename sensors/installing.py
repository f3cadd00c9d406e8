"""The way of a box to its firm: prepared, shipped, arrived, first contact, protecting."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from base.about import about_row
from base.moves import before
from base.refusals import Refusal
from notifications.models import Attention
from notifications.services import attention_close
from sensors.models import InspectionConsent, Sensor
from sensors.states import SENSOR_MOVES
from tenants.audit.record import audit_record
from tenants.models import User

# Version of the words people agree to before a box inspects; raised when they change.
CONSENT_VERSION = 1
State = Sensor.State


class StepRefused(Refusal):
    """The box is past this step, or on its way back."""


def sensor_ship(*, sensor: Sensor, now: datetime) -> None:
    """Record that the box is on its way to the firm. Raises StepRefused unless it was being prepared."""
    rows = _box(sensor).filter(state__in=before(SENSOR_MOVES, State.SHIPPED))
    if not rows.update(state=State.SHIPPED, shipped_at=now):
        raise StepRefused
    audit_record(code="sensor.shipped", subject=f"sensor:{sensor.pk}", tenant_id=sensor.tenant_id)


def sensor_arrive(*, sensor: Sensor, now: datetime) -> bool:
    """Record that the firm has the box; the first date stays. → whether that was news.

    Raises StepRefused for a box that was given back.
    """
    if _box(sensor).filter(state=State.RETIRED).exists():
        raise StepRefused
    is_news = _box(sensor).filter(arrived_at__isnull=True).update(arrived_at=now) > 0
    if is_news:
        _box(sensor).filter(state__in=before(SENSOR_MOVES, State.ARRIVED)).update(state=State.ARRIVED)
        audit_record(code="sensor.arrived", subject=f"sensor:{sensor.pk}", tenant_id=sensor.tenant_id)
    return is_news


def stall_close(*, sensor: Sensor, now: datetime) -> None:
    """The box reported: close the request to ask where it is. Background work of the firm."""
    kind = Attention.Kind.INSTALL_STALLED
    attention_close(tenant_id=sensor.tenant_id, kind=kind, about=about_row(Sensor, sensor.pk), now=now)


def consent_current(*, tenant_id: int) -> InspectionConsent | None:
    """The firm's consent to today's words, None when there is none."""
    given: InspectionConsent | None = InspectionConsent.objects.filter(
        tenant_id=tenant_id, version=CONSENT_VERSION, ended_at__isnull=True
    ).first()
    return given


def consent_give(*, tenant_id: int, by: User, now: datetime) -> InspectionConsent:
    """Agree to today's words; agreeing again changes nothing."""
    given: InspectionConsent
    given, made = InspectionConsent.objects.get_or_create(
        tenant_id=tenant_id, version=CONSENT_VERSION, ended_at=None, defaults={"given_at": now, "given_by": by}
    )
    if made:
        audit_record(code="inspection.agreed", subject="inspection", tenant_id=tenant_id, version=CONSENT_VERSION)
    return given


def consenting(*, tenant_ids: list[int]) -> set[int]:
    """The firms among these that agreed to today's words."""
    rows = InspectionConsent.objects.filter(tenant_id__in=tenant_ids, version=CONSENT_VERSION, ended_at__isnull=True)
    return set(rows.values_list("tenant_id", flat=True))


def _box(sensor: Sensor) -> QuerySet[Sensor]:
    return Sensor.objects.filter(tenant_id=sensor.tenant_id, pk=sensor.pk)
