"""The link in a ★★★ mail behind which a firm books a call: signed, no log-in, about one incident only."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.core import signing

from incidents.models import Incident
from notifications.links import page_url

SALT: Final = "incidents.crisis.call"
HOLDS: Final = timedelta(days=14)


def call_token(incident: Incident) -> str:
    """What the link carries."""
    return signing.dumps([incident.tenant_id, incident.pk], salt=SALT)


def call_url(incident: Incident) -> str:
    """Absolute address of the page."""
    return page_url("portal:call_book", call_token(incident))


def call_read(token: str) -> tuple[int, int] | None:
    """(tenant_id, incident_id) of a token; None when it is not ours or older than two weeks."""
    try:
        tenant_id, incident_id = signing.loads(token, salt=SALT, max_age=HOLDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(tenant_id), int(incident_id)
