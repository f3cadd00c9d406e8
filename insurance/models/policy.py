"""The bundled simple cover: its terms by period."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from insurance.rules import TaxRule, YearRule
from tenants.models import Organisation, Programme


class PolicyVersion(models.Model):
    """Terms of a programme's bundled cover from a date on (OSK 6.1.1)."""

    class Year(models.TextChoices):
        """Which year the number of claims counts in."""

        CONTRACT = YearRule.CONTRACT.value, _("契約年")
        CALENDAR = YearRule.CALENDAR.value, _("暦年")
        FISCAL = YearRule.FISCAL.value, _("事業の年度")

    class Tax(models.TextChoices):
        """Which amount of an invoice the limit is about."""

        INCLUDED = TaxRule.INCLUDED.value, _("消費税を含む額")
        EXCLUDED = TaxRule.EXCLUDED.value, _("消費税を除いた額")

    programme = models.ForeignKey(Programme, verbose_name=_("事業"), on_delete=models.PROTECT, related_name="policies")
    insurer = models.ForeignKey(Organisation, verbose_name=_("保険会社"), on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(_("適用開始"))
    limit_yen = models.PositiveIntegerField(_("1回の上限（円）"), default=50_000)
    claims_per_year = models.PositiveSmallIntegerField(_("1年あたりの回数"), default=1)
    remote_covered = models.BooleanField(_("遠隔対応も対象"), default=True)
    listed_only = models.BooleanField(_("登録事業者の対応だけが対象"), default=True)
    tax_rule = models.CharField(_("上限の数え方"), max_length=10, choices=Tax, default=Tax.INCLUDED)
    year_rule = models.CharField(_("回数を数える年"), max_length=10, choices=Year, default=Year.CONTRACT)
    premium_yen = models.PositiveIntegerField(_("保険料（円・1社1か月）"), default=0)
    agent_name = models.CharField(_("上乗せ保険の代理店"), max_length=120, blank=True)
    agent_email = models.EmailField(_("代理店のメール"), blank=True)

    class Meta:
        verbose_name = _("保険の条件")
        verbose_name_plural = _("保険の条件")
        constraints = [models.UniqueConstraint(fields=["programme", "valid_from"], name="policy_version_once")]

    def __str__(self) -> str:
        return f"{self.programme} {self.valid_from}"
