"""What a firm lets its programme's office see with its name on it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.tenancy.owned import TenantOwned

# Version of the words people agree to; raised when they change. A consent keeps the version it was given to.
CONSENT_VERSION = 1


class Consent(TenantOwned):
    """The firm agreed that the office sees one group of fields by name, until `revoked_at`."""

    class FieldGroup(models.TextChoices):
        """Which fields (docs/access.md)."""

        WATCHING = "watching", _("センサーと見守りの状態")
        INCIDENTS = "incidents", _("インシデントの件数と状態")

    field_group = models.CharField(_("項目"), max_length=20, choices=FieldGroup)
    version = models.PositiveIntegerField(_("文面の版"))
    given_at = models.DateTimeField(_("同意"), auto_now_add=True)
    given_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(_("取消し"), null=True)
    revoked_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("同意")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "field_group"], condition=models.Q(revoked_at__isnull=True), name="consent_once"
            )
        ]
