"""What is written down while a job is done: time, records, the report, the firm's mark, the watch afterwards.

Rows are added, never rewritten: a correction is a row that names the one it replaces, and why.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.device_watch import DeviceWatch
from incidents.models.incident import Incident
from incidents.models.job import Job
from incidents.states.sheet import RecordKind, WorkKind
from tenants.tenancy.owned import TenantOwned

WORK_KINDS = [
    (WorkKind.TRAVEL.value, _("移動")),
    (WorkKind.HEARING.value, _("聴取")),
    (WorkKind.PREPARATION.value, _("下調べ")),
    (WorkKind.WORK.value, _("作業")),
    (WorkKind.WAITING.value, _("待ち")),
    (WorkKind.REPORT.value, _("完了報告")),
    (WorkKind.OTHER.value, _("その他")),
]


class OfJob(TenantOwned):
    """A row of a job's sheet. `key` is made by the phone: sending the same again adds nothing."""

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    key = models.UUIDField()
    by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("記入"))
    entered_at = models.DateTimeField(_("記入日時"))

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="%(class)s_key")]


class WorkEntry(OfJob):
    """Time spent. A running timer has no end yet; one person runs one timer per job."""

    class Source(models.TextChoices):
        """Measured or remembered."""

        TIMER = "timer", _("計測")
        HAND = "hand", _("手入力")

    kind = models.CharField(_("種別"), max_length=12, choices=WORK_KINDS)
    way = models.CharField(_("方法"), max_length=10, choices=Job.Way)
    source = models.CharField(max_length=6, choices=Source)
    started_at = models.DateTimeField(_("開始"))
    stopped_at = models.DateTimeField(_("終了"), null=True)
    minutes = models.PositiveIntegerField(_("分"), null=True)
    note = models.CharField(_("内容"), max_length=500, blank=True)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    reason = models.CharField(_("直した理由"), max_length=300, blank=True)

    class Meta(OfJob.Meta):
        ordering = ["started_at", "pk"]
        constraints = [
            *OfJob.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "corrects"], name="workentry_corrected_once"),
            models.UniqueConstraint(
                fields=["tenant", "job", "by"],
                condition=models.Q(stopped_at__isnull=True),
                name="workentry_one_timer",
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_at__isnull=True, minutes__isnull=True)
                | models.Q(stopped_at__isnull=False, minutes__isnull=False),
                name="workentry_stopped",
            ),
            models.CheckConstraint(
                condition=models.Q(corrects__isnull=True) | ~models.Q(reason=""), name="workentry_corrected_why"
            ),
        ]


class SheetRecord(OfJob):
    """A step, a ticked item, a find, a scan's answer, the result of an installation (incidents.jobsheet.records)."""

    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in RecordKind])
    at = models.DateTimeField(_("日時"))
    data = models.JSONField()
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    reason = models.CharField(_("直した理由"), max_length=300, blank=True)
    void = models.BooleanField(default=False)

    class Meta(OfJob.Meta):
        ordering = ["at", "pk"]
        constraints = [
            *OfJob.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "corrects"], name="sheetrecord_corrected_once"),
            models.CheckConstraint(
                condition=models.Q(corrects__isnull=True) | ~models.Q(reason=""), name="sheetrecord_corrected_why"
            ),
        ]


class JobReport(OfJob):
    """A version of the vendor's report: everything it says, frozen, with the SHA-256 of exactly that."""

    version = models.PositiveIntegerField(_("版"))
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta(OfJob.Meta):
        verbose_name = _("作業報告書")
        constraints = [
            *OfJob.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "job", "version"], name="jobreport_version"),
        ]


class SignOff(OfJob):
    """The firm's mark under one version of the report. Evidence of having seen it; not an electronic signature."""

    class Place(models.TextChoices):
        """Where it was made."""

        VENDOR_DEVICE = "vendor_device", _("事業者の端末")
        PORTAL = "portal", _("会社の画面")

    report = models.ForeignKey(JobReport, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    report_sha256 = models.CharField(max_length=64)
    place = models.CharField(max_length=14, choices=Place)
    name = models.CharField(_("氏名"), max_length=100)
    # Lines drawn by finger, points 0–1000 across and 0–400 down; empty when the name was only typed.
    strokes = models.JSONField(default=list)
    remark = models.CharField(_("ひとこと"), max_length=500, blank=True)

    class Meta(OfJob.Meta):
        verbose_name = _("確認のしるし")
        constraints = [
            *OfJob.Meta.constraints,
            models.UniqueConstraint(fields=["tenant", "report"], name="signoff_once"),
        ]


class Watch(DeviceWatch):
    """The watch after a vendor's scan."""

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="watches", db_constraint=False)
    scan = models.ForeignKey(SheetRecord, on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta:
        verbose_name = _("経過観察")
        constraints = [models.UniqueConstraint(fields=["tenant", "job"], name="watch_once")]
