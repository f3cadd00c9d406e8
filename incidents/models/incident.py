"""Incidents, the alerts that belong to them, and what happened to them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from alerts.models import AlertGroup
from alerts.models.alert import Grade
from incidents.states.incident import IncidentState, Opening
from tenants.models.worded import data_index, words_index
from tenants.tenancy.owned import TenantOwned

INCIDENT_STATES = [
    (IncidentState.OPEN.value, _("受付")),
    (IncidentState.CONTACTED.value, _("連絡済み")),
    (IncidentState.RESPONDING.value, _("対応中")),
    (IncidentState.WATCHING.value, _("経過観察")),
    (IncidentState.CLOSED.value, _("終了")),
]


class Incident(TenantOwned):
    """Something serious enough that a person takes care of it."""

    class Kind(models.TextChoices):
        """What is suspected."""

        MALWARE_SUSPECTED = "malware_suspected", _("ウイルス感染の疑い")
        ANTIVIRUS_UNRESOLVED = "antivirus_unresolved", _("ウイルスが届いた可能性")
        SENSOR_SILENT = "sensor_silent", _("センサーの停止")
        REPORTED = "reported", _("会社からの申告")

    class OpenedBy(models.TextChoices):
        """Which rule or person opened it: OSK 3.4.3, KMM 3.8."""

        HIGH_GRADE = Opening.HIGH_GRADE.value, _("重要度 高の検知")
        CALLBACKS = Opening.CALLBACKS.value, _("不審な通信の回数")
        ANTIVIRUS = Opening.ANTIVIRUS.value, _("ウイルス対策で止めきれなかった検知")
        POLICY = Opening.POLICY.value, _("事業の方針")
        ANALYST = Opening.ANALYST.value, _("監視担当の判断")
        DESK = Opening.DESK.value, _("相談窓口の判断")
        WISH = Opening.WISH.value, _("会社の希望")

    number = models.PositiveIntegerField(_("番号"))
    kind = models.CharField(_("種類"), max_length=40, choices=Kind)
    opened_by = models.CharField(_("きっかけ"), max_length=20, choices=OpenedBy)
    opened_reason = models.CharField(_("開いた理由"), max_length=300, blank=True)
    state = models.CharField(_("状態"), max_length=20, choices=INCIDENT_STATES, default=IncidentState.OPEN.value)
    grade = models.PositiveSmallIntegerField(_("重要度"), choices=Grade)
    family = models.CharField(max_length=160)
    asset_key = models.CharField(max_length=64)
    opened_at = models.DateTimeField(_("発生"))
    closed_at = models.DateTimeField(_("終了"), null=True, blank=True)
    watch_since = models.DateTimeField(_("経過観察の開始"), null=True, blank=True)
    watch_until = models.DateTimeField(_("経過観察の期限"), null=True, blank=True)
    # The same had been closed too long ago to go on: the first of the line.
    recurrence_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="recurrences", db_constraint=False
    )
    # This one was a duplicate; never of a duplicate.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates", db_constraint=False
    )
    groups = models.ManyToManyField(AlertGroup, through="IncidentGroup", related_name="incidents")

    class Meta:
        verbose_name = _("インシデント")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="incident_number"),
            models.UniqueConstraint(
                fields=["tenant", "kind", "family", "asset_key"],
                condition=~models.Q(state="closed"),
                name="incident_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["watch_until"], name="incident_watched", condition=models.Q(state="watching")),
            models.Index(fields=["closed_at"], name="incident_closed", condition=models.Q(state="closed")),
            # Lists over all firms, for programs and of the desk.
            models.Index(fields=["-opened_at", "-id"], name="incident_newest"),
            models.Index(fields=["number"], name="incident_numbered"),
            words_index("opened_reason", "incident_worded"),
        ]


class IncidentGroup(TenantOwned):
    """An alert group that belongs to an incident. None: a person judged that it belongs to none."""

    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, db_constraint=False)
    group = models.ForeignKey(AlertGroup, on_delete=models.PROTECT, db_constraint=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "group"], name="incident_group_once")]


class IncidentEvent(TenantOwned):
    """One line of an incident's timeline, shown to the firm and to the desk."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="events", db_constraint=False)
    at = models.DateTimeField()
    code = models.CharField(max_length=40)
    actor = models.ForeignKey("tenants.User", null=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [data_index("data", "incident_event_worded")]
