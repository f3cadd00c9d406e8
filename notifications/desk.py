"""The call centre as people need it now: its number, its hours, and when somebody answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from notifications.channels import Channel, opens_at, programme_hours
from notifications.hours import BusinessHours
from tenants.desk_contact import DeskContact, hours_shown
from tenants.models import Organisation, Programme
from tenants.selectors import enrolment_current
from web.jst import JST


@dataclass(frozen=True)
class DeskNow(DeskContact):
    """The call centre, when somebody answers next (None while the phone is open), and when today, in words."""

    opens_at: datetime | None
    today: str


def desk_now(organisation: Organisation) -> DeskNow | None:
    """The call centre of the programme an organisation belongs to; None when it belongs to none."""
    if organisation.kind == Organisation.Kind.SME:
        enrolment = enrolment_current(tenant_id=organisation.pk)
        programme = enrolment.programme if enrolment else None
    else:
        of_partner = Q(office=organisation) | Q(partners__organisation=organisation)
        programme = Programme.objects.filter(of_partner).order_by("pk").first()
    if programme is None:
        return None
    now = timezone.now()
    hours = programme_hours(programme_id=programme.pk, channel=Channel.PHONE, at=now)
    shown = hours_shown(hours.words)
    return DeskNow(
        name=programme.desk_name,
        phone=programme.desk_phone,
        hours=shown,
        email=programme.desk_email,
        opens_at=opens_at(hours, now),
        today=today_words(hours, now),
    )


def today_words(hours: BusinessHours, now: datetime) -> str:
    """`9:00〜12:00、13:00〜18:00`, or that nobody answers today (JST)."""
    day = now.astimezone(JST).date()
    spans = [
        gettext("%(opens)s〜%(closes)s") % {"opens": _clock(opens, day), "closes": _clock(closes, day)}
        for opens, closes in hours.on(day)
    ]
    return gettext("、").join(spans) if spans else gettext("お休み")


def _clock(moment: datetime, day: date) -> str:
    """A time of the day; its end is 24:00."""
    return f"{moment:%-H:%M}" if moment.date() == day else "24:00"
