"""The firm's monthly report, and the figures of programmes by month."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.opinion import OPINIONS, WAYS, Way
from reports.states import ReportState
from tenants.models import Programme, User
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
    revision = models.PositiveSmallIntegerField(_("版"), default=1)
    # What the figures were counted from, and when somebody looked whether late data changed it (reports.revising).
    basis = ArrayField(models.BigIntegerField(), default=list)
    checked_at = models.DateTimeField(null=True)
    # What the newest mail about it said of what a firm acts on (reports.revising); empty: none was sent.
    mailed = models.JSONField(default=list)

    class Meta:
        verbose_name = _("月次レポート")
        constraints = [models.UniqueConstraint(fields=["tenant", "month"], name="monthly_report_once")]
        indexes = [
            models.Index(fields=["id"], name="report_unmade", condition=~models.Q(state="ready")),
            models.Index(fields=["month", "state"], name="report_of_month"),
        ]


class FormerReport(TenantOwned):
    """A revision of a report that a newer one took the place of, with its PDF as the firm got it. Never changed."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.PROTECT, related_name="former", db_constraint=False)
    revision = models.PositiveSmallIntegerField(_("版"))
    figures = models.JSONField()
    pdf = models.BinaryField()
    pdf_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("前の版の月次レポート")
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["tenant", "report", "revision"], name="former_report_once")]


class ReportOpinion(TenantOwned):
    """How satisfied a firm is with a month's report (KMM 図67). Rows are added, never changed; the newest counts."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.PROTECT, related_name="opinions", db_constraint=False)
    opinion = models.CharField(_("満足度"), max_length=12, choices=OPINIONS)
    given_at = models.DateTimeField(_("答えた日時"))
    way = models.CharField(max_length=4, choices=WAYS)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("月次レポートの満足度")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(way=Way.PAGE.value, by__isnull=False)
                | models.Q(way=Way.MAIL.value, by__isnull=True),
                name="report_opinion_from_somebody",
            )
        ]
        indexes = [models.Index(fields=["tenant", "report", "-given_at", "-id"], name="report_opinion_newest")]


class DailySales(TenantOwned):
    """What a firm sells in a day, written down by itself for the estimate of a damage in its report."""

    yen = models.BigIntegerField(_("1日あたりの売上(円)"))
    given_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("1日あたりの売上")
        constraints = [models.UniqueConstraint(fields=["tenant"], name="daily_sales_once")]


class PeerGroup(models.Model):
    """Similar firms of one month and the medians of their counts, made once by sec.peers_count and never again.

    The application reads none of these rows: sec.peer_medians gives a firm the medians of its own group. No firm is in
    two groups of a month, so no two of them can be taken from each other. `level`: 1 programme, industry and size; 2
    programme and size; 3 programme; 4 all.
    """

    month = models.DateField(_("対象の月"))
    level = models.PositiveSmallIntegerField()
    members = ArrayField(models.BigIntegerField())
    measures = ArrayField(models.TextField())
    medians = ArrayField(models.BigIntegerField())
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("同じくらいの会社")
        indexes = [models.Index(fields=["month"], name="peer_group_of_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.level}"


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


class DetectionFigure(models.Model):
    """One figure of what a programme's boxes detected in a JST month, counted by sec.detections_count.

    The application reads none of these rows, but through sec.detection_figures. Every counted month has its measure
    "online": how many firms of the programme it is about.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(_("対象の月"))
    measure = models.CharField(max_length=20)
    labels = ArrayField(models.TextField())
    amounts = ArrayField(models.BigIntegerField())
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("検知の数字")
        constraints = [
            models.UniqueConstraint(fields=["programme", "month", "measure", "labels"], name="detection_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.month:%Y-%m}"
