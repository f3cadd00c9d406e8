"""The link in a ★★★ mail behind which a firm books a call: signed, no log-in, about one incident only, good once.

It carries the booking that held when it was made; as soon as another one holds, it books nothing any more. Whoever
finds it in an old mail or a log cannot move the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core import signing

from incidents.core.selectors import booking_of
from incidents.models import Incident
from notifications.links import page_url

SALT: Final = "incidents.crisis.call"
HOLDS: Final = timedelta(days=14)


@dataclass(frozen=True)
class CallLink:
    """What a link is about; `booking_id` 0: nothing was booked when it was made."""

    tenant_id: int
    incident_id: int
    booking_id: int


def call_token(incident: Incident) -> str:
    """What the link carries. Needs the firm's open scope."""
    held = booking_of(incident)
    return signing.dumps([incident.tenant_id, incident.pk, held.pk if held else 0], salt=SALT)


def call_url(incident: Incident) -> str:
    """Absolute address of the page."""
    return page_url("crisis:call_book", call_token(incident))


def call_read(token: str) -> CallLink | None:
    """None when the token is not ours or older than two weeks."""
    try:
        tenant_id, incident_id, booking_id = signing.loads(token, salt=SALT, max_age=HOLDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return CallLink(int(tenant_id), int(incident_id), int(booking_id))
