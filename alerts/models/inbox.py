"""What boxes sent, exactly as they sent it."""

from __future__ import annotations

from django.db import models

from sensors.models import Sensor
from tenants.tenancy.owned import TenantOwned


class InboxBatch(TenantOwned):
    """A batch, compressed as it came: stored before the box gets its 202, and the raw archive afterwards.

    Partitioned by month on batch_id, whose first 48 bits are its time (UUIDv7).
    """

    pk = models.CompositePrimaryKey("tenant_id", "sensor_id", "batch_id")
    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    batch_id = models.UUIDField()
    epoch = models.PositiveIntegerField()
    first_seq = models.PositiveBigIntegerField()
    line_count = models.PositiveIntegerField()
    content_sha256 = models.BinaryField(max_length=32)
    encoding = models.CharField(max_length=8)
    body = models.BinaryField()
    clock_offset_ms = models.BigIntegerField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    retry_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        db_table = "alerts_inboxbatch"


class QuarantinedLine(TenantOwned):
    """A line that could not be read, kept aside with the reason for the SOC to look at."""

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    batch_id = models.UUIDField()
    epoch = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    received_at = models.DateTimeField()
    reason = models.CharField(max_length=40)
    detail = models.CharField(max_length=300)
    head = models.CharField(max_length=512)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "sensor", "epoch", "seq"], name="quarantined_line_once")
        ]


class TrafficAggregate(TenantOwned):
    """Volumes and counts a box added up over a period."""

    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    epoch = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    period_from = models.DateTimeField()
    period_to = models.DateTimeField()
    values = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "sensor", "epoch", "seq"], name="traffic_aggregate_once")
        ]
