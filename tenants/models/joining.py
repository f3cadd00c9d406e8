"""How people and firms come in: invitations of people, applications of firms."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from base.industries import INDUSTRIES
from tenants.models.access import Membership
from tenants.models.organisation import Organisation, Programme
from tenants.states import ApplicationState


class Invitation(models.Model):
    """Asks a person by mail to join an organisation; usable once, until `expires_at`. Only the token's hash is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("メールアドレス"))
    # Whom the firm named when it applied, so that nobody types a name twice; "" when only the address is known.
    person_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    person_kana = models.CharField(max_length=120, blank=True, default="", db_default="")
    role = models.CharField(_("役割"), max_length=20, choices=Membership.Role)
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("期限"))
    invited_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created_at"], name="invitation_by_organisation")]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation_id}"


class Application(models.Model):
    """A firm asks to take part in a programme. No firm exists for it until the office approves."""

    State = ApplicationState

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="applications")
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(_("状態"), max_length=20, choices=State, default=State.WAITING)
    name = models.CharField(_("会社名"), max_length=120)
    name_kana = models.CharField(_("会社名(かな)"), max_length=120)
    corporate_number = models.CharField(_("法人番号"), max_length=13, blank=True)
    postal_code = models.CharField(_("郵便番号"), max_length=8)
    prefecture = models.CharField(_("都道府県"), max_length=10)
    municipality = models.CharField(_("市区町村"), max_length=40)
    municipality_code = models.CharField(_("市区町村コード"), max_length=5, blank=True)
    address = models.CharField(_("番地・建物"), max_length=200, blank=True)
    phone = models.CharField(_("電話番号"), max_length=40)
    phone_e164 = models.CharField(max_length=20, blank=True)
    industry = models.CharField(_("業種"), max_length=1, blank=True, choices=INDUSTRIES, default="", db_default="")
    staff_count = models.PositiveIntegerField(_("従業員数"))
    pc_count = models.PositiveIntegerField(_("パソコン台数"))
    contact_name = models.CharField(_("担当者の氏名"), max_length=120)
    contact_kana = models.CharField(_("担当者の氏名(かな)"), max_length=120)
    email = models.EmailField(_("担当者のメールアドレス"))
    chamber_member = models.BooleanField(_("商工会議所の会員です"), default=False)
    language = models.CharField(max_length=5, default="ja")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("申込み")
        indexes = [models.Index(fields=["programme", "state", "created_at"], name="application_by_programme")]

    def __str__(self) -> str:
        return self.name
