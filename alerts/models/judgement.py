"""What people of SOC and desk judged of groups of alerts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from alerts.models.alert import AlertGroup, Grade
from tenants.models import User
from tenants.tenancy.owned import TenantOwned


class Verdict(models.TextChoices):
    """What a person judged of a group after a look."""

    TRUE_POSITIVE = "true_positive", _("本物の検知")
    FALSE_POSITIVE = "false_positive", _("誤った検知")
    UNSURE = "unsure", _("判断がつかない")
    HARMLESS = "harmless", _("害はない")
    DEALT_WITH = "dealt_with", _("対応が済んだ")
    # Takes an earlier judgement back: the group is a question again.
    OPEN_AGAIN = "open_again", _("まだ確認が必要")


class Basis(models.TextChoices):
    """Reasons that come again and again, to be chosen instead of written. The firm reads them."""

    CALLBACK = "callback", _("攻撃者のサーバーとの通信と見られる")
    INFECTED = "infected", _("感染した機器の動きがある")
    REACHED = "reached", _("攻撃が社内の機器まで届いている")
    LEAKED = "leaked", _("パスワードなどが送られたおそれがある")
    BUSINESS = "business", _("業務で使う通信だった")
    UPDATE = "update", _("ソフトの更新の通信だった")
    TRIAL = "trial", _("検査や試験の通信だった")
    WIDE_RULE = "wide_rule", _("目印(ルール)が広すぎる")
    FEW_FACTS = "few_facts", _("記録だけでは分からない")
    ASK_FIRM = "ask_firm", _("会社に確かめる必要がある")
    MAY_GO_ON = "may_go_on", _("続くかどうかを見る")


class JudgedAs(models.TextChoices):
    """As whom a person judged; the names of the grants that let them."""

    WATCH = "watch", _("監視担当")
    DESK = "desk", _("相談窓口")


class AlertJudgement(TenantOwned):
    """One judgement of a group: rows are added, never changed, and the newest counts.

    Never without a reason: one of `Basis`, or the person's own words.
    """

    group = models.ForeignKey(AlertGroup, on_delete=models.PROTECT, related_name="judgements", db_constraint=False)
    verdict = models.CharField(_("判断"), max_length=16, choices=Verdict)
    basis = models.CharField(_("決まった理由"), max_length=10, choices=Basis, blank=True)
    reason = models.CharField(_("理由"), max_length=300)
    # The grade that was judged: a group whose grade rises afterwards is a question again.
    grade = models.PositiveSmallIntegerField(choices=Grade)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Blank only in rows from before it was written down.
    by_role = models.CharField(max_length=6, choices=JudgedAs, blank=True)

    class Meta:
        verbose_name = _("検知の判断")
        indexes = [models.Index(fields=["tenant", "group", "-judged_at"], name="judgement_newest")]

    @property
    def words(self) -> str:
        """The chosen reason and the person's own words."""
        return " ".join(filter(None, (str(self.get_basis_display()), self.reason)))


class AlertNote(TenantOwned):
    """What SOC and desk write to each other about a group: added, never changed, and never the firm's to read."""

    group = models.ForeignKey(AlertGroup, on_delete=models.PROTECT, related_name="notes", db_constraint=False)
    body = models.CharField(_("メモ"), max_length=500)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("検知のメモ")
        indexes = [models.Index(fields=["tenant", "group", "-noted_at"], name="alert_note_newest")]
