"""Machines seen in a firm's network, and what the firm says of them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from sensors.models.box import Sensor
from tenants.models.worded import pair_index
from tenants.tenancy.owned import TenantOwned


class Device(TenantOwned):
    """A machine by its MAC address. Seen by a box; named by the firm (OSK 5.3.3: "MAC alone did not find it")."""

    class Whose(models.TextChoices):
        """Whose machine it is."""

        UNKNOWN = "", _("まだ分からない")
        COMPANY = "company", _("会社のもの")
        PRIVATE = "private", _("個人のもの")
        NOT_OURS = "not_ours", _("うちの機器ではない")

    class Antivirus(models.TextChoices):
        """Whether it has antivirus of its own."""

        UNKNOWN = "", _("分からない")
        YES = "yes", _("入っている")
        NO = "no", _("入っていない")

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    mac = models.CharField(_("機器の番号"), max_length=17)
    last_ip = models.GenericIPAddressField(_("最後のアドレス"), null=True)
    # Names it gave itself on the network, newest first.
    names_seen = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    vendor = models.CharField(_("メーカー"), max_length=120, blank=True)
    random_mac = models.BooleanField(_("番号を変える機器"), default=False)
    first_seen_at = models.DateTimeField(_("最初に見た日時"))
    last_seen_at = models.DateTimeField(_("最後に見た日時"))
    # Seen between 22:00 and 05:00 (JST): who works then?
    night_seen_at = models.DateTimeField(_("夜間に見た日時"), null=True)
    given_name = models.CharField(_("呼び名"), max_length=60, blank=True)
    owner = models.CharField(_("使っている人"), max_length=60, blank=True)
    whose = models.CharField(_("だれのものか"), max_length=10, choices=Whose, default=Whose.UNKNOWN, blank=True)
    antivirus = models.CharField(
        _("ウイルス対策ソフト"), max_length=4, choices=Antivirus, default=Antivirus.UNKNOWN, blank=True
    )
    # Work stops without it (a server, a till): cut off only after a second question (sensors.isolating).
    must_run = models.BooleanField(_("止められない機器"), default=False, db_default=False)
    must_run_reason = models.CharField(_("止められない理由"), max_length=200, blank=True, default="", db_default="")
    named_at = models.DateTimeField(null=True)
    named_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("端末")
        constraints = [models.UniqueConstraint(fields=["tenant", "sensor", "mac"], name="device_once")]
        indexes = [
            models.Index(fields=["tenant", "-last_seen_at"], name="device_newest"),
            pair_index("given_name", "owner", "device_worded"),
        ]

    @property
    def called(self) -> str:
        """What the firm calls it, else what it calls itself; "" when neither is known."""
        return str(self.given_name or next(iter(self.names_seen), ""))


class InspectionConsent(TenantOwned):
    """The firm agreed that a box inspects its traffic (通信の秘密), in the words of a version, until `ended_at`."""

    version = models.PositiveIntegerField(_("文面の版"))
    given_at = models.DateTimeField(_("同意"))
    given_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("取消し"), null=True)
    ended_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("検査への同意")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "version"],
                condition=models.Q(ended_at__isnull=True),
                name="inspection_consent_once",
            )
        ]
