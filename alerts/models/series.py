"""What adds up groups: a series over all hours, and a firm's notices of a day.

Triggers of AlertGroup keep both in the statement that writes the groups (alerts/sql/functions/groups_added.sql and
groups_changed.sql); nobody else may write them. So a page of a firm with 100,000 groups costs what one with ten does.
"""

from __future__ import annotations

from django.db import models

from alerts.models.alert import Direction, Function, Grade
from sensors.models import Sensor
from tenants.tenancy.owned import TenantOwned


class AlertSeries(TenantOwned):
    """The same threat in the same direction on the same device, over hours and days: one line of a firm's list.

    Groups of ★ and more; what only keeps a record is in no series.
    """

    tenant = models.ForeignKey("tenants.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    function = models.CharField(max_length=8, choices=Function)
    direction = models.CharField(max_length=8, choices=Direction)
    threat_key = models.TextField()
    asset_key = models.CharField(max_length=64)
    grade = models.PositiveSmallIntegerField(choices=Grade)  # the highest there ever was
    alert_count = models.BigIntegerField()
    blocked_count = models.BigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    # When it was last of ★★ or more, and of ★★★.
    medium_at = models.DateTimeField(null=True)
    high_at = models.DateTimeField(null=True)
    # The newest group's. In the indexes instead of `last_at`: alerts of an hour that began change no index.
    last_hour = models.DateTimeField()
    newest_group = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "sensor", "function", "direction", "threat_key", "asset_key"],
                name="alert_series_once",
            )
        ]
        indexes = [models.Index(fields=["tenant", "-last_hour"], name="alert_series_newest")]


class NoticeDay(TenantOwned):
    """A firm's notices of one day (JST) by function, direction and grade. A notice counts where its last alert lies."""

    tenant = models.ForeignKey("tenants.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    function = models.CharField(max_length=8, choices=Function)
    direction = models.CharField(max_length=8, choices=Direction)
    grade = models.PositiveSmallIntegerField(choices=Grade)
    notices = models.IntegerField()
    mailed = models.IntegerField()  # of these: worth a mail
    alerts = models.BigIntegerField()
    blocked = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "day", "function", "direction", "grade"], name="notice_day_once")
        ]
