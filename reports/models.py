"""The firm's monthly report, and the figures of programmes by month."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.states import ReportState
from tenants.models import Programme
from tenants.tenancy.owned import TenantOwned


class MonthlyReport(TenantOwned):
    """One firm's report of one JST month: the figures as they were, and the PDF made from them."""

    State = ReportState

    month = models.DateField(_("対象の月"))
    provisional_until = models.DateTimeField(_("暫定の締め"), null=True)
    state = models.CharField(_("状態"), max_length=20, choices=State, default=State.WAITING)
    figures = models.JSONField(default=dict)
    pdf = models.BinaryField(null=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    error = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("月次レポート")
        constraints = [models.UniqueConstraint(fields=["tenant", "month"], name="monthly_report_once")]
        indexes = [models.Index(fields=["id"], name="report_unmade", condition=~models.Q(state="ready"))]


class ProgrammeFigure(models.Model):
    """One figure of a programme's JST month, counted by sec.month_count; the application reads none of these rows.

    `measure`, `labels`, `amounts`: as reports.doors has them; every counted month has its measure "firms". `ids`: what
    sec.office_figures needs to put months together.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(_("対象の月"))
    measure = models.CharField(max_length=20)
    labels = ArrayField(models.TextField())
    amounts = ArrayField(models.BigIntegerField())
    ids = ArrayField(models.BigIntegerField(), null=True)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("事業の数字")
        constraints = [
            models.UniqueConstraint(fields=["programme", "month", "measure", "labels"], name="programme_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.month:%Y-%m}"
