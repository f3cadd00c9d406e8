"""How people reach a programme's call centre. Its opening hours have one source: the programme's settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import get_language, gettext

from tenants.models import Programme
from tenants.selectors import settings_at

# OSK 4.3.2; as `notifications.hours` reads them.
PHONE_HOURS: Final = "月-金 9:00-18:00"
_DAYS_EN: Final = {
    "月": "Mon",
    "火": "Tue",
    "水": "Wed",
    "木": "Thu",
    "金": "Fri",
    "土": "Sat",
    "日": "Sun",
    "平日": "weekdays",
    "毎日": "every day",
    "祝": "holidays",
    "年末年始": "Dec 29 – Jan 3",
}
_DAY: Final = re.compile("|".join(sorted(_DAYS_EN, key=len, reverse=True)))


@dataclass(frozen=True)
class DeskContact:
    """Name, phone, mail address, and when the phone is answered, in the words of the language in use."""

    name: str
    phone: str
    hours: str
    email: str


def desk_contact(programme: Programme, at: datetime | None = None) -> DeskContact:
    """The programme's call centre, with the hours of the settings in force at `at` (now)."""
    hours = hours_shown(phone_hours(programme, at or timezone.now()))
    return DeskContact(programme.desk_name, programme.desk_phone, hours, programme.desk_email)


def phone_hours(programme: Programme, at: datetime) -> str:
    """When the phone is answered, in the words of the setting in force at `at`."""
    version = settings_at(programme_id=programme.pk, at=at)
    return str((version.values if version else {}).get("phone_hours", PHONE_HOURS))


def hours_are_set(programme: Programme, at: datetime) -> bool:
    """Whether somebody has decided when the phone is answered; until then firms read PHONE_HOURS."""
    version = settings_at(programme_id=programme.pk, at=at)
    return bool(version and version.values.get("phone_hours"))


def hours_shown(words: str) -> str:
    """`月〜金 9:00〜18:00(祝日・年末年始を除く)` from the words of the setting."""
    exceptions = [
        text
        for sign, text in (("祝", gettext("祝日")), ("年末年始", gettext("年末年始")))
        if sign not in words and not (sign == "祝" and "毎日" in words)
    ]
    shown = words.replace("-", "–" if _english() else "〜")
    if _english():
        shown = _DAY.sub(lambda day: _DAYS_EN[day[0]], shown).replace("、", ", ").replace("・", ", ")
    if not exceptions:
        return shown
    return gettext("%(hours)s(%(days)sを除く)") % {"hours": shown, "days": gettext("・").join(exceptions)}


def _english() -> bool:
    return (get_language() or "ja").startswith("en")
