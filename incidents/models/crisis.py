"""Calls a firm books while the desk is closed, and warnings to every firm of a programme."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident
from tenants.models import Programme
from tenants.tenancy.owned import TenantOwned


class CallBooking(TenantOwned):
    """When a firm wants to be called about an incident; the newest one holds."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="bookings", db_constraint=False)
    at = models.DateTimeField(_("電話する日時"))
    phone = models.CharField(_("電話番号"), max_length=40, blank=True)
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("電話の予約")
        ordering = ["-asked_at", "-id"]


class EarlyWarning(models.Model):
    """The same reached several firms of a programme within a day. Says what, never whom."""

    class Kind(models.TextChoices):
        """What they have in common."""

        SIGNATURE = "signature", _("同じ検知")
        PEER = "peer", _("同じ通信の相手")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    value = models.CharField(max_length=300)  # what boxes sent: for staff
    # What firms read: the name of a rule of ours; empty when boxes sent something else.
    shown = models.CharField(max_length=300, blank=True, db_default="")
    firms = models.PositiveIntegerField(_("会社数"))
    raised_at = models.DateTimeField(_("警戒を出した日時"))

    class Meta:
        verbose_name = _("早期警戒")
        ordering = ["-raised_at", "-id"]
        indexes = [models.Index(fields=["programme", "kind", "value"], name="early_warning_again")]

    def __str__(self) -> str:
        return self.value
