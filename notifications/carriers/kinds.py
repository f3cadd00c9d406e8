"""The ways a message can take to a contact of a firm."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Carrier(TextChoices):
    """What carries a message. All but mail go by HTTP, with a short text (notifications.carriers.posting)."""

    MAIL = "mail", _("メール")
    SMS = "sms", _("携帯電話のSMS")
    VOICE = "voice", _("自動音声の電話")
    LINE_WORKS = "line_works", _("LINE WORKS")
    CHATWORK = "chatwork", _("Chatwork")
    SLACK = "slack", _("Slack")
    TEAMS = "teams", _("Microsoft Teams")
    WEBHOOK = "webhook", _("自社のプログラム(Webhook)")


# Numbers that are dialled: each message costs money, so they get what cannot wait and nothing else.
DIALLED = frozenset({Carrier.SMS, Carrier.VOICE})
