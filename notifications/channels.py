"""The opening hours of each channel of a programme: defaults as OSK ran it, changed by the office in its settings."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext, gettext_lazy

from notifications.hours import FARTHEST, BusinessHours, HoursUnreadable, NeverOpen, hours_read
from tenants.desk_contact import PHONE_HOURS
from tenants.programme_settings import Setting, values_of
from tenants.selectors import enrolment_current, settings_at


class Channel(StrEnum):
    """Ways to reach the programme that have hours of their own (OSK 4.3.2, KMM 2.5)."""

    PHONE = "phone"
    MAIL = "mail"
    VISIT = "visit"
    OFFICE = "office"


def _check_hours(words: object) -> str:
    try:
        return hours_read(str(words)).words
    except HoursUnreadable as problem:
        raise ValueError(
            gettext("「%(part)s」が読めません。「月-金 9:00-18:00、土 9:00-12:00」のように書いてください。")
            % {"part": problem}
        ) from problem


def _check_days(words: object) -> str:
    try:
        return " ".join(day.isoformat() for day in sorted(_days(str(words))))
    except ValueError as problem:
        raise ValueError(gettext("日付は「2026-08-13 2026-08-14」のように書いてください。")) from problem


def _days(words: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(word) for word in re.split(r"[\s、,]+", words) if word)


_HINT = gettext_lazy("例「月-金 9:00-18:00」。祝日は「祝」、12月29日〜1月3日は「年末年始」と書いた日だけ開きます。")
SETTINGS = (
    Setting("phone_hours", gettext_lazy("相談窓口の電話の受付時間"), _HINT, PHONE_HOURS, check=_check_hours),
    Setting("mail_hours", gettext_lazy("メールの受付時間"), _HINT, "毎日・年末年始 0:00-24:00", check=_check_hours),
    Setting("visit_hours", gettext_lazy("訪問できる時間"), _HINT, "月-金 9:00-17:00", check=_check_hours),
    Setting("office_hours", gettext_lazy("事務局の受付時間"), _HINT, "月-金 9:00-17:00", check=_check_hours),
    Setting(
        "closed_days",
        gettext_lazy("ほかに休む日"),
        gettext_lazy("夏休みなど。メールのほかはこの日は閉まります。例「2026-08-13 2026-08-14」"),
        "",
        check=_check_days,
    ),
)


def programme_hours(*, programme_id: int, channel: Channel | str, at: datetime) -> BusinessHours:
    """Hours of a programme's channel by the settings in force at `at`."""
    values = values_of(settings_at(programme_id=programme_id, at=at), SETTINGS)
    closed = frozenset() if channel == Channel.MAIL else _days(values["closed_days"])
    return hours_read(values[f"{Channel(channel)}_hours"], closed)


def firm_hours(*, tenant_id: int, channel: Channel | str, at: datetime) -> BusinessHours:
    """The same for the programme a firm takes part in; the defaults when it never joined one."""
    enrolment = enrolment_current(tenant_id=tenant_id)
    if enrolment is None:
        return hours_read(next(s.default for s in SETTINGS if s.key == f"{Channel(channel)}_hours"))
    return programme_hours(programme_id=enrolment.programme_id, channel=channel, at=at)


def opens_at(hours: BusinessHours, now: datetime) -> datetime | None:
    """When somebody answers next; None while the channel is open. What page, mail and the desk's clock all say."""
    if hours.is_open(now):
        return None
    try:
        return hours.next_opening(now)
    except NeverOpen:  # closed by hand for longer than anybody looks ahead
        return now + timedelta(days=FARTHEST)
