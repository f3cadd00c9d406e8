"""A firm's wish that an insurance agent contacts it about fuller cover."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.tenancy.owned import TenantOwned


class Referral(TenantOwned):
    """Consent to hand the firm's name, address for mail, phone and chosen worries to one named agent (OSK 6.1.1).

    `words` is what the firm read and agreed to, `shared` what was handed over; neither changes.
    """

    agent_name = models.CharField(max_length=120)
    agent_email = models.CharField(max_length=254)
    words = models.CharField(max_length=500)
    shared = models.JSONField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("代理店への紹介")
