"""Who may see what: memberships, grants with a validity PostgreSQL itself enforces, and the audit trail."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from tenants.models.organisation import Organisation


class Membership(models.Model):
    """A person's role in an organisation while `valid` holds."""

    class Role(models.TextChoices):
        """Roles inside an organisation."""

        OWNER = "owner", _("管理者")
        MEMBER = "member", _("担当者")
        READ_ONLY = "read_only", _("閲覧のみ")

    user = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("役割"), max_length=20, choices=Role)
    valid = DateTimeRangeField(_("有効期間"))

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}@{self.organisation_id} {self.role}"


_SPACE = models.Value(" ", output_field=models.TextField())
_WHOSE = Concat(
    Cast("grantee", models.TextField()),
    _SPACE,
    Cast("tenant", models.TextField()),
    _SPACE,
    Cast("capability", models.TextField()),
    _SPACE,
    Cast(Coalesce("subject_id", 0), models.TextField()),
)


class AccessGrant(models.Model):
    """Lets the members of an organisation see a firm, in one capability, while `valid` holds."""

    class Capability(models.TextChoices):
        """What a grant is for. Policies name the capabilities that open their table (docs/access.md)."""

        WATCH = "watch", _("監視")
        DESK = "desk", _("相談")
        OFFICE = "office", _("事務局")
        JOB_OFFER = "job_offer", _("訪問の打診")
        JOB = "job", _("訪問")
        CLAIM = "claim", _("保険の請求")
        OUTREACH = "outreach", _("紹介")
        BREAK_GLASS = "breakglass", _("緊急の閲覧")

    grantee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants_held")
    tenant = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants_given")
    capability = models.CharField(max_length=20, choices=Capability)
    # The job (job, job_offer) or the claim it is about; the others are about the firm.
    subject_id = models.BigIntegerField(null=True)
    valid = DateTimeRangeField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="access_grant_no_overlap",
                # In one word: with columns of its own PostgreSQL would answer sec.sight from this index, at four times
                # the cost of access_grant_sight.
                expressions=[(_WHOSE, RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="access_grant_subject",
                condition=models.Q(capability__in=("job_offer", "job", "claim")) ^ models.Q(subject_id__isnull=True),
            ),
        ]
        indexes = [
            # What the wall asks for every row a partner reads (sec.sight); all it needs stands in the index.
            models.Index(
                fields=["grantee", "tenant"],
                include=["capability", "valid", "subject_id"],
                name="access_grant_sight",
            ),
            # Jobs, offers and claims: few of a vendor's or an insurer's, found without reading the grants of firms.
            models.Index(
                fields=["grantee", "subject_id"],
                name="access_grant_subject_held",
                condition=models.Q(subject_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grantee_id}→{self.tenant_id} {self.capability}"


class AuditEvent(models.Model):
    """Who did or read what of which firm, when, from where, through which grant or token.

    The application may only insert. A trigger fills `id`, `at`, `grant_id`, `token_id` and `xid` (the writing
    transaction), whatever the application says.
    """

    tenant = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=120, blank=True, db_default="")
    grant_id = models.BigIntegerField(null=True)
    token_id = models.BigIntegerField(null=True)
    xid = models.BigIntegerField(db_default=0)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "-at"], name="audit_by_firm"),
            models.Index(fields=["xid", "id"], name="audit_to_seal"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}"
