"""Questions to firms about the help they got, their answers, and what vendors answer after a job."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models import Job
from surveys.rules import Kind, Reason, Verdict
from tenants.models import Organisation
from tenants.tenancy.owned import TenantOwned

KINDS = [
    (Kind.DESK.value, _("相談窓口")),
    (Kind.VENDOR.value, _("訪問・遠隔対応の事業者")),
    (Kind.INCIDENT.value, _("インシデント対応の全体")),
]
VERDICTS = [
    (Verdict.VERY_GOOD.value, _("とても良かった")),
    (Verdict.GOOD.value, _("良かった")),
    (Verdict.FAIR.value, _("普通")),
    (Verdict.BAD.value, _("悪かった")),
    (Verdict.VERY_BAD.value, _("とても悪かった")),
]
REASONS = [
    (Reason.WORDS.value, _("指示・助言・用語の分かりやすさ")),
    (Reason.UNDERSTANDING.value, _("こちらの状況・要望を分かってくれたか")),
    (Reason.TIME.value, _("解決までの時間")),
    (Reason.OTHER.value, _("その他")),
]


class FeedbackRequest(TenantOwned):
    """A firm is asked once about one thing; whoever holds the link in the mail may answer until it ends."""

    kind = models.CharField(max_length=10, choices=KINDS)
    about_type = models.CharField(max_length=40)  # what ended (base.about): a job, an incident, a case
    about_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    vendor = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField()
    to = models.CharField(max_length=254)
    token_hash = models.BinaryField(max_length=32, unique=True)
    token_sealed = models.TextField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "about_type", "about_id"], name="feedback_asked_once")
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="feedback_to_remind",
                condition=models.Q(answered_at__isnull=True, reminded_at__isnull=True),
            )
        ]


class FeedbackAnswer(TenantOwned):
    """What the firm said. Never changed."""

    request = models.ForeignKey(FeedbackRequest, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    given_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=VERDICTS)
    reason = models.CharField(max_length=20, choices=REASONS, blank=True)
    words = models.CharField(max_length=1000, blank=True)
    # Question → code, or codes where several may be named; after a job or an incident only.
    more = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "request"], name="feedback_answered_once")]


class JobHearing(TenantOwned):
    """A vendor's answers after a job: the ten questions of OSK 表3-10 and 4-34, kept by question."""

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    vendor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    answers = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "job"], name="job_hearing_once")]
