"""Changes of grading that the SOC agreed on by four eyes, and how often each took effect."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alerts.models.alert import Direction
from alerts.models.judgement import Basis
from alerts.tuning.rules import Pattern
from alerts.tuning.states import APPROVED, OPEN, WAITING, Fault, TuningState
from tenants.models import Organisation, Programme, User
from tenants.tenancy.owned import TenantOwned

TUNING_STATES = [
    (TuningState.PROPOSED.value, _("過去の記録で試しています")),
    (TuningState.REPLAYED.value, _("承認待ち")),
    (TuningState.UNTRIED.value, _("試せませんでした")),
    (TuningState.REFUSED.value, _("採用しない")),
    (TuningState.IN_FORCE.value, _("有効")),
    (TuningState.EXPIRED.value, _("期限切れ")),
    (TuningState.ROLLED_BACK.value, _("取り消し")),
]
# Why a proposal could not be tried on the past, as its page says it.
TUNING_FAULTS = [
    (Fault.ENDED.value, _("試す処理が、終わる前に止まりました。")),
    (Fault.SLOW.value, _("対象の記録が多く、決められた時間に読み終わりませんでした。")),
    (Fault.DATABASE.value, _("記録を置いているデータベースにつながりませんでした。")),
    (Fault.UNSEEN.value, _("試すことにした人が、いまはこの会社や事業を見られません。")),
    (Fault.ERROR.value, _("試す処理に誤りがありました。運用の担当が記録(ログ)を見てください。")),
]
_OPEN, _WAITING, _APPROVED = ([state.value for state in states] for states in (OPEN, WAITING, APPROVED))
TUNING_BASES = (Basis.BUSINESS, Basis.UPDATE, Basis.TRIAL, Basis.WIDE_RULE)


class TunedGrade(models.IntegerChoices):
    """What a change makes of the detections it is about."""

    NONE = 0, _("知らせない(記録のみ)")
    LOW = 1, _("低(★☆☆)にする")
    MEDIUM = 2, _("中(★★☆)にする")


class Tuning(models.Model):
    """One change of grading: of one firm (`firm`), or of all firms of the programme.

    Written once; only its state moves on. The SOC reads it (`alerts/sql/tables/alerts_tuning.sql`); firms and desk read
    what concerns a firm through sec.tunings_of_firm. `hidden`: incidents and confirmed infections among what it
    would have changed, and one more when not everything could be tried; None until it was tried on the past.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+", db_index=False)
    firm = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    signature_id = models.BigIntegerField(_("目印の番号"))
    signature = models.CharField(_("目印"), max_length=300)
    family = models.CharField(max_length=160)
    direction = models.CharField(_("向き"), max_length=8, choices=Direction, blank=True)
    device = models.CharField(_("社内の機器"), max_length=45, blank=True)
    destination = models.CharField(_("通信の相手"), max_length=253, blank=True)
    grade = models.PositiveSmallIntegerField(_("扱い"), choices=TunedGrade)
    basis = models.CharField(_("決まった理由"), max_length=10, choices=Basis, blank=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    days = models.PositiveSmallIntegerField(_("期限"))
    state = models.CharField(_("状態"), max_length=11, choices=TUNING_STATES, default=TuningState.PROPOSED.value)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提案"))
    progress = models.PositiveSmallIntegerField(default=0)  # per cent of the 90 days
    replay = models.JSONField(default=dict, blank=True)  # alerts.tuning.replay.Replay
    replayed_at = models.DateTimeField(null=True)
    # What became of trying it (alerts.tuning.trying).
    tries = models.PositiveSmallIntegerField(db_default=0, default=0)
    fault = models.CharField(max_length=8, choices=TUNING_FAULTS, blank=True, db_default="", default="")
    tried_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    # Who had it tried again, and for which SOC; it is tried in their sight from then on.
    tried_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    tried_for = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    hidden = models.PositiveIntegerField(null=True)
    override_reason = models.CharField(_("それでも行う理由"), max_length=300, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(_("期限"), null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("判定の調整")
        constraints = [
            # A second look is somebody else's.
            models.CheckConstraint(
                name="tuning_second_look",
                condition=~Q(state__in=_APPROVED)
                | Q(decided_by__isnull=False, expires_at__isnull=False) & ~Q(decided_by=F("proposed_by")),
            ),
            # What would have hidden something serious needs words of its own; what was not tried is not approved.
            models.CheckConstraint(
                name="tuning_tried_on_the_past",
                condition=~Q(state__in=_APPROVED) | Q(hidden__isnull=False) & (Q(hidden=0) | ~Q(override_reason="")),
            ),
            models.CheckConstraint(name="tuning_machine_of_one_firm", condition=Q(firm__isnull=False) | Q(device="")),
            models.UniqueConstraint(
                fields=["programme", "firm", "signature_id", "direction", "device", "destination"],
                condition=Q(state__in=_OPEN),
                nulls_distinct=False,
                name="tuning_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["firm", "programme"], name="tuning_in_force", condition=Q(state="in_force")),
            models.Index(fields=["-id"], name="tuning_waiting", condition=Q(state__in=_WAITING)),
            models.Index(fields=["expires_at"], name="tuning_to_end", condition=Q(state="in_force")),
        ]

    def __str__(self) -> str:
        return f"{self.signature} ({self.signature_id})"

    @property
    def pattern(self) -> Pattern:
        """What it is about."""
        return Pattern(self.signature_id, self.direction, self.device, self.destination)

    @property
    def words(self) -> str:
        """The chosen reason and the person's own words; firms read them."""
        return " ".join(filter(None, (str(self.get_basis_display()), self.reason)))


class TuningEffect(TenantOwned):
    """How many detections of a firm a change of grading met on a day (Japan's time)."""

    tuning = models.ForeignKey(Tuning, on_delete=models.PROTECT, related_name="effects", db_index=False)
    day = models.DateField()
    hits = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "tuning", "day"], name="tuning_effect_once")]
        # Counted over all firms by sec.tunings_count.
        indexes = [models.Index(fields=["day", "tuning"], name="tuning_effect_of_day")]


class TuningDay(models.Model):
    """The same over all firms, counted in the background: what the SOC's page shows."""

    tuning = models.ForeignKey(Tuning, on_delete=models.PROTECT, related_name="by_day", db_index=False)
    day = models.DateField()
    hits = models.PositiveBigIntegerField()
    firms = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tuning", "day"], name="tuning_day_once")]

    def __str__(self) -> str:
        return f"{self.tuning_id} {self.day} {self.hits}"
