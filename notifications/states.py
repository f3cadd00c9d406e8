"""Where a mail stands, and what moves it on. Drawn in docs/states.md."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from base.moves import Move, Party, by


class OutboxState(TextChoices):
    """Delivery state of a mail. One without a usable address begins as failed."""

    WAITING = "waiting", _("送信待ち")
    SENT = "sent", _("送信済み")
    FAILED = "failed", _("送信できず")


OUTBOX_MOVES: dict[OutboxState, dict[OutboxState, Move]] = {
    OutboxState.WAITING: {OutboxState.SENT: by(Party.RULE), OutboxState.FAILED: by(Party.RULE)},
    OutboxState.SENT: {},
    OutboxState.FAILED: {},
}
