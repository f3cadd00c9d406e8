"""Hands one message to its carrier: builds the request, sends it, and says what the answer means."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.utils import timezone

from base.sealing import unseal
from notifications.carriers import chat, line_works, telephony, webhook
from notifications.carriers.kinds import Carrier
from notifications.carriers.public_http import AddressRefused, Unreachable, post
from notifications.carriers.request import Answer, Notice, Post
from notifications.models import NoticeContact
from notifications.smtp import NotNow, Refused

# Answers after which another try may do better, whoever answers (RFC 9110 15.5.9, RFC 8470, RFC 6585).
_LATER: Final = frozenset({408, 425, 429})


def carry(notice: Notice, contact: NoticeContact) -> None:
    """Send it; returns once the carrier has accepted it. Raises Refused, NotNow."""
    try:
        request = _REQUESTS[Carrier(contact.carrier)](notice, contact, timezone.now())
        answer = post(request)
    except AddressRefused as problem:
        raise Refused(str(problem)) from problem
    except Unreachable as problem:
        raise NotNow(str(problem)) from problem
    outcome(Carrier(contact.carrier), answer)


def outcome(carrier: Carrier, answer: Answer) -> None:
    """What an answer means. Raises Refused, NotNow.

    A maker's service knows what it says. A firm's own program may answer anything while it is being mended: only 410
    (gone) ends it, as Standard Webhooks asks.
    """
    if answer.is_success:
        return
    words = f"HTTP {answer.status}"
    again = answer.status >= 500 or answer.status in _LATER
    if again or (carrier == Carrier.WEBHOOK and answer.status != 410):
        raise NotNow(words)
    raise Refused(words)


def _secrets(contact: NoticeContact) -> Mapping[str, str]:
    secrets: Mapping[str, str] = json.loads(unseal(contact.secrets))
    return secrets


def _slack(notice: Notice, contact: NoticeContact, _now: datetime) -> Post:
    return chat.slack_post(_secrets(contact)["url"], notice)


def _teams(notice: Notice, contact: NoticeContact, _now: datetime) -> Post:
    return chat.teams_post(_secrets(contact)["url"], notice)


def _chatwork(notice: Notice, contact: NoticeContact, _now: datetime) -> Post:
    secrets = _secrets(contact)
    return chat.chatwork_post(secrets["token"], secrets["room"], notice)


def _line_works(notice: Notice, contact: NoticeContact, now: datetime) -> Post:
    account = _secrets(contact)
    answer = post(line_works.token_post(account, now=now))
    outcome(Carrier.LINE_WORKS, answer)
    try:
        return line_works.message_post(account, line_works.token_in(answer), notice)
    except line_works.TokenMissing as problem:
        raise NotNow("unreachable: no token") from problem


def _webhook(notice: Notice, contact: NoticeContact, now: datetime) -> Post:
    secrets = _secrets(contact)
    return webhook.webhook_post(secrets["url"], secrets["secret"], notice, now=now)


def _sms(notice: Notice, contact: NoticeContact, _now: datetime) -> Post:
    return _provider().sms(contact.address, telephony.sms_text(notice))


def _voice(notice: Notice, contact: NoticeContact, _now: datetime) -> Post:
    return _provider().call(contact.address, telephony.spoken_text(notice), notice.language)


def _provider() -> telephony.Telephony:
    provider = telephony.provider()
    if provider is None:
        raise NotNow("no provider")
    return provider


_REQUESTS: Mapping[Carrier, Callable[[Notice, NoticeContact, datetime], Post]] = {
    Carrier.SLACK: _slack,
    Carrier.TEAMS: _teams,
    Carrier.CHATWORK: _chatwork,
    Carrier.LINE_WORKS: _line_works,
    Carrier.WEBHOOK: _webhook,
    Carrier.SMS: _sms,
    Carrier.VOICE: _voice,
}
