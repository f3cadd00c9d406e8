"""Mails that remind a firm of its report of a leak: the first is due, a week to the last day, it is late."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from base.about import about_row
from incidents.breach.rules import Clock, Stage, clock, stage
from incidents.doors import owed_breaches
from incidents.models import BreachNote, Incident
from notifications.links import page_url
from notifications.mail import mail_write
from notifications.models import OutboxMessage
from notifications.notices import notice_put
from tenants.tenancy.scope import tenant_scope

KIND = "breach"
BEFORE_LAST = timedelta(days=7)
_log = logging.getLogger(__name__)


def breaches_remind(*, now: datetime) -> int:
    """Write one mail for each stage that is due. → how many mails."""
    done = 0
    for tenant_id, note_id in owed_breaches():
        try:
            with tenant_scope(tenant_id):
                done += _remind(tenant_id, note_id, localdate(now))
        except Exception:
            _log.exception("the reminder of note %s of firm %s failed", note_id, tenant_id)
    return done


def reminded_from(where: Stage, days: Clock) -> date | None:
    """The day from which a firm is reminded of a stage; None for stages without a reminder."""
    return {
        Stage.QUICK: days.quick_from,
        Stage.QUICK_LATE: days.quick_until,
        Stage.FINAL: days.final_until - BEFORE_LAST,
        Stage.FINAL_LATE: days.final_until,
    }.get(where)


def _remind(tenant_id: int, note_id: int, today: date) -> bool:
    note = BreachNote.objects.select_related("incident").get(pk=note_id)
    days = clock(note.aware_on, note.reasons)
    where = stage(days, quick_on=note.quick_on, final_on=note.final_on, today=today)
    begins = reminded_from(where, days) if days else None
    # The days are part of the key: whoever corrects the day of becoming aware is reminded by the new ones.
    key = f"breach:{note.incident.number}:{where}:{note.aware_on.isoformat()}"
    if days is None or begins is None or today < begins:
        return False
    if OutboxMessage.objects.filter(tenant_id=tenant_id, key=key).exists():
        return False
    first = where in (Stage.QUICK, Stage.QUICK_LATE)
    url = page_url("breach:page", note.incident.number)
    context = {
        "stage": where.value,
        "first": first,
        "until": days.quick_until if first else days.final_until,
        "breach_url": url,
    }
    notice_put(
        tenant_id=tenant_id,
        key=key,
        kind=KIND,
        about=about_row(Incident, note.incident_id),
        write=lambda recipient, _key: mail_write(name=KIND, recipient=recipient, context=context, link=url),
    )
    return True
