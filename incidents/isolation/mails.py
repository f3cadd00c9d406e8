"""The mails about isolations: staff ask the firm to agree; a machine was cut off by the firm's consent for nights."""

from __future__ import annotations

from datetime import datetime

from base.about import about_row
from base.moves import Party
from incidents.core.isolation_links import IsolationLink, isolation_url
from incidents.isolation.wording import PARTIES
from incidents.models import Incident
from notifications.delivery import KIND_INCIDENT
from notifications.links import page_url
from notifications.mail import Recipient, Written, mail_write
from notifications.notices import notice_put
from sensors.models import Isolation
from web.addresses import published

IMPORTANCE = 3


def isolation_mail_put(*, isolation: Isolation, step: str, now: datetime) -> None:
    """Put the mail a step is worth into the outbox, once; most are worth none. Needs the firm's own scope."""
    asks = step == "wished" and isolation.wished_party != Party.FIRM and isolation.consented_at is None
    done = step == "applied" and isolation.consent_way == Isolation.Way.NIGHT
    if not (asks or done):
        return
    notice_put(
        tenant_id=isolation.tenant_id,
        key=f"isolation:{isolation.pk}:{step}",
        kind=KIND_INCIDENT,
        about=about_row(Isolation, isolation.pk),
        write=lambda recipient, key: _words(recipient, key, isolation, asks=asks),
        grade=IMPORTANCE,
    )


def _words(recipient: Recipient, key: str, isolation: Isolation, *, asks: bool) -> Written:
    agree_url = _agree_url(isolation, key) if asks else ""
    machine_url = page_url(published("isolation_machine"), isolation.device_id)
    return mail_write(
        name="isolation",
        recipient=recipient,
        context={
            "isolation": isolation,
            "asks": asks,
            "who": PARTIES.get(isolation.wished_party, ""),
            "devices": [{"ip": isolation.device.last_ip, "mac": isolation.mac, "called": isolation.device.called}],
            "agree_url": agree_url,
            "machine_url": machine_url,
            "importance": IMPORTANCE,
        },
        kind=KIND_INCIDENT,
        link=agree_url or machine_url,
    )


def _agree_url(isolation: Isolation, key: str) -> str:
    """Without an incident there is no link: the firm logs in."""
    rows = Incident.objects.filter(tenant_id=isolation.tenant_id, number=isolation.incident_number or 0)
    incident: Incident | None = rows.first()
    return isolation_url(IsolationLink(isolation.tenant_id, incident.pk, key)) if incident is not None else ""
