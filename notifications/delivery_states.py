"""What became of a message, for one contact, in the words of a firm and of the desk. Plain functions."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from notifications.states import OutboxState


class Delivery(TextChoices):
    """The state of a message for its contact; a later one stands for those before it."""

    QUEUED = "queued", _("送信を待っています")
    RETRYING = "retrying", _("届かず、もう一度送ります")
    ACCEPTED = "accepted", _("相手のサーバーが受け取りました")
    RETURNED = "returned", _("戻ってきました")
    FAILED = "failed", _("届きませんでした")
    READ = "read", _("読まれました")
    ANSWERED = "answered", _("答えがありました")


class Sent(Protocol):
    """A message, as far as its state goes (notifications.models.OutboxMessage)."""

    state: str
    attempts: int
    error: str
    created_at: datetime
    sent_at: datetime | None
    returned_at: datetime | None
    read_at: datetime | None
    answered_at: datetime | None


class Stand(NamedTuple):
    """Where a message stands, and since when."""

    delivery: Delivery
    at: datetime


def stand_of(message: Sent) -> Stand:
    """Where a message stands. Who answers or reads has got it, whatever a mail server says."""
    steps = (
        (Delivery.ANSWERED, message.answered_at),
        (Delivery.READ, message.read_at),
        (Delivery.RETURNED, message.returned_at),
    )
    for delivery, at in steps:
        if at is not None:
            return Stand(delivery, at)
    if message.state == OutboxState.SENT:
        return Stand(Delivery.ACCEPTED, message.sent_at or message.created_at)
    if message.state == OutboxState.FAILED:
        return Stand(Delivery.FAILED, message.created_at)
    waits = Delivery.RETRYING if message.attempts and message.error else Delivery.QUEUED
    return Stand(waits, message.created_at)


TONES: Final = {
    Delivery.QUEUED: "neutral",
    Delivery.RETRYING: "attention",
    Delivery.ACCEPTED: "info",
    Delivery.RETURNED: "danger",
    Delivery.FAILED: "danger",
    Delivery.READ: "safe",
    Delivery.ANSWERED: "safe",
}

# What is stored with a message that was not taken, from the first that fits. What a server says is never shown: it is
# technical, and a stranger's.
_REASONS: Final = (
    (r"^address unusable", _("宛先の書き方に誤りがあります。")),
    (
        r"^returned by a mail server",
        _("相手のメールサーバーから送り返されました。アドレスに間違いがないか確かめてください。"),
    ),
    (r"^not a public address", _("インターネットから届かない宛先です。宛先を確かめてください。")),
    (r"^contact ended", _("送る前に、届け先から外されました。")),
    (r"^no provider", _("SMSや電話を送るしくみが、まだ用意されていません。相談窓口へお知らせください。")),
    (r"^HTTP (401|403)", _("相手のサービスが、こちらの鍵を受け付けませんでした。設定をやり直してください。")),
    (r"^HTTP (404|410)", _("宛先がもうありません。相手のサービスで新しく作り、届け先を足し直してください。")),
    (r"^HTTP 4", _("相手のサービスに断られました。設定を確かめてください。")),
    (r"^HTTP 3", _("相手のサービスが別の宛先へ移っています。新しい宛先を足し直してください。")),
    (r"^HTTP 5", _("相手のサービスが混みあっているか、止まっています。")),
    (r"^5\d\d", _("相手のメールサーバーに断られました。アドレスに間違いがないか確かめてください。")),
    (r"^4\d\d", _("相手のメールサーバーが、いまは受け取れないと答えました。")),
    (r"^unreachable", _("相手のサービスにつながりませんでした。")),
)
_UNKNOWN: Final = _("うまく送れませんでした。")


def reason_in_words(error: str) -> str:
    """Why it was not taken; "" where there is no error."""
    if not error:
        return ""
    return str(next((words for pattern, words in _REASONS if re.match(pattern, error)), _UNKNOWN))
