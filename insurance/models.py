"""The bundled simple cover: its terms by period."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import Organisation, Programme


class PolicyVersion(models.Model):
    """Terms of a programme's bundled cover from a date on (OSK 6.1.1)."""

    programme = models.ForeignKey(Programme, verbose_name=_("事業"), on_delete=models.PROTECT, related_name="policies")
    insurer = models.ForeignKey(Organisation, verbose_name=_("保険会社"), on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(_("適用開始"))
    limit_yen = models.PositiveIntegerField(_("1回の上限（円・税込）"), default=50_000)
    claims_per_year = models.PositiveSmallIntegerField(_("契約年あたりの回数"), default=1)
    remote_covered = models.BooleanField(_("遠隔対応も対象"), default=True)

    class Meta:
        verbose_name = _("保険の条件")
        verbose_name_plural = _("保険の条件")
        constraints = [models.UniqueConstraint(fields=["programme", "valid_from"], name="policy_version_once")]

    def __str__(self) -> str:
        return f"{self.programme} {self.valid_from}"
