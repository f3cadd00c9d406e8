"""Graded alerts and the groups people look at."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from alerts.soc_states import HANDLED, WAITING, SocState
from notifications.models import OutboxMessage
from sensors.models import Sensor
from tenants.tenancy.owned import TenantOwned


class Grade(models.IntegerChoices):
    """Importance: OSK 表3-7. Shown in one way only (template tag `importance`)."""

    NONE = 0, _("記録のみ")
    LOW = 1, _("低")
    MEDIUM = 2, _("中")
    HIGH = 3, _("高")


class Function(models.TextChoices):
    """Which protection saw it: OSK 表3-6."""

    IPS = "ips", _("不正侵入対策")
    AV = "av", _("ウイルス対策")
    WG = "wg", _("危険サイト対策")
    UF = "uf", _("サイト分類")
    APG = "apg", _("アプリの利用")


class Direction(models.TextChoices):
    """Direction of what was seen: OSK 表4-22."""

    INBOUND = "inbound", _("外部からの攻撃")
    OUTBOUND = "outbound", _("外部への不正通信")
    INTERNAL = "internal", _("内部の弱点")
    EXTERNAL = "external", _("外部どうし")
    UNKNOWN = "unknown", _("向きが分からない")


class Notify(models.TextChoices):
    """How the firm is informed."""

    NONE = "none", _("メールしない")
    DIGEST = "digest", _("1時間ごとのまとめ")
    AT_ONCE = "at_once", _("すぐに")


class DigestState(models.TextChoices):
    """Whether a digest still has to name a group. Only groups with `notify` digest come into one."""

    UNWRITTEN = "unwritten"  # in no digest so far, or alerts joined after the last one
    WRITTEN = "written"
    WITHDRAWN = "withdrawn"  # the firm hears of it in another way, for example by its incident


SOC_STATES = [
    (SocState.NEW.value, _("新しい")),
    (SocState.LOOKING.value, _("確認中")),
    (SocState.JUDGED.value, _("判断済み")),
    (SocState.ESCALATED.value, _("初動対応へ")),
]


class AlertGroup(TenantOwned):
    """Alerts of one kind, on one device of the firm, in one JST clock hour: what people see, mail and answer."""

    # No index of the firm or the box alone: those below begin with both, each alert that joins writes all of them anew,
    # and PostgreSQL would take it for "the newest of a thousand firms" and read every group they ever had.
    tenant = models.ForeignKey("tenants.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    hour = models.DateTimeField()
    function = models.CharField(max_length=8, choices=Function)
    direction = models.CharField(max_length=8, choices=Direction)
    family = models.CharField(max_length=160)
    asset_key = models.CharField(max_length=64)
    asset_ip = models.GenericIPAddressField(null=True)
    asset_mac = models.CharField(max_length=17, blank=True)
    signature = models.CharField(max_length=300)
    signature_id = models.BigIntegerField(null=True)
    category = models.CharField(max_length=120, blank=True)
    peer = models.CharField(max_length=255, blank=True)
    # What makes it one threat over many hours (AlertSeries): of one visit to a listed site several signature families
    # speak, and it is known by the site.
    threat_key = models.GeneratedField(
        expression=models.Case(
            models.When(
                models.Q(function=Function.WG.value) & ~models.Q(peer=""),
                then=Concat(models.Value("site:"), models.F("peer")),
            ),
            default=models.F("family"),
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    grade = models.PositiveSmallIntegerField(choices=Grade)
    notify = models.CharField(max_length=8, choices=Notify)
    rule = models.CharField(max_length=60)
    # The change of grading that gave it its importance; None: the rule alone.
    tuning = models.ForeignKey("alerts.Tuning", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    alert_count = models.PositiveIntegerField()
    blocked_count = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    digest_state = models.CharField(max_length=10, choices=DigestState, default=DigestState.UNWRITTEN)
    # The last digest that names it; stays when alerts join later. No index: nobody asks a mail for its groups.
    digest = models.ForeignKey(
        OutboxMessage, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    # What the last digest counted: the next one mails only the alerts that joined later.
    told_count = models.PositiveIntegerField(default=0)
    told_blocked = models.PositiveIntegerField(default=0)
    triaged_at = models.DateTimeField(null=True)
    # Intake writes groups without these: the database gives them their first values.
    soc_state = models.CharField(
        max_length=10, choices=SOC_STATES, default=SocState.NEW.value, db_default=SocState.NEW.value
    )
    soc_person = models.ForeignKey(
        "tenants.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    soc_since = models.DateTimeField(null=True)
    # The verdict in force for the SOC's list; the rows of AlertJudgement are what was judged.
    soc_verdict = models.CharField(max_length=16, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "sensor", "hour", "function", "direction", "family", "asset_key"],
                name="alert_group_once",
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "-last_at"], name="alert_group_newest"),
            # Over all firms: the SOC's list, whose reader is asked about row by row.
            models.Index(fields=["-last_at", "-id"], name="alert_group_newest_of_all"),
            models.Index(
                fields=["hour"],
                name="alert_group_digest",
                condition=models.Q(notify="digest", digest_state="unwritten"),
            ),
            # For the question whether the same came back: of every watched or recently closed incident.
            models.Index(
                fields=["tenant", "family", "asset_key"], name="alert_group_kin", condition=~models.Q(notify="none")
            ),
            # The groups of one series, newest first.
            models.Index(
                fields=["tenant", "asset_key", "threat_key", "-last_at"],
                name="alert_group_of_series",
                condition=models.Q(grade__gte=1),
            ),
            # What nobody judged yet, however old: few groups are ★★, so few are written here.
            models.Index(fields=["tenant", "hour"], name="alert_group_question", condition=models.Q(grade__gte=2)),
            # The SOC's work over all firms, newest first. Most groups only keep a record and are not written here.
            models.Index(
                fields=["-last_at", "-id"],
                name="alert_group_waiting",
                condition=models.Q(grade__gte=1, soc_state__in=[state.value for state in WAITING]),
            ),
            # And what it has judged or given to first response; nobody judges most groups one by one.
            models.Index(
                fields=["-last_at", "-id"],
                name="alert_group_handled",
                condition=models.Q(grade__gte=1, soc_state__in=[state.value for state in HANDLED]),
            ),
            # Searched for as a whole: the other end, and the signature's number.
            models.Index(
                fields=["peer", "-last_at", "-id"],
                name="alert_group_peer",
                condition=models.Q(grade__gte=1),
            ),
            models.Index(
                fields=["signature_id", "-last_at", "-id"],
                name="alert_group_mark",
                condition=models.Q(grade__gte=1, signature_id__isnull=False),
            ),
            # The same family at other firms, newest first.
            models.Index(
                fields=["family", "-last_at", "-id"], name="alert_group_family", condition=models.Q(grade__gte=1)
            ),
        ]


class Alert(TenantOwned):
    """One graded alert. The raw event stays in the inbox batch (alerts.selectors.raw_event).

    Partitioned by month on event_time: the box's time, corrected once at intake.
    """

    pk = models.CompositePrimaryKey("tenant_id", "event_time", "sensor_id", "epoch", "seq")
    event_time = models.DateTimeField()
    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    epoch = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    batch_id = models.UUIDField()
    group = models.ForeignKey(AlertGroup, on_delete=models.PROTECT, related_name="alerts", db_constraint=False)
    time_trusted = models.BooleanField(default=True)
    function = models.CharField(max_length=8, choices=Function)
    direction = models.CharField(max_length=8, choices=Direction)
    grade = models.PositiveSmallIntegerField(choices=Grade)
    notify = models.CharField(max_length=8, choices=Notify)
    blocked = models.BooleanField()
    rule = models.CharField(max_length=60)
    rule_set = models.CharField(max_length=20)
    signature_id = models.BigIntegerField(null=True)
    gid = models.IntegerField(null=True)
    rev = models.IntegerField(null=True)
    signature = models.CharField(max_length=300)
    category = models.CharField(max_length=120)
    severity = models.SmallIntegerField(null=True)
    flow_id = models.BigIntegerField(null=True)
    src_ip = models.GenericIPAddressField(null=True)
    src_port = models.IntegerField(null=True)
    dest_ip = models.GenericIPAddressField(null=True)
    dest_port = models.IntegerField(null=True)
    proto = models.CharField(max_length=16)
    app_proto = models.CharField(max_length=24)
    asset_ip = models.GenericIPAddressField(null=True)
    asset_mac = models.CharField(max_length=17)
    host = models.CharField(max_length=255)
    url = models.CharField(max_length=512)
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    mail_subject = models.CharField(max_length=255)
    # As the mail itself says it, and as the program calls itself (OSK 3.4.2.1). Older alerts have neither.
    mail_date = models.CharField(max_length=64, default="", db_default="")
    app_name = models.CharField(max_length=120, default="", db_default="")

    class Meta:
        db_table = "alerts_alert"


class CallbackCount(TenantOwned):
    """Times of the latest infection-evidence events of one device and signature family.

    A pair of inside machines has a row of its own: `device` is the one that opens, `family` names the other
    (`inside:<address>`), and `families` says of each time which signature family it was.
    """

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    device = models.CharField(max_length=64)
    family = models.CharField(max_length=160)
    recent = ArrayField(models.DateTimeField(), default=list)
    families = ArrayField(models.CharField(max_length=160), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "sensor", "device", "family"], name="callback_count_once")
        ]
