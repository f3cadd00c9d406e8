"""What the call centre has to do for a firm."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models.incident import Incident
from incidents.states.task import TaskState
from notifications.models import Attention
from tenants.models.worded import words_index
from tenants.tenancy.owned import TenantOwned

TASK_STATES = [
    (TaskState.OPEN.value, _("未着手")),
    (TaskState.TAKEN.value, _("対応中")),
    (TaskState.DONE.value, _("完了")),
]


class DeskTask(TenantOwned):
    """Something the call centre must do for a firm."""

    class Kind(models.TextChoices):
        """Why the desk acts."""

        FIRST_RESPONSE = "first_response", _("初動対応の案内")
        ANTIVIRUS_UNRESOLVED = "antivirus_unresolved", _("ウイルス検知の確認")
        ATTENTION = "attention", _("確認の依頼")

    kind = models.CharField(_("種類"), max_length=30, choices=Kind)
    state = models.CharField(_("状態"), max_length=20, choices=TASK_STATES, default=TaskState.OPEN.value)
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.PROTECT, related_name="tasks", db_constraint=False
    )
    attention = models.ForeignKey(Attention, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    importance = models.PositiveSmallIntegerField(_("重要度"), default=1)
    opened_at = models.DateTimeField(_("受付"))
    due_at = models.DateTimeField(_("目標"))
    taken_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(_("完了"), null=True)
    outcome = models.CharField(_("結果"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "attention"], name="task_attention_once"),
            models.UniqueConstraint(
                fields=["tenant", "incident", "kind"], condition=models.Q(done_at__isnull=True), name="task_open_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-importance", "due_at", "id"], name="task_queue", condition=models.Q(done_at__isnull=True)
            ),
            words_index("outcome", "task_worded"),
        ]

    @property
    def mark(self) -> str:
        """What an open page has seen; another value: it was taken, given back, finished or moved."""
        return f"{self.state}.{self.taken_by_id or 0}.{self.due_at.timestamp():.0f}"
