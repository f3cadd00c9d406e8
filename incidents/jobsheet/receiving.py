"""How far a file of a job is on its way in. Drawn in docs/states.md."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from base.moves import Move, Party, by


class UploadState(TextChoices):
    """How far a file is on its way in."""

    RECEIVING = "receiving", _("受信中")
    ARRIVED = "arrived", _("検査中")
    DONE = "done", _("受信済み")
    REFUSED = "refused", _("受け取れません")


UPLOAD_MOVES: dict[UploadState, dict[UploadState, Move]] = {
    UploadState.RECEIVING: {UploadState.ARRIVED: by(Party.VENDOR)},
    UploadState.ARRIVED: {UploadState.DONE: by(Party.RULE), UploadState.REFUSED: by(Party.RULE)},
    UploadState.DONE: {},
    UploadState.REFUSED: {},
}
