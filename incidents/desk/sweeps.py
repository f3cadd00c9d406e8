"""Work of the desk that becomes due by time alone: unread ★★★, stalled installs, missed calls, mails of messages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from base.about import about_row
from incidents.core.targets import desk_hours
from incidents.desk import calls, doors
from incidents.desk.rules import RINGS_FOR, unread_since
from incidents.models import Case, CustomerMessage, Incident, IncidentReceipt
from incidents.states.incident import IncidentState
from notifications.doors import open_attentions
from notifications.links import page_url
from notifications.mail import mail_write
from notifications.models import Attention
from notifications.notices import notice_put
from notifications.services import attention_close, attention_open
from sensors.models import Sensor
from tenants.programme_settings import Setting, values_of
from tenants.selectors import enrolment_current, settings_at
from tenants.tenancy.scope import tenant_scope

KIND_MESSAGE = "case_message"  # a mail "there is a message of the desk"
_log = logging.getLogger(__name__)


def attentions_find(*, now: datetime, settings: tuple[Setting, ...]) -> int:
    """Ask the desk to look at unread ★★★ and stalled installs, close what settled itself. → newly asked.

    `settings`: unread_minutes, install_days and shipped_days of the programme, in force at `now`.
    """

    def unread(tenant_id: int, incident_id: int) -> bool:
        return _unread(tenant_id, incident_id, now, settings)

    def stalled(tenant_id: int, sensor_id: int) -> bool:
        return _stalled(tenant_id, sensor_id, now, settings)

    opened = _each(doors.unread_incidents(now), unread)
    opened += _each(doors.stalled_installs(now - timedelta(days=1)), stalled)
    _each(open_attentions("incident_unread"), lambda tenant_id, pk: _read_meanwhile(tenant_id, pk, now))
    _each(open_attentions("install_stalled"), lambda tenant_id, pk: _installed_meanwhile(tenant_id, pk, now))
    return opened


def calls_missed(*, now: datetime) -> int:
    """Calls that rang and were neither answered nor given up count as abandoned."""
    return _each(doors.unended_calls(now - RINGS_FOR), lambda _firm, pk: calls.call_missed(contact_id=pk, now=now))


def messages_announce(*, now: datetime) -> int:
    """Write the mails that announce a message of the desk. → how many mails."""
    return _each(doors.untold_messages(), lambda tenant_id, pk: _notify_firm(tenant_id, pk, now))


def _each(pairs: list[tuple[int, int]], act: Callable[[int, int], bool]) -> int:
    done = 0
    for tenant_id, row_id in pairs:
        try:
            with tenant_scope(tenant_id):
                done += act(tenant_id, row_id)
        except Exception:
            _log.exception("row %s of firm %s failed", row_id, tenant_id)
    return done


def _setting(tenant_id: int, key: str, now: datetime, settings: tuple[Setting, ...]) -> int:
    enrolment = enrolment_current(tenant_id=tenant_id)
    version = settings_at(programme_id=enrolment.programme_id, at=now) if enrolment else None
    return int(values_of(version, settings)[key])


def _unread(tenant_id: int, incident_id: int, now: datetime, settings: tuple[Setting, ...]) -> bool:
    incident = Incident.objects.get(pk=incident_id)
    minutes = _setting(tenant_id, "unread_minutes", now, settings)
    if unread_since(incident.opened_at, minutes, desk_hours(tenant_id=tenant_id, at=now)) > now:
        return False
    _attention, made = attention_open(
        tenant_id=tenant_id,
        kind=Attention.Kind.INCIDENT_UNREAD,
        about=about_row(Incident, incident_id),
        facts={"incident": incident_id, "number": incident.number},
        now=now,
    )
    return made


def _stalled(tenant_id: int, sensor_id: int, now: datetime, settings: tuple[Setting, ...]) -> bool:
    sensor = Sensor.objects.get(pk=sensor_id)
    key, begun = ("shipped_days", sensor.shipped_at) if sensor.shipped_at else ("install_days", sensor.created_at)
    if now - begun < timedelta(days=_setting(tenant_id, key, now, settings)):
        return False
    facts = {"sensor": sensor_id, "name": sensor.name, "state": sensor.state, "since": begun.isoformat()}
    _attention, made = attention_open(
        tenant_id=tenant_id,
        kind=Attention.Kind.INSTALL_STALLED,
        about=about_row(Sensor, sensor_id),
        facts=facts,
        now=now,
    )
    return made


def _read_meanwhile(tenant_id: int, incident_id: int, now: datetime) -> bool:
    incident = Incident.objects.get(pk=incident_id)
    receipts = IncidentReceipt.objects.filter(tenant_id=tenant_id, incident=incident)
    if incident.state == IncidentState.OPEN and not receipts.exists():
        return False
    return attention_close(
        tenant_id=tenant_id,
        kind=Attention.Kind.INCIDENT_UNREAD,
        about=about_row(Incident, incident_id),
        now=now,
    )


def _installed_meanwhile(tenant_id: int, sensor_id: int, now: datetime) -> bool:
    if Sensor.objects.get(pk=sensor_id).state not in (Sensor.State.ACTIVE, Sensor.State.RETIRED):
        return False
    return attention_close(
        tenant_id=tenant_id, kind=Attention.Kind.INSTALL_STALLED, about=about_row(Sensor, sensor_id), now=now
    )


def _notify_firm(tenant_id: int, message_id: int, now: datetime) -> bool:
    claimed = CustomerMessage.objects.filter(tenant_id=tenant_id, pk=message_id, told_at__isnull=True)
    if not claimed.update(told_at=now):
        return False
    message = CustomerMessage.objects.select_related("case").get(pk=message_id)
    case: Case = message.case
    url = page_url("desk:talk", case.number)
    context = {"case_number": case.number, "case_url": url}
    notice_put(
        tenant_id=tenant_id,
        key=f"case_message:{message_id}",
        kind=KIND_MESSAGE,
        about=about_row(CustomerMessage, message_id),
        write=lambda recipient, _key: mail_write(name=KIND_MESSAGE, recipient=recipient, context=context, link=url),
    )
    return True


__all__ = ["attentions_find", "calls_missed", "messages_announce"]
