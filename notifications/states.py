"""Where a message and a contact stand, and what moves them on. Drawn in docs/states.md."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from base.moves import Move, Party, by


class OutboxState(TextChoices):
    """Delivery state of a message. A mail without a usable address begins as failed."""

    WAITING = "waiting", _("送信待ち")
    SENT = "sent", _("送信済み")
    FAILED = "failed", _("送信できず")


OUTBOX_MOVES: dict[OutboxState, dict[OutboxState, Move]] = {
    OutboxState.WAITING: {OutboxState.SENT: by(Party.RULE), OutboxState.FAILED: by(Party.RULE)},
    OutboxState.SENT: {},
    OutboxState.FAILED: {},
}


class NoticeContactState(TextChoices):
    """State of a contact. To one that waits goes nothing but the request to confirm; the firm's own never waits."""

    WAITING = "waiting", _("確認待ち")
    ACTIVE = "active", _("届けています")
    PAUSED = "paused", _("休止中")
    ENDED = "ended", _("外しました")


NOTICE_CONTACT_MOVES: dict[NoticeContactState, dict[NoticeContactState, Move]] = {
    NoticeContactState.WAITING: {NoticeContactState.ACTIVE: by(Party.FIRM), NoticeContactState.ENDED: by(Party.FIRM)},
    NoticeContactState.ACTIVE: {NoticeContactState.PAUSED: by(Party.FIRM), NoticeContactState.ENDED: by(Party.FIRM)},
    NoticeContactState.PAUSED: {NoticeContactState.ACTIVE: by(Party.FIRM), NoticeContactState.ENDED: by(Party.FIRM)},
    NoticeContactState.ENDED: {},
}
