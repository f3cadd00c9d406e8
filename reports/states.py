"""How far a monthly report is, and what moves it on. Drawn in docs/states.md."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from base.moves import Move, Party, by


class ReportState(TextChoices):
    """How far a monthly report is."""

    WAITING = "waiting", _("作成待ち")
    READY = "ready", _("できました")
    FAILED = "failed", _("作成できませんでした")


# Back to waiting: a later or final closing of the month brought newer figures.
REPORT_MOVES: dict[ReportState, dict[ReportState, Move]] = {
    ReportState.WAITING: {ReportState.READY: by(Party.RULE), ReportState.FAILED: by(Party.RULE)},
    ReportState.READY: {ReportState.WAITING: by(Party.RULE)},
    ReportState.FAILED: {ReportState.READY: by(Party.RULE), ReportState.WAITING: by(Party.RULE)},
}
