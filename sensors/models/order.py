"""What boxes are ordered to do: signed orders, the files they name, and what an analyst tells a box to let be."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sensors.models.box import Sensor
from sensors.states import OrderState
from tenants.models import Programme
from tenants.tenancy.owned import TenantOwned


class OrderFile(models.Model):
    """A file boxes fetch by its hash: rules, lists of hashes and names. It holds nothing of a firm."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    content = models.BinaryField()  # gzip; the hash is over these bytes
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256[:12]


class RuleBundle(models.Model):
    """One state of the detection rules, as suricata-update put them together. The newest goes to every box."""

    version = models.PositiveIntegerField(_("版"), unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    file = models.ForeignKey(OrderFile, on_delete=models.PROTECT, related_name="+")
    rule_count = models.PositiveIntegerField(_("ルール数"))
    source = models.CharField(_("出所"), max_length=300)

    class Meta:
        verbose_name = _("検知ルール")

    def __str__(self) -> str:
        return f"v{self.version} ({self.rule_count})"


class KnownFile(models.Model):
    """A file by its SHA-256 that every box of a programme stops, or that is never to be stopped.

    A row that was withdrawn or is to be let pass stays so, whatever boxes report: only an analyst changes it.
    """

    class Kind(models.TextChoices):
        """What happens to it."""

        BLOCK = "block", _("止める")
        ALLOW = "allow", _("止めない")

    class Basis(models.TextChoices):
        """What the platform weighed."""

        FIRMS = "firms", _("複数の会社で見つかった")
        ANALYST = "analyst", _("監視担当の判断")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField("SHA-256", max_length=64)
    signature = models.CharField(max_length=200)
    learned_at = models.DateTimeField()
    kind = models.CharField(_("扱い"), max_length=8, choices=Kind, db_default="block", default=Kind.BLOCK)
    basis = models.CharField(_("根拠"), max_length=8, choices=Basis, db_default="firms", default=Basis.FIRMS)
    reason = models.CharField(_("理由"), max_length=200, blank=True, db_default="")
    expires_at = models.DateTimeField(_("期限"), null=True)
    decided_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "sha256"], name="known_file_once"),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="known_file_is_a_hash"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class FileReport(TenantOwned):
    """A box's antivirus condemned a file. One box may be wrong or lie: what is done about it is decided elsewhere."""

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    sha256 = models.CharField(max_length=64)
    signature = models.CharField(max_length=200)
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("ウイルスとされたファイル")
        constraints = [models.UniqueConstraint(fields=["tenant", "sensor", "sha256"], name="file_report_once")]
        indexes = [
            models.Index(fields=["sha256"], name="file_report_hash"),
            models.Index(fields=["tenant", "sensor", "reported_at"], name="file_report_day"),
        ]


class WebGuardName(models.Model):
    """A host name the web guard blocks, or lets pass although a list names it."""

    class Kind(models.TextChoices):
        """What happens to it."""

        BLOCK = "block", _("止める")
        ALLOW = "allow", _("通す")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("ホスト名"), max_length=253)
    kind = models.CharField(_("扱い"), max_length=10, choices=Kind)
    reason = models.CharField(_("理由"), max_length=200)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="web_guard_name_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.kind}"


class Order(TenantOwned):
    """What one box shall do, signed; versions only rise. `manifest` are the signed bytes as they were sent."""

    State = OrderState

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="orders", db_constraint=False)
    version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)
    manifest = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    state = models.CharField(_("状態"), max_length=12, choices=State, default=State.WAITING)
    answered_at = models.DateTimeField(null=True)
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("機器への指示")
        constraints = [models.UniqueConstraint(fields=["tenant", "sensor", "version"], name="order_version")]
        indexes = [
            models.Index(
                fields=["sensor"], name="order_not_held", condition=models.Q(state__in=("refused", "rolled_back"))
            )
        ]


class Suppression(TenantOwned):
    """An analyst tells one box to let a signature be, for a source, a destination or a device; never without a reason.

    `applied_at`: when the box said that it does. `hits`: how often it has taken effect since.
    """

    class Effect(models.TextChoices):
        """What it does."""

        SILENCE = "silence", _("知らせない(止めるかどうかは変えない)")
        ALLOW = "allow", _("通す(数だけ数える)")

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="suppressions", db_constraint=False)
    signature_id = models.BigIntegerField(_("シグネチャ番号"))
    signature = models.CharField(_("シグネチャ"), max_length=300)
    source = models.CharField(_("送信元"), max_length=49, blank=True)
    destination = models.CharField(_("宛先"), max_length=49, blank=True)
    device = models.CharField(_("端末のMAC"), max_length=17, blank=True)
    effect = models.CharField(_("扱い"), max_length=10, choices=Effect)
    reason = models.CharField(_("理由"), max_length=300)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("期限"))
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    ordered_version = models.PositiveIntegerField(null=True)
    applied_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)
    hits = models.PositiveBigIntegerField(_("効いた回数"), default=0)
    last_hit_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("抑止")
        indexes = [models.Index(fields=["tenant", "sensor", "-created_at"], name="suppression_by_box")]
