"""What vendors offer, for everybody to see, and which of them a programme has on its list."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.job import Job
from tenants.models import Organisation, Programme


class VendorProfile(models.Model):
    """A vendor as it wants to be found (OSK 表3-3, 3-4). Kept by its owners, or by the office for it."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="vendor_profile")
    kinds = ArrayField(models.CharField(max_length=20, choices=Job.Kind), verbose_name=_("受ける作業"), default=list)
    qualifications = models.CharField(_("資格"), max_length=300, blank=True)
    profile = models.TextField(_("紹介"), max_length=1000, blank=True)
    # Rules for prefectures: [{"prefecture", "reach", "codes", "words"}] (incidents.dispatch.matching.Area).
    areas = models.JSONField(_("対応できる地域"), default=list)
    area_words = models.CharField(_("地域についての補足"), max_length=500, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("対応できる曜日"), default=list)
    holidays = models.BooleanField(_("祝日も対応する"), default=False)
    year_end = models.BooleanField(_("12月29日から1月3日も対応する"), default=False)
    days_ask = models.BooleanField(_("曜日は相談"), default=False)
    opens = models.PositiveSmallIntegerField(_("開始"), default=9 * 60)  # minutes of the day
    closes = models.PositiveSmallIntegerField(_("終了"), default=17 * 60)
    week_capacity = models.PositiveSmallIntegerField(_("1週間に受けられる件数"), null=True, blank=True)
    ask_first = models.BooleanField(_("引き受ける前に電話で確認したい"), default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("事業者の案内")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("closes"), closes__lte=1440), name="vendor_hours"
            )
        ]

    def __str__(self) -> str:
        return f"profile of {self.organisation_id}"


class VendorListing(models.Model):
    """From when until when a programme lists a vendor: only their work is covered (OSK 3.4.3)."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="listings")
    listed_from = models.DateField(_("登録した日"))
    listed_until = models.DateField(_("登録の最後の日"), null=True, blank=True)
    by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("事業者の登録")
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation", "listed_from"], name="vendor_listing_once")
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}/{self.organisation_id} from {self.listed_from}"
