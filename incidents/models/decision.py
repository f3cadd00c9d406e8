"""The firm's choice between remote help and a visit: consent, row by row (OSK 3.4.3)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident
from incidents.models.job import Job
from tenants.tenancy.owned import TenantOwned


class Decision(TenantOwned):
    """One choice, with exactly what was shown. A later change of mind is another row; the newest one holds."""

    class Channel(models.TextChoices):
        """Where the firm said it."""

        PORTAL = "portal", _("会社の画面")
        PHONE = "phone", _("電話（相談窓口が記録）")

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="decisions", db_constraint=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="decisions", db_constraint=False)
    way = models.CharField(_("方法"), max_length=10, choices=Job.Way)
    channel = models.CharField(_("伝え方"), max_length=6, choices=Channel)
    said_by = models.CharField(_("決めた人"), max_length=100)
    at = models.DateTimeField(_("日時"))
    by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    shown = models.JSONField()
    shown_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("方法の決定")
        ordering = ["at", "id"]
