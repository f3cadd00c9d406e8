"""The platform's side of the boxes: identity, keys, state, quarantine of what could not be read."""

from __future__ import annotations

from django.db import models
from django.db.models import Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from sensors.states import SensorState
from tenants.tenancy.owned import TenantOwned


class SeenHour(models.Func):
    """Hours from 1970 to a time, 0 for none; sensors.silence.seen_hour does the same."""

    template = "coalesce(floor(extract(epoch FROM %(expressions)s AT TIME ZONE 'UTC') / 3600)::integer, 0)"
    output_field = models.IntegerField()
    arity = 1


class Sensor(TenantOwned):
    """A box at a firm."""

    State = SensorState

    device_id = models.UUIDField(_("機器番号"), unique=True)
    name = models.CharField(_("名前"), max_length=80)
    state = models.CharField(_("状態"), max_length=20, choices=State, default=State.PREPARED)
    shipped_at = models.DateTimeField(_("発送"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("到着"), null=True, blank=True)
    activated_at = models.DateTimeField(_("利用開始"), null=True, blank=True)
    # The first report that says that traffic goes through the engine; since when it does not, None while it does.
    protecting_at = models.DateTimeField(_("守り始め"), null=True, blank=True)
    unprotected_since = models.DateTimeField(_("守りが切れた時刻"), null=True, blank=True)
    # All seconds not inspected up to the last report; the next report is compared with it.
    off_total_s = models.FloatField(null=True, blank=True)
    last_seen_at = models.DateTimeField(_("最後の連絡"), null=True, blank=True)
    home_net = models.JSONField(_("社内ネットワーク"), default=list, blank=True)
    heartbeat = models.JSONField(_("最後の報告"), default=dict, blank=True)
    # Functions the platform has switched off ("ips", "av", "wg").
    switched_off = models.JSONField(_("止めている機能"), default=list, blank=True)
    # When the newest of its orders that was ever applied was made: it holds what had been decided by then.
    ordered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # What the last report says it runs. Columns, so that boxes behind the others are found by an index; a report that
    # changes neither leaves the index alone.
    agent_version = models.GeneratedField(
        expression=Coalesce(KT("heartbeat__agent_version"), Value("", output_field=models.TextField())),
        output_field=models.TextField(),
        db_persist=True,
    )
    suricata_version = models.GeneratedField(
        expression=Coalesce(KT("heartbeat__suricata_version"), Value("", output_field=models.TextField())),
        output_field=models.TextField(),
        db_persist=True,
    )
    # In which hour it was last heard of: silent boxes are found by an index that changes once an hour, not with each
    # report.
    seen_hour = models.GeneratedField(
        expression=SeenHour("last_seen_at"), output_field=models.IntegerField(), db_persist=True
    )

    class Meta:
        verbose_name = _("センサー")
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="sensor_in_firm")]
        indexes = [
            models.Index(fields=["agent_version"], name="box_by_agent", condition=models.Q(state="active")),
            models.Index(fields=["suricata_version"], name="box_by_suricata", condition=models.Q(state="active")),
            models.Index(fields=["ordered_at"], name="box_by_order", condition=models.Q(state="active")),
            # Boxes that let traffic past, then those silent for longest (sensors.fleet.IN_NEED).
            models.Index(
                fields=["unprotected_since", "seen_hour", "id"], name="box_in_need", condition=models.Q(state="active")
            ),
            models.Index(
                fields=["id"],
                name="box_under_way",
                condition=models.Q(
                    state__in=[SensorState.PREPARED.value, SensorState.SHIPPED.value, SensorState.ARRIVED.value]
                ),
            ),
        ]


class ProtectionDay(TenantOwned):
    """How long a box's traffic went around its engine on one day (JST), as the box adds it up."""

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    day = models.DateField(_("日"))
    off_s = models.PositiveIntegerField(_("守りが切れていた秒数"), default=0)

    class Meta:
        verbose_name = _("守りの記録")
        constraints = [models.UniqueConstraint(fields=["tenant", "sensor", "day"], name="protection_day_once")]


class WatchGap(TenantOwned):
    """A span in which one function of a box, or every one (""), did not judge traffic, and why (sensors.watching)."""

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    function = models.CharField(_("機能"), max_length=8, blank=True)
    cause = models.CharField(_("理由"), max_length=12)
    began_at = models.DateTimeField(_("始まり"))
    ended_at = models.DateTimeField(_("終わり"))

    class Meta:
        verbose_name = _("見守れなかった時間")
        indexes = [models.Index(fields=["tenant", "sensor", "-ended_at"], name="watch_gap_newest")]


class SensorKey(TenantOwned):
    """An Ed25519 public key of a box; two may be valid while it changes keys.

    It holds until `revoked_at` or `expires_at`. `confirmed_at`: when the box first used it.
    """

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="keys", db_constraint=False)
    key_id = models.UUIDField(unique=True)
    public_key = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("センサーの鍵")


class ActivationCode(TenantOwned):
    """A one-time code that lets a box register its key. Only its hash is kept.

    The first four characters find the row, so that a wrong guess at the rest takes a try off it.
    """

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="codes", db_constraint=False)
    lookup = models.CharField(max_length=4, unique=True)
    code_hash = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField(default=5)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("利用開始コード")
