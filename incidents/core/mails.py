"""The mail that goes out at once for a ★★★ incident (OSK 表3-7, 3.4.3)."""

from __future__ import annotations

from django.utils import timezone

from alerts.answer_links import AnswerLink, answer_url
from alerts.kinds import explain_group, group_name
from alerts.models import AlertGroup
from base.about import about_row
from incidents.core.call_links import call_url
from incidents.core.isolation_links import IsolationLink, isolation_url
from incidents.core.targets import desk_hours
from incidents.models import Incident
from notifications.channels import opens_at
from notifications.delivery import KIND_INCIDENT
from notifications.links import page_url
from notifications.mail import Recipient, Written, mail_write
from notifications.notices import notice_put
from sensors.devices import device_by_mac, names_given
from sensors.isolating import why_not
from tenants.selectors import settings_at
from web.addresses import published


def incident_mail_put(*, incident: Incident, group: AlertGroup, times: int = 0) -> None:
    """Put the mails into the outbox; `times`: how often this incident was mailed to the firm before."""
    notice_put(
        tenant_id=incident.tenant_id,
        key=f"incident:{incident.number}:opened" + (f":{times + 1}" if times else ""),
        kind=KIND_INCIDENT,
        about=about_row(Incident, incident.pk),
        write=lambda recipient, key: _words(recipient, key, incident, group),
        grade=incident.grade,
    )


def _words(recipient: Recipient, key: str, incident: Incident, group: AlertGroup) -> Written:
    version = settings_at(programme_id=recipient.programme.pk, at=incident.opened_at)
    explanation = explain_group(group, recipient.language, version.values if version else None)
    names = names_given([(group.tenant_id, group.sensor_id, group.asset_mac)])
    called = names.get((group.sensor_id, group.asset_mac), "")
    now = timezone.now()
    link = answer_url(AnswerLink(incident.tenant_id, group.pk, key))
    return mail_write(
        name="incident",
        recipient=recipient,
        context={
            "incident": incident,
            "group": group,
            "name": group_name(group, recipient.language),
            "counts": {
                "count": group.alert_count,
                "blocked": group.blocked_count,
                "passed": group.alert_count - group.blocked_count,
            },
            "devices": [{"ip": group.asset_ip, "mac": group.asset_mac, "called": called}],
            "explanation": explanation,
            "importance": incident.grade,
            "opens_at": opens_at(desk_hours(tenant_id=incident.tenant_id, at=now), now),
            "call_url": call_url(incident),
            "answer_url": link,
            "which_url": page_url(published("alert_which"), group.pk) if group.asset_mac else "",
            "isolate_url": _isolate_url(incident, group, key),
            "incident_url": page_url(published("incident"), incident.number),
        },
        link=link,
    )


def _isolate_url(incident: Incident, group: AlertGroup, key: str) -> str:
    """Where the firm has the machine cut off; "" when its box cannot do that."""
    device = device_by_mac(tenant_id=group.tenant_id, sensor_id=group.sensor_id, mac=group.asset_mac)
    if device is None or why_not(device, group.sensor) is not None:
        return ""
    return isolation_url(IsolationLink(incident.tenant_id, incident.pk, key))
