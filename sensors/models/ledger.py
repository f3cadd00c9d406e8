"""The firm's own list of its machines, as it keeps it in a file (機器台帳)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.tenancy.owned import TenantOwned

WAITING = models.Q(taken_at__isnull=True, dropped_at__isnull=True)


class LedgerFile(TenantOwned):
    """A file as it was read: shown before it counts. The one taken last is the firm's list; earlier ones are kept.

    `entries`: sensors.ledger_file.LedgerEntry.values of each line that is whole; `errors`: its LineErrors, as lists.
    """

    file_name = models.CharField(_("ファイル"), max_length=200)
    form = models.CharField(max_length=20)
    entries = models.JSONField()
    errors = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    is_cut = models.BooleanField(default=False)
    read_at = models.DateTimeField(_("読み込んだ日時"))
    read_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(_("台帳にした日時"), null=True)
    taken_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("機器台帳")
        constraints = [models.UniqueConstraint(fields=["tenant"], condition=WAITING, name="ledger_waits_once")]
        indexes = [models.Index(fields=["tenant", "-taken_at"], name="ledger_taken")]
