"""The link in a mail by which a firm has its box cut off an incident's machine: signed, no log-in, one incident only.

It only cuts off: to bring a machine back, somebody logs in or phones, because the mail may lie on the infected machine.
It names the mail it stands in, so that the trail says whose mail was used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core import signing

from notifications.links import page_url
from web.addresses import published

SALT: Final = "incidents.isolation"
HOLDS: Final = timedelta(days=14)


@dataclass(frozen=True)
class IsolationLink:
    """What a link is about: the incident, and the mail of the firm (its key) in which it was sent."""

    tenant_id: int
    incident_id: int
    mail_key: str


def isolation_token(link: IsolationLink) -> str:
    """What the address carries."""
    return signing.dumps([link.tenant_id, link.incident_id, link.mail_key], salt=SALT)


def isolation_url(link: IsolationLink) -> str:
    """Absolute address of the page, for a mail."""
    return page_url(published("isolation_by_mail"), isolation_token(link))


def isolation_link_read(token: str) -> IsolationLink | None:
    """None when the token is not ours or older than two weeks."""
    try:
        tenant_id, incident_id, mail_key = signing.loads(token, salt=SALT, max_age=HOLDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return IsolationLink(int(tenant_id), int(incident_id), str(mail_key))
