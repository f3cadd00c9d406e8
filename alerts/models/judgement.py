"""What people of SOC and desk judged of groups of alerts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from alerts.models.alert import AlertGroup, Grade
from tenants.models import User
from tenants.tenancy.owned import TenantOwned


class Verdict(models.TextChoices):
    """What a person judged of a group after a look."""

    HARMLESS = "harmless", _("害はない")
    FALSE_POSITIVE = "false_positive", _("誤った検知")
    DEALT_WITH = "dealt_with", _("対応が済んだ")
    # Takes an earlier judgement back: the group is a question again.
    OPEN_AGAIN = "open_again", _("まだ確認が必要")


class AlertJudgement(TenantOwned):
    """One judgement of a group: rows are added, never changed, and the newest counts. Never without a reason."""

    group = models.ForeignKey(AlertGroup, on_delete=models.PROTECT, related_name="judgements", db_constraint=False)
    verdict = models.CharField(_("判断"), max_length=16, choices=Verdict)
    reason = models.CharField(_("理由"), max_length=300)
    # The grade that was judged: a group whose grade rises afterwards is a question again.
    grade = models.PositiveSmallIntegerField(choices=Grade)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("検知の判断")
        indexes = [models.Index(fields=["tenant", "group", "-judged_at"], name="judgement_newest")]
