"""The link in a mail behind which a firm answers what it did about a notice: signed, no log-in, about one notice only.

It names the mail it stands in, so an answer says whose mail it came from while the address stands in no address bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core import signing

from base.refusals import Refusal
from notifications.links import page_url
from web.addresses import published

SALT: Final = "alerts.answer"
HOLDS: Final = timedelta(days=30)


@dataclass(frozen=True)
class AnswerLink:
    """What a link is about: the notice, and the mail of the firm (its key) in which it was sent."""

    tenant_id: int
    group_id: int
    mail_key: str


class LinkUnreadable(Refusal):
    """Cut, altered, or not ours."""


class LinkExpired(Refusal):
    """Ours, but older than HOLDS. `link` is what it was about."""

    def __init__(self, link: AnswerLink) -> None:
        super().__init__("expired")
        self.link = link


def answer_token(link: AnswerLink) -> str:
    """What the address carries."""
    return signing.dumps([link.tenant_id, link.group_id, link.mail_key], salt=SALT)


def answer_url(link: AnswerLink) -> str:
    """Absolute address of the page, for a mail."""
    return page_url(published("answer_by_mail"), answer_token(link))


def answer_read(token: str) -> AnswerLink:
    """What a link is about. Raises LinkUnreadable, LinkExpired."""
    try:
        return _read(token, HOLDS)
    except signing.SignatureExpired:
        raise LinkExpired(_read(token, None)) from None
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkUnreadable(token[:20]) from None


def _read(token: str, max_age: timedelta | None) -> AnswerLink:
    tenant_id, group_id, mail_key = signing.loads(token, salt=SALT, max_age=max_age)
    return AnswerLink(int(tenant_id), int(group_id), str(mail_key))
