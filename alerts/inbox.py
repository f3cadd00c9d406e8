"""The queue of stored batches: whose turn it is, what a try that failed costs, and when a batch is set aside."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction

from alerts import rows
from alerts.budget import Budget
from alerts.ingest import batch_ingest
from alerts.waiting import WaitingBatch
from tenants.jobs import wake

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 8  # the same figure stands in sec.waiting_batches
FIRST_RETRY = timedelta(seconds=30)
_NEXT = """
SELECT batch_id, epoch, first_seq, encoding, body, clock_offset_ms, received_at, attempts FROM alerts_inboxbatch
 WHERE tenant_id = %s AND sensor_id = %s AND processed_at IS NULL AND attempts < %s
   AND (retry_at IS NULL OR retry_at <= %s)
 ORDER BY epoch, first_seq LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_MORE = """
SELECT EXISTS (SELECT FROM alerts_inboxbatch WHERE tenant_id = %s AND sensor_id = %s AND processed_at IS NULL
                  AND attempts < %s AND (retry_at IS NULL OR retry_at <= %s))
"""


def inbox_ingest(*, tenant_id: int, sensor_id: int, now: datetime) -> dict[str, Any] | None:
    """Work on the oldest waiting batch of a box, inside its firm's scope, and wake the next worker if more wait.

    Returns the batch's outcome; None when nothing waits or another worker is at this box: a box's batches are
    taken one after the other, in the order of its sequence, so that counts do not depend on who was quicker.
    A batch that fails is tried again later; after eight tries it stays for the SOC, and never stops the others.
    """
    batch = _next_batch(tenant_id, sensor_id, now)
    if batch is None:
        return None
    try:
        with transaction.atomic():
            outcome = batch_ingest(batch, now, Budget())
    except OperationalError:
        raise  # the database itself is in trouble: the task is tried again as a whole
    except Exception as problem:
        logger.exception("batch %s of sensor %s failed", batch.batch_id, sensor_id)
        outcome = {"failed": _failure_record(batch, problem, now)}
    with connection.cursor() as cursor:
        cursor.execute(_MORE, (tenant_id, sensor_id, MOST_ATTEMPTS, now))
        if cursor.fetchone()[0]:
            wake("alerts.tasks.ingest_batch", tenant_id=tenant_id, sensor_id=sensor_id)
    return outcome


def _next_batch(tenant_id: int, sensor_id: int, now: datetime) -> WaitingBatch | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('inbox:' || %s, 0))", (str(sensor_id),))
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(_NEXT, (tenant_id, sensor_id, MOST_ATTEMPTS, now))
        row = cursor.fetchone()
    if row is None:
        return None
    batch_id, epoch, first_seq, encoding, body, *rest = row
    return WaitingBatch(tenant_id, sensor_id, batch_id, epoch, first_seq, encoding, bytes(body), *rest)


def _failure_record(batch: WaitingBatch, problem: Exception, now: datetime) -> str:
    error = rows.stored_text(f"{type(problem).__name__}: {problem}", 300)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_inboxbatch SET attempts = attempts + 1, error = %s, retry_at = %s"
            " WHERE tenant_id = %s AND sensor_id = %s AND batch_id = %s",
            (
                error,
                now + FIRST_RETRY * 2**batch.attempts,
                batch.tenant_id,
                batch.sensor_id,
                str(batch.batch_id),
            ),
        )
    return error
