"""A claim on the bundled cover, what was said about it, and the evidence it rests on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident, Job
from insurance.claim_rules import HOLDING, ClaimState, EvidenceKind, MessageKind
from insurance.models.policy import PolicyVersion
from tenants.models import Organisation
from tenants.tenancy.owned import TenantOwned

CLAIM_STATES = [
    (ClaimState.DRAFT.value, _("下書き")),
    (ClaimState.SUBMITTED.value, _("保険会社が確認中")),
    (ClaimState.RETURNED.value, _("保険会社から質問があります")),
    (ClaimState.RESUBMITTED.value, _("保険会社が再確認中")),
    (ClaimState.APPROVED.value, _("支払いが決まりました")),
    (ClaimState.REJECTED.value, _("支払われません")),
    (ClaimState.WITHDRAWN.value, _("取り下げました")),
    (ClaimState.PAID.value, _("支払い済み")),
]
_HOLDING = tuple(sorted(state.value for state in HOLDING))


class Claim(TenantOwned):
    """A vendor's bill for first response, asked of the insurer up to the limit; the firm pays the rest itself.

    Insurer, vendor, limit and number of claims are copied from the policy and the job by the database when the row is
    added (migration 0010), which also says who may move it, and lets the insurer see it from when it is submitted.
    `slot` holds one of the year's claims: two rows cannot hold the same.
    """

    number = models.PositiveIntegerField(_("番号"))
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="claims", db_constraint=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="claims", db_constraint=False)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="claims")
    insurer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    vendor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    limit_yen = models.PositiveIntegerField()
    claims_per_year = models.PositiveSmallIntegerField()
    year_first = models.DateField()
    year_last = models.DateField()
    slot = models.PositiveSmallIntegerField(null=True)

    state = models.CharField(_("状態"), max_length=12, choices=CLAIM_STATES, default=ClaimState.DRAFT.value)
    claimed_yen = models.PositiveIntegerField(_("請求書の額"))
    tax_yen = models.PositiveIntegerField(_("うち消費税"))
    asked_yen = models.PositiveIntegerField(_("保険への請求"))
    own_yen = models.PositiveIntegerField(_("会社の負担"))
    approved_yen = models.PositiveIntegerField(_("支払額"), null=True)
    invoice_number = models.CharField(_("請求書番号"), max_length=40)
    invoice_on = models.DateField(_("請求日"))

    made_at = models.DateTimeField()
    made_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    # In how many transfer files it stands, since when in the newest, and why in more than one: the database counts.
    exports = models.PositiveSmallIntegerField(default=0, db_default=0)
    exported_at = models.DateTimeField(null=True)
    export_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    paid_on = models.DateField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    # How often the evidence was put together; each time it is a chain of its own, which ends in this hash.
    round = models.PositiveSmallIntegerField(default=0)
    chain_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("保険の請求")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="claim_number"),
            models.UniqueConstraint(
                fields=["tenant", "job"], condition=~Q(state__in=("rejected", "withdrawn")), name="claim_job_once"
            ),
            models.UniqueConstraint(
                fields=["tenant", "year_first", "slot"], condition=Q(slot__isnull=False), name="claim_slot_once"
            ),
            models.CheckConstraint(
                condition=Q(slot__isnull=True) | Q(slot__gte=1, slot__lte=F("claims_per_year")), name="claim_slot_fits"
            ),
            models.CheckConstraint(
                condition=Q(state__in=_HOLDING, slot__isnull=False) | (~Q(state__in=_HOLDING) & Q(slot__isnull=True)),
                name="claim_slot_held",
            ),
            models.CheckConstraint(
                condition=Q(claimed_yen=Coalesce("approved_yen", "asked_yen") + F("own_yen")), name="claim_no_yen_lost"
            ),
            models.CheckConstraint(condition=Q(asked_yen__lte=F("limit_yen")), name="claim_within_limit"),
            models.CheckConstraint(
                condition=Q(approved_yen__isnull=True) | Q(approved_yen__lte=F("asked_yen")), name="claim_approved_fits"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("approved", "paid"), approved_yen__isnull=False, approved_yen__gte=1)
                | Q(state__in=("rejected", "withdrawn"), approved_yen__isnull=False, approved_yen=0)
                | (~Q(state__in=("approved", "paid", "rejected", "withdrawn")) & Q(approved_yen__isnull=True)),
                name="claim_approved_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_on__isnull=False) | (~Q(state="paid") & Q(paid_on__isnull=True)),
                name="claim_paid_on_a_day",
            ),
            models.CheckConstraint(condition=Q(exports__lte=1) | ~Q(export_reason=""), name="claim_exported_again_why"),
        ]
        indexes = [models.Index(fields=["insurer", "state"], name="claim_by_insurer")]


class ClaimMessage(TenantOwned):
    """A question, an answer, or a step of a claim with its reason. Who wrote it is stamped by the database."""

    class Kind(models.TextChoices):
        """What it is."""

        QUESTION = MessageKind.QUESTION.value, _("質問")
        ANSWER = MessageKind.ANSWER.value, _("回答")
        MOVE = MessageKind.MOVE.value, _("経過")

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="messages", db_constraint=False)
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=12, choices=CLAIM_STATES, blank=True)
    text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]


class ClaimEvidence(TenantOwned):
    """One link of a claim's evidence, frozen when the claim is submitted. Nobody can change it."""

    class Kind(models.TextChoices):
        """Links in their order (N7: alert → grade and rule → notice → consent → work → sign-off → invoice)."""

        ALERT = EvidenceKind.ALERT.value, _("検知")
        GRADE = EvidenceKind.GRADE.value, _("重要度と決まり")
        NOTICE = EvidenceKind.NOTICE.value, _("お知らせ")
        CONSENT = EvidenceKind.CONSENT.value, _("会社の選択")
        WORK = EvidenceKind.WORK.value, _("作業の記録")
        FILE = EvidenceKind.FILE.value, _("写真・ファイル")
        SIGNOFF = EvidenceKind.SIGNOFF.value, _("会社の確認のしるし")
        INVOICE = EvidenceKind.INVOICE.value, _("請求書")
        COVER = EvidenceKind.COVER.value, _("保険の条件")

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence", db_constraint=False)
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    data = models.JSONField()
    sha256 = models.CharField(max_length=64)
    chain_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "claim", "round", "position"], name="claim_evidence_once")
        ]
