"""Filters of a long list that a person keeps."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.models import User


class SavedFilter(models.Model):
    """A person's own: the list's address is the filter."""

    class Place(models.TextChoices):
        """Which list it is of."""

        ALERTS = "alerts", _("検知の一覧")
        RECORDS = "records", _("記録を探す")
        FIRMS = "firms", _("参加企業")
        BOXES = "boxes", _("センサーの一覧")
        CLAIMS = "claims", _("保険の請求")

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.CharField(max_length=10, choices=Place, default=Place.ALERTS, db_default="alerts")
    name = models.CharField(_("条件の名前"), max_length=40)
    query = models.CharField(max_length=500)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("保存した条件")
        constraints = [models.UniqueConstraint(fields=["person", "place", "name"], name="saved_filter_once")]

    def __str__(self) -> str:
        return self.name
