"""What people answered about a machine, question by question."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sensors.models.device import Device
from sensors.which_machine import MachineQuestion
from tenants.tenancy.owned import TenantOwned

QUESTIONS = [
    (MachineQuestion.PRESENT.value, _("会社にありますか")),
    (MachineQuestion.USER.value, _("だれが使っていますか")),
    (MachineQuestion.WHOSE.value, _("会社のもの、個人のもの")),
    (MachineQuestion.NIGHT.value, _("夜に使いますか")),
]


class DeviceAnswer(TenantOwned):
    """One answer about a machine. Rows are added, never changed; the newest of a question holds."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="answers", db_constraint=False)
    question = models.CharField(_("質問"), max_length=8, choices=QUESTIONS)
    answer = models.CharField(_("答え"), max_length=10)
    words = models.CharField(_("使っている人"), max_length=60, blank=True)
    at = models.DateTimeField(_("答えた日時"))
    by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    # Who answered the desk on the telephone; "" when the person wrote it down themselves.
    said_by = models.CharField(_("答えた方"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("端末についての答え")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["tenant", "device", "question", "-at", "-id"], name="device_answer_newest")]
