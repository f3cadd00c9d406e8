"""Where a firm's application stands, and who moves it on. Drawn in docs/states.md."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from base.moves import Move, Party, by


class ApplicationState(TextChoices):
    """What became of an application. `sec.approve_application` knows the same."""

    WAITING = "waiting", _("確認待ち")
    APPROVED = "approved", _("承認")
    REJECTED = "rejected", _("お断り")


APPLICATION_MOVES: dict[ApplicationState, dict[ApplicationState, Move]] = {
    ApplicationState.WAITING: {
        ApplicationState.APPROVED: by(Party.OFFICE),
        ApplicationState.REJECTED: by(Party.OFFICE, reason=True),
    },
    ApplicationState.APPROVED: {},
    ApplicationState.REJECTED: {},
}
