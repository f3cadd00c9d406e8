"""The desk's clock of a firm, or of a programme for callers of no firm: its hours and its targets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from incidents.core.rules import DEFAULT_TARGETS, Targets, due_from
from notifications.channels import Channel, firm_hours, programme_hours
from notifications.hours import BusinessHours
from tenants.models import Programme
from tenants.programme_settings import Setting, values_of
from tenants.selectors import enrolment_current, settings_at

_HINT = gettext_lazy("電話の受付時間で数えます。受付時間の外に届いたものは、次の受付時間の始めから数えます。")


def _setting(key: str, label: Any, length: timedelta) -> Setting:
    minutes = int(length.total_seconds() // 60)
    return Setting(key, label, _HINT, default=minutes, least=5, most=10_080, unit=gettext_lazy("分"))


_BY_IMPORTANCE = ("target_none_minutes", "target_low_minutes", "target_medium_minutes", "target_high_minutes")
SETTINGS = (
    _setting(
        "target_high_minutes",
        gettext_lazy("重要度 高(★★★)に相談窓口が対応を始める目標"),
        DEFAULT_TARGETS.by_importance[3],
    ),
    _setting(
        "target_medium_minutes",
        gettext_lazy("重要度 中(★★☆)に相談窓口が対応を始める目標"),
        DEFAULT_TARGETS.by_importance[2],
    ),
    _setting(
        "target_low_minutes",
        gettext_lazy("重要度 低(★☆☆)に相談窓口が対応を始める目標"),
        DEFAULT_TARGETS.by_importance[1],
    ),
    _setting(
        "target_none_minutes",
        gettext_lazy("ほかの用件に相談窓口が対応を始める目標"),
        DEFAULT_TARGETS.by_importance[0],
    ),
    _setting("remind_minutes", gettext_lazy("会社の返事がないとき、もう一度聞くまでの時間"), DEFAULT_TARGETS.remind),
    _setting(
        "answer_minutes", gettext_lazy("引き継ぎ先の返事がないとき、もう一度聞くまでの時間"), DEFAULT_TARGETS.answer
    ),
)


def desk_hours(*, tenant_id: int, at: datetime) -> BusinessHours:
    """When the desk's phone is open for a firm; `tenant_id` of an office: for its programme."""
    programme = _programme_of_office(tenant_id)
    if programme is not None:
        return programme_hours(programme_id=programme, channel=Channel.PHONE, at=at)
    return firm_hours(tenant_id=tenant_id, channel=Channel.PHONE, at=at)


def desk_targets(*, tenant_id: int, at: datetime) -> Targets:
    """How soon the desk should act, by the settings in force at `at`."""
    programme = _programme_of_office(tenant_id)
    if programme is None:
        enrolment = enrolment_current(tenant_id=tenant_id)
        programme = enrolment.programme_id if enrolment is not None else None
    version = settings_at(programme_id=programme, at=at) if programme is not None else None
    minutes = {key: timedelta(minutes=value) for key, value in values_of(version, SETTINGS).items()}
    none, low, medium, high = (minutes[key] for key in _BY_IMPORTANCE)
    return Targets((none, low, medium, high), minutes["remind_minutes"], minutes["answer_minutes"])


def desk_due(*, tenant_id: int, importance: int, at: datetime) -> datetime:
    """Until when the desk should act on something of this importance (0–3) that came at `at`."""
    hours, targets = desk_hours(tenant_id=tenant_id, at=at), desk_targets(tenant_id=tenant_id, at=at)
    return due_from(importance, at, hours, targets)


def _programme_of_office(tenant_id: int) -> int | None:
    programme_id: int | None = (
        Programme.objects.filter(office_id=tenant_id).order_by("pk").values_list("pk", flat=True).first()
    )
    return programme_id
