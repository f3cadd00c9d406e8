"""The call centre as people need it now: its number, its hours, and when somebody answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from notifications.channels import Channel, opens_at, programme_hours
from tenants.desk_contact import DeskContact, hours_shown
from tenants.models import Organisation, Programme
from tenants.selectors import enrolment_current


@dataclass(frozen=True)
class DeskNow(DeskContact):
    """The call centre, and when somebody answers next; None while the phone is open."""

    opens_at: datetime | None


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
    return DeskNow(programme.desk_name, programme.desk_phone, shown, programme.desk_email, opens_at(hours, now))
