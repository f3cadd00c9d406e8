"""What firms answer to notices, and the watch after a scan of their own."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from alerts.models import AlertGroup
from alerts.models.alert import Grade
from incidents.models.device_watch import DeviceWatch
from incidents.states.answer import Answer, NotDone, Way
from tenants.models import User
from tenants.tenancy.owned import TenantOwned

# In the order of OSK 表5-24; the wish to be called is last, where a reader looks who knows no other answer.
ANSWERS = [
    (Answer.REMOVED.value, _("ウイルスを検査し、見つかったので駆除した")),
    (Answer.CLEAN_SCAN.value, _("ウイルスを検査したが、見つからなかった")),
    (Answer.REINSTALLED.value, _("パソコンを初期化して入れ直した")),
    (Answer.UNINSTALLED.value, _("あやしいソフトやアプリを削除した")),
    (Answer.WARNED.value, _("社員に注意を伝えた")),
    (Answer.OTHER.value, _("ほかのことをした")),
    (Answer.NOT_DONE.value, _("何もしていない")),
    (Answer.CALL_ME.value, _("分からない。電話がほしい")),
]
NOT_DONE_REASONS = [
    (NotDone.BLOCKED.value, _("センサーが止めたから")),
    (NotDone.WAITING.value, _("ようすを見ているから")),
    (NotDone.FALSE_ALARM.value, _("まちがった知らせだと思うから")),
    (NotDone.NO_IDEA_HOW.value, _("何をすればよいか分からないから")),
    (NotDone.TOO_MUCH_WORK.value, _("手間がかかるから")),
]
WAYS = [(Way.PAGE.value, _("会社の画面")), (Way.MAIL.value, _("メールのリンク"))]


class AlertAnswer(TenantOwned):
    """What a firm answered to a notice. Rows are added, never changed; the newest of a notice counts.

    One press answers every open notice of the same kind on the same device: its rows share `act`, and the same press
    again adds nothing.
    """

    group = models.ForeignKey(AlertGroup, on_delete=models.PROTECT, related_name="answers", db_constraint=False)
    act = models.UUIDField()
    answer = models.CharField(_("答え"), max_length=12, choices=ANSWERS)
    reason = models.CharField(_("何もしなかった理由"), max_length=14, choices=NOT_DONE_REASONS, blank=True)
    words = models.CharField(_("したこと"), max_length=300, blank=True)
    # Of a scan without a find; None and "" where nobody has said.
    definitions = models.DateField(_("定義ファイルの日付"), null=True)
    extent = models.CharField(_("検査の範囲"), max_length=6, blank=True)
    os_supported = models.CharField(_("OSのサポート"), max_length=7, blank=True)
    # Whether it ends the question (incidents.states.answer), for what was seen until then and of that importance.
    ends = models.BooleanField()
    grade = models.PositiveSmallIntegerField(choices=Grade)
    seen_until = models.DateTimeField()
    answered_at = models.DateTimeField(_("答えた日時"))
    way = models.CharField(max_length=4, choices=WAYS)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    contact = models.CharField(max_length=254, blank=True)  # whose mail the link stood in

    class Meta:
        verbose_name = _("お知らせへの答え")
        ordering = ["-answered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "group", "act"], name="answer_once"),
            models.CheckConstraint(
                condition=models.Q(way=Way.PAGE.value, by__isnull=False, contact="")
                | models.Q(way=Way.MAIL.value, by__isnull=True) & ~models.Q(contact=""),
                name="answer_from_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "group", "-answered_at", "-id"], name="answer_newest"),
            models.Index(fields=["tenant", "-answered_at", "-id"], name="answer_newest_of_firm"),
        ]


class AnswerWatch(DeviceWatch):
    """The watch after a scan the firm did itself; of every signature family that the answer was about."""

    act = models.UUIDField()

    class Meta:
        verbose_name = _("答えのあとの経過観察")
        constraints = [models.UniqueConstraint(fields=["tenant", "act", "family"], name="answer_watch_once")]
        indexes = [models.Index(fields=["id"], name="answer_watch_running", condition=models.Q(state="running"))]
