"""Times proposed and agreed for a job, and what was asked before somebody sets out."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from base.moves import Party
from incidents.models.job import Job
from incidents.states.appointment import AppointmentState
from tenants.models import Organisation
from tenants.tenancy.owned import TenantOwned

APPOINTMENT_STATES = [
    (AppointmentState.PROPOSED.value, _("返事待ち")),
    (AppointmentState.AGREED.value, _("決定")),
    (AppointmentState.REFUSED.value, _("都合が合わない")),
    (AppointmentState.DROPPED.value, _("取り消し")),
]


class Appointment(TenantOwned):
    """A time somebody proposed. `side`: for whom it was proposed; the other side agrees.

    One that replaces an agreed time keeps its `uid` and has the next `sequence`, so calendars move the entry.
    """

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="appointments", db_constraint=False)
    vendor = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(_("方法"), max_length=10, choices=Job.Way)
    starts_at = models.DateTimeField(_("開始"))
    minutes = models.PositiveSmallIntegerField(_("見込みの時間（分）"))
    state = models.CharField(
        _("状態"), max_length=10, choices=APPOINTMENT_STATES, default=AppointmentState.PROPOSED.value
    )
    side = models.CharField(max_length=6, choices=[(Party.FIRM.value, _("会社")), (Party.VENDOR.value, _("事業者"))])
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    uid = models.UUIDField(default=uuid.uuid4)
    sequence = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("日時の約束")
        ordering = ["starts_at", "id"]


class VisitCheck(TenantOwned):
    """Answers to what is asked before a visit (incidents.dispatch.visits.QUESTIONS); the newest row holds."""

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="visit_checks", db_constraint=False)
    answers = models.JSONField()
    note = models.CharField(_("補足"), max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("訪問前の確認")
        ordering = ["at", "id"]
