"""A vendor's job at a firm and the offers that led to it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from base.moves import Party
from incidents.models.incident import Incident
from incidents.states.job import JobState, OfferState
from tenants.models import Organisation
from tenants.tenancy.owned import TenantOwned

JOB_STATES = [
    (JobState.REQUESTED.value, _("事業者を選んでいます")),
    (JobState.OFFERED.value, _("事業者の返事を待っています")),
    (JobState.ACCEPTED.value, _("日時を決めています")),
    (JobState.SCHEDULED.value, _("日時が決まりました")),
    (JobState.WORKING.value, _("作業中")),
    (JobState.REPORTED.value, _("作業報告の確認待ち")),
    (JobState.SIGNED.value, _("確認済み")),
    (JobState.CLOSED.value, _("終了")),
    (JobState.CANCELLED.value, _("取りやめ")),
]
OFFER_STATES = [
    (OfferState.WAITING.value, _("返事待ち")),
    (OfferState.ACCEPTED.value, _("引き受け")),
    (OfferState.DECLINED.value, _("辞退")),
    (OfferState.EXPIRED.value, _("期限切れ")),
    (OfferState.WITHDRAWN.value, _("取り下げ")),
]


class Job(TenantOwned):
    """Work of a vendor for a firm: first response to an incident, installing a box, taking one away.

    The vendor is set by the database when an offer is accepted; grants of vendors follow the rows of jobs and offers
    (triggers of migration 0010), so no code can forget to end one.
    """

    class Kind(models.TextChoices):
        """The two kinds of jobs vendors take (OSK 表3-3), and removal."""

        FIRST_RESPONSE = "first_response", _("初動対応")
        INSTALLATION = "installation", _("センサー設置の支援")
        REMOVAL = "removal", _("センサーの撤去")

    class Way(models.TextChoices):
        """How it is done; the firm decides (OSK 3.4.3)."""

        REMOTE = "remote", _("遠隔")
        ON_SITE = "on_site", _("訪問")

    number = models.PositiveIntegerField(_("番号"))
    kind = models.CharField(_("種類"), max_length=20, choices=Kind)
    way = models.CharField(_("方法"), max_length=10, choices=Way)
    state = models.CharField(_("状態"), max_length=12, choices=JOB_STATES, default=JobState.REQUESTED.value)
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.PROTECT, related_name="jobs", db_constraint=False
    )
    vendor = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="jobs")
    wish = models.CharField(_("希望"), max_length=500, blank=True)
    requested_at = models.DateTimeField(_("受付"))
    # The desk has asked the office to step in (OSK 3.4.3: mediates by exception); the office sees the job from then.
    office_since = models.DateTimeField(_("事務局に依頼"), null=True)
    accepted_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("作業")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="job_number"),
            models.UniqueConstraint(
                fields=["tenant", "incident"],
                condition=~models.Q(state__in=("closed", "cancelled")),
                name="job_open_once",
            ),
        ]
        # The few jobs of a programme that its office arranges.
        indexes = [
            models.Index(fields=["office_since"], name="job_of_office", condition=models.Q(office_since__isnull=False))
        ]


class JobOffer(TenantOwned):
    """One vendor is asked to take a job until `expires_at`."""

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="offers", db_constraint=False)
    vendor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="job_offers")
    state = models.CharField(_("状態"), max_length=10, choices=OFFER_STATES, default=OfferState.WAITING.value)
    offered_at = models.DateTimeField(_("打診"))
    offered_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("返事の期限"))
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("打診")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "job"], condition=models.Q(state="waiting"), name="offer_one_at_a_time"
            ),
        ]


class JobEvent(TenantOwned):
    """One line of a job's course; added only. A vendor reads the lines about itself, not whom else the firm asked."""

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="events", db_constraint=False)
    at = models.DateTimeField()
    code = models.CharField(max_length=40)
    # A box never moves a job.
    party = models.CharField(max_length=10, choices=[(side.value, side.value) for side in Party if side != Party.BOX])
    actor = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    vendor = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
