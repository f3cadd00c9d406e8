"""Keys for other people's programs."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models.organisation import Organisation


class ApiToken(models.Model):
    """Lets a program read as one organisation, or a desk's telephones report calls, until it expires or is revoked.

    Only the secret's SHA-256 is kept.
    """

    class Scope(models.TextChoices):
        """What a token opens."""

        ALERTS = "read:alerts", _("検知を読む")
        INCIDENTS = "read:incidents", _("インシデントを読む")
        REPORTS = "read:reports", _("月次報告書の一覧を読む")
        CALLS = "write:calls", _("電話の着信を伝える(相談窓口)")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("名前"), max_length=80)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope), verbose_name=_("できること"))
    shown = models.CharField(max_length=12)
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("期限"))
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created_at"], name="token_by_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.name}"
