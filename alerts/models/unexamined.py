"""Files that antivirus on a box could not look into."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sensors.models import Sensor
from tenants.tenancy.owned import TenantOwned


class UnexaminedFile(TenantOwned):
    """One transferred file: it reached the computer, and nobody can say whether it is clean."""

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    epoch = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField(_("日時"))
    time_trusted = models.BooleanField(default=True)
    reason = models.CharField(_("理由"), max_length=16)
    file_name = models.CharField(_("ファイル名"), max_length=255, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    to_inside = models.BooleanField()
    host = models.CharField(_("取得元"), max_length=255, blank=True)
    mail_subject = models.CharField(max_length=255, blank=True)
    asset_ip = models.GenericIPAddressField(null=True)
    asset_mac = models.CharField(max_length=17, blank=True)

    class Meta:
        verbose_name = _("調べられなかったファイル")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "sensor", "epoch", "seq"], name="unexamined_file_once")
        ]
        indexes = [models.Index(fields=["tenant", "-at"], name="unexamined_newest")]
