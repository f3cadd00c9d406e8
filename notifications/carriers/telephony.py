"""SMS and voice calls through a provider: what the platform asks of one, and one real way, Twilio's REST API.

Sources: Twilio "Messages resource: create" and "Calls resource: create" (API 2010-04-01), "TwiML Voice: Say". The base
address is a setting (`TELEPHONY_API_URL`), because others speak the same. What the provider accepts, it delivers by
itself; it is not asked afterwards.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from django.conf import settings

from notifications.carriers.chat import FORM
from notifications.carriers.request import Notice, Post

LONGEST_SMS: Final = 600  # characters; Japanese carriers take 660
_VOICES: Final = {"ja": "ja-JP", "en": "en-US"}


class Telephony(Protocol):
    """A provider. Both give the request that has it done; `number` is E.164."""

    def sms(self, number: str, text: str) -> Post:
        """A short message."""

    def call(self, number: str, text: str, language: str) -> Post:
        """A call in which the text is spoken twice."""


@dataclass(frozen=True)
class TwilioApi:
    """Twilio's REST API, or one that speaks it. `sender`: a number in E.164 that may send and call."""

    base: str
    account: str
    secret: str
    sender: str

    def sms(self, number: str, text: str) -> Post:
        """POST …/Messages.json."""
        return self._post("Messages", {"To": number, "From": self.sender, "Body": text[:LONGEST_SMS]})

    def call(self, number: str, text: str, language: str) -> Post:
        """POST …/Calls.json with its TwiML."""
        spoken = f'<Say language="{_VOICES.get(language, "ja-JP")}">{escape(text)}</Say>'
        twiml = f'<Response>{spoken}<Pause length="1"/>{spoken}</Response>'
        return self._post("Calls", {"To": number, "From": self.sender, "Twiml": twiml})

    def _post(self, resource: str, form: dict[str, str]) -> Post:
        mark = base64.b64encode(f"{self.account}:{self.secret}".encode()).decode()
        return Post(
            f"{self.base}/2010-04-01/Accounts/{quote(self.account, safe='')}/{resource}.json",
            {"Content-Type": FORM, "Authorization": f"Basic {mark}", "Accept": "application/json"},
            urlencode(form).encode(),
        )


def provider() -> Telephony | None:
    """The provider of this installation; None while none is set up, and no telephone is offered."""
    if not (settings.TELEPHONY_ACCOUNT and settings.TELEPHONY_SECRET and settings.TELEPHONY_SENDER):
        return None
    return TwilioApi(
        settings.TELEPHONY_API_URL, settings.TELEPHONY_ACCOUNT, settings.TELEPHONY_SECRET, settings.TELEPHONY_SENDER
    )


def sms_text(notice: Notice) -> str:
    """Title and link. The link is whole or not there: a long title is cut."""
    link = f"\n{notice.link}" if notice.link else ""
    return notice.title[: LONGEST_SMS - len(link)] + link


def spoken_text(notice: Notice) -> str:
    """The title alone: a link cannot be spoken."""
    return notice.title
