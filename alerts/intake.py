"""Intake: a batch is committed before its box gets the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import connection

from alerts.batches import BatchHeader
from base.about import about_row
from notifications.models import Attention
from notifications.services import attention_open
from sensors.models import Sensor
from tenants.tenancy.jobs import wake
from tenants.tenancy.scope import tenant_scope


class Accepted(Enum):
    """What became of a batch."""

    STORED = "stored"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class ArrivedBatch:
    """A batch whose sender, hash and caps were checked."""

    header: BatchHeader
    body: bytes
    content_sha256: bytes
    clock_offset_ms: int
    received_at: datetime


def batch_store(*, tenant_id: int, sensor_id: int, batch: ArrivedBatch) -> Accepted:
    """Commit the batch and wake a worker. The same batch again is STORED too; another content under its id is
    a CONFLICT, which a person is asked to look at.
    """
    with tenant_scope(tenant_id):
        if _inserted(tenant_id, sensor_id, batch):
            if not _workers_busy(tenant_id, sensor_id):
                wake("alerts.tasks.ingest_batch", tenant_id=tenant_id, sensor_id=sensor_id)
            return Accepted.STORED
        if _same_content(tenant_id, sensor_id, batch):
            return Accepted.STORED
        attention_open(
            tenant_id=tenant_id,
            kind=Attention.Kind.BATCH_CONFLICT,
            about=about_row(Sensor, sensor_id),
            facts={"batch_id": str(batch.header.batch_id)},
            now=batch.received_at,
        )
        return Accepted.CONFLICT


def _inserted(tenant_id: int, sensor_id: int, batch: ArrivedBatch) -> bool:
    header = batch.header
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO alerts_inboxbatch (tenant_id, sensor_id, batch_id, epoch, first_seq, line_count,"
            " content_sha256, encoding, body, clock_offset_ms, received_at, attempts, error, outcome)"
            " VALUES (%s, %s, %s::uuid, %s, %s, %s, %s, %s, %s, %s, %s, 0, '', '{}') ON CONFLICT DO NOTHING",
            (
                tenant_id,
                sensor_id,
                str(header.batch_id),
                header.epoch,
                header.first_seq,
                header.line_count,
                batch.content_sha256,
                header.encoding,
                batch.body,
                batch.clock_offset_ms,
                batch.received_at,
            ),
        )
        return bool(cursor.rowcount)


def _workers_busy(tenant_id: int, sensor_id: int) -> bool:
    """Whether two more batches of the box wait: then the worker at the first goes on to the next by itself, and to
    ours (alerts.inbox); one alone may be finished this moment without ours being seen.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM alerts_inboxbatch WHERE tenant_id = %s AND sensor_id = %s"
            " AND processed_at IS NULL AND attempts = 0 LIMIT 3) waiting",
            (tenant_id, sensor_id),
        )
        return bool(cursor.fetchone()[0] >= 3)


def _same_content(tenant_id: int, sensor_id: int, batch: ArrivedBatch) -> bool:
    """Content and place in the box's sequence: both are what the box signed for."""
    header = batch.header
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT content_sha256, epoch, first_seq FROM alerts_inboxbatch"
            " WHERE tenant_id = %s AND sensor_id = %s AND batch_id = %s::uuid",
            (tenant_id, sensor_id, str(header.batch_id)),
        )
        stored_hash, epoch, first_seq = cursor.fetchone()
    return (bytes(stored_hash), epoch, first_seq) == (batch.content_sha256, header.epoch, header.first_seq)
