"""The link in a report's mail behind which a firm says how satisfied it is: signed, no log-in, about one report only.

It names the mail it stands in, so that the message is known to be answered while no address stands in the address bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core import signing

from base.refusals import Refusal
from notifications.links import page_url

SALT: Final = "reports.opinion"
HOLDS: Final = timedelta(days=60)


@dataclass(frozen=True)
class OpinionLink:
    """What a link is about: the report, and the mail of the firm (its key) in which it was sent."""

    tenant_id: int
    report_id: int
    mail_key: str


class LinkUnreadable(Refusal):
    """Cut, altered, or not ours."""


class LinkExpired(Refusal):
    """Ours, but older than HOLDS."""


def opinion_url(link: OpinionLink, opinion: str = "") -> str:
    """Absolute address of the page, for a mail; `opinion`: the step that the page offers first."""
    token = signing.dumps([link.tenant_id, link.report_id, link.mail_key], salt=SALT)
    return page_url("reports:opinion_by_mail", token) + (f"?opinion={opinion}" if opinion else "")


def opinion_read(token: str) -> OpinionLink:
    """What a link is about. Raises LinkUnreadable, LinkExpired."""
    try:
        tenant_id, report_id, mail_key = signing.loads(token, salt=SALT, max_age=HOLDS)
        return OpinionLink(int(tenant_id), int(report_id), str(mail_key))
    except signing.SignatureExpired:
        raise LinkExpired(token[:20]) from None
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkUnreadable(token[:20]) from None
