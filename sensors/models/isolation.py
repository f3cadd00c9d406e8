"""Machines a box cuts off from the internet, and the firm's consent that it may be done at night."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from sensors.models.box import Sensor
from sensors.models.device import Device
from sensors.states import OPEN_ISOLATIONS, IsolationState
from tenants.tenancy.owned import TenantOwned

_OPEN = [state.value for state in OPEN_ISOLATIONS]
_WITHOUT_CONSENT = [IsolationState.WISHED.value, IsolationState.ENDED.value, IsolationState.EXPIRED.value]


class IsolationConsent(TenantOwned):
    """The firm agreed that desk and SOC cut a machine off outside its hours without asking, until `ended_at`.

    `hours`: when the firm is there to be asked, as notifications.hours reads them.
    """

    version = models.PositiveIntegerField(_("文面の版"))
    hours = models.CharField(_("会社に人がいる時間"), max_length=120)
    given_at = models.DateTimeField(_("同意"))
    given_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("取消し"), null=True)
    ended_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("夜間の切り離しの同意")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(ended_at__isnull=True), name="isolation_consent_once"
            )
        ]


class Isolation(TenantOwned):
    """One machine of a firm, from the wish to cut it off to its return.

    `addresses`: those it last had, IPv4 and IPv6. Times of the box (`applied_at`, `ended_at`) are by its report.
    """

    State = IsolationState

    class Way(models.TextChoices):
        """How the firm agreed."""

        PAGE = "page", _("会社の画面")
        MAIL = "mail", _("メールのリンク")
        NIGHT = "night", _("夜間の同意")
        PHONE = "phone", _("電話")

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="isolations", db_constraint=False)
    incident_number = models.PositiveIntegerField(_("インシデント"), null=True)
    mac = models.CharField(_("機器の番号"), max_length=17)
    addresses = ArrayField(models.GenericIPAddressField(), default=list, blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=IsolationState, default=IsolationState.WISHED)
    until = models.DateTimeField(_("期限"))
    # Who wished it: a party of base.moves, a person of it or the address of the mail with the link; staff say why.
    wished_at = models.DateTimeField(_("依頼"))
    wished_party = models.CharField(max_length=10)
    wished_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    contact = models.CharField(max_length=254, blank=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    must_run_confirmed = models.BooleanField(default=False)
    consented_at = models.DateTimeField(_("同意"), null=True)
    consent_way = models.CharField(_("同意の方法"), max_length=5, choices=Way, blank=True)
    # Who agreed, as the desk wrote it down, and when: the firm's own presses have a person or an address instead.
    consent_words = models.CharField(_("同意した人"), max_length=200, blank=True)
    consent_recorded_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    ordered_version = models.PositiveIntegerField(null=True)
    ordered_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(_("切り離した時刻"), null=True)
    release_asked_at = models.DateTimeField(_("戻す指示"), null=True)
    release_party = models.CharField(max_length=10, blank=True)
    released_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("戻した時刻"), null=True)
    problem = models.CharField(max_length=300, blank=True)
    # Whether its incident's timeline holds every step (incidents.isolation.following).
    followed = models.BooleanField(default=False)
    followed_steps = ArrayField(models.CharField(max_length=10), default=list, blank=True)

    class Meta:
        verbose_name = _("切り離し")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "device"], condition=models.Q(state__in=_OPEN), name="isolation_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=_WITHOUT_CONSENT) | models.Q(consented_at__isnull=False),
                name="isolation_with_consent",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "sensor"], condition=models.Q(state__in=_OPEN), name="isolation_open"),
            models.Index(fields=["tenant", "device", "-id"], name="isolation_of_device"),
            models.Index(fields=["id"], condition=models.Q(followed=False), name="isolation_to_follow"),
            models.Index(fields=["until"], condition=models.Q(state__in=_OPEN), name="isolation_to_end"),
        ]
