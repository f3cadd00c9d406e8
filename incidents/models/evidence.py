"""Photos and files that show what was seen and done. Stored once, never changed (incidents.jobsheet.store)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.work import OfJob
from incidents.states.upload import UploadState

UPLOAD_STATES = [
    (UploadState.RECEIVING.value, _("受信中")),
    (UploadState.ARRIVED.value, _("検査中")),
    (UploadState.DONE.value, _("受信済み")),
    (UploadState.REFUSED.value, _("受け取れません")),
]


class Upload(OfJob):
    """A file on its way in, piece by piece. `received` bytes are safe on disk; the phone goes on from there.

    Once it has arrived whole, a worker has it scanned and kept; `attempts` counts the tries that gave no verdict.
    """

    name = models.CharField(max_length=200)
    caption = models.CharField(max_length=300, blank=True)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=UPLOAD_STATES, default=UploadState.RECEIVING.value)
    problem = models.CharField(max_length=20, blank=True)
    arrived_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)

    class Meta(OfJob.Meta):
        indexes = [
            models.Index(fields=["arrived_at"], condition=models.Q(state=UploadState.ARRIVED), name="upload_to_check")
        ]


class Evidence(OfJob):
    """A stored file. `sha256` is of the bytes kept here; `original_sha256` of those the phone sent."""

    class Kind(models.TextChoices):
        """What it is."""

        PHOTO = "photo", _("写真")
        FILE = "file", _("ファイル")

    class Checked(models.TextChoices):
        """Whether a virus scanner has looked at it."""

        CLEAN = "clean", _("検査済み")
        NOT_LOOKED_INTO = "not_looked_into", _("中身を調べられませんでした")
        NOT_CHECKED = "not_checked", _("未検査")

    kind = models.CharField(max_length=6, choices=Kind)
    name = models.CharField(_("ファイル名"), max_length=200)
    caption = models.CharField(_("説明"), max_length=300, blank=True)
    media_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField(_("大きさ"))
    sha256 = models.CharField(max_length=64)
    original_sha256 = models.CharField(max_length=64)
    checked = models.CharField(_("ウイルス検査"), max_length=16, choices=Checked)

    class Meta(OfJob.Meta):
        ordering = ["entered_at", "pk"]
