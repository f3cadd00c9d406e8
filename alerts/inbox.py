"""The queue of stored batches: whose turn it is, what a try that failed costs, and when a batch is set aside.

A try is counted before it begins, in a transaction of its own: a batch that takes its worker down with it is known by
that, waits longer each time and is set aside after three such tries, or at once when its time is spent.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import Error, InterfaceError, OperationalError, connection, transaction

from alerts import rows
from alerts.batches import MOST_COMPRESSED_BYTES, MOST_LINES, MOST_PLAIN_BYTES
from alerts.budget import Budget, BudgetSpent
from alerts.ingest import NotAlike, Outcome, portion_ingest
from alerts.waiting import WaitingBatch, portions
from base.about import about_row
from notifications.models import Attention
from notifications.services import attention_open
from sensors.models import Sensor
from tenants.tenancy.jobs import wake
from tenants.tenancy.scope import tenant_scope

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 8  # the same figure stands in sec.waiting_batches
MOST_INTERRUPTED = 3  # tries that ended with their worker
MOST_TOGETHER = 500  # batches of one turn
FIRST_RETRY = timedelta(seconds=30)
BEGUN = "begun and not ended"
_WAITING = "tenant_id = %s AND processed_at IS NULL AND attempts < %s AND (retry_at IS NULL OR retry_at <= %s)"
# Small batches are taken together, up to the lines and bytes of one large one; one that failed before is taken alone.
_NEXT = f"""
SELECT batch_id, attempts, error FROM (
  SELECT batch_id, epoch, first_seq, attempts, error, row_number() OVER byplace AS place,
         sum(line_count) OVER byplace AS lines, sum(size) OVER byplace AS bytes,
         bool_or(attempts > 0) OVER byplace AS failed
    FROM (SELECT batch_id, epoch, first_seq, attempts, error, line_count, octet_length(body) AS size
            FROM alerts_inboxbatch WHERE sensor_id = %s AND {_WAITING} ORDER BY epoch, first_seq LIMIT %s) oldest
  WINDOW byplace AS (ORDER BY epoch, first_seq, batch_id)) ordered
 WHERE place = 1 OR (lines <= %s AND bytes <= %s AND NOT failed) ORDER BY place
"""
_BEGIN = """
UPDATE alerts_inboxbatch SET attempts = attempts + 1, error = %s,
       retry_at = CASE WHEN attempts > 0 THEN %s::timestamptz + make_interval(secs => %s * 2 ^ (attempts - 1)) END
 WHERE tenant_id = %s AND sensor_id = %s AND batch_id = ANY (%s::uuid[])
"""
_BATCHES = """
SELECT batch_id, epoch, first_seq, encoding, body, clock_offset_ms, received_at, attempts FROM alerts_inboxbatch
 WHERE tenant_id = %s AND sensor_id = %s AND batch_id = ANY (%s::uuid[]) AND processed_at IS NULL
 ORDER BY epoch, first_seq, batch_id FOR UPDATE
"""
# The box after this one, around the firm's boxes, that has something waiting.
_NEXT_BOX = f"""
SELECT sensor_id FROM (SELECT DISTINCT sensor_id FROM alerts_inboxbatch WHERE {_WAITING}) boxes
 ORDER BY sensor_id <= %s, sensor_id LIMIT 1
"""


@dataclass(frozen=True)
class Box:
    """Whose batches they are."""

    tenant_id: int
    sensor_id: int


def inbox_turn(*, tenant_id: int, sensor_id: int, now: datetime, budget: float | None = None) -> list[Outcome]:
    """Work on the oldest waiting batches of a box and wake the next worker if more of the firm wait.

    Opens the firm's scope itself, to note that the tries begin, for the work, and to see what is left. One worker at a
    time works for a firm, so that no firm holds them all, and a box's batches are taken in the order of its sequence,
    so that counts do not depend on who was quicker. Returns the batches' outcomes in order; [] when nothing waits or
    another worker is at this firm. A batch that fails is tried again later and never stops the others. `budget`:
    processor seconds of what is taken together.
    """
    box = Box(tenant_id, sensor_id)
    with _firm_held(tenant_id) as held:
        if not held:
            return []
        with tenant_scope(tenant_id):
            begun = _tries_begin(box, now)
        with tenant_scope(tenant_id):
            outcomes = _batches_try(box, _batches_read(box, begun), now, budget)
    # The firm's lock is free now: a worker that is woken gets it, and batches that came meanwhile are seen here.
    with tenant_scope(tenant_id):
        next_wake(box, now)
    return outcomes


@contextmanager
def _firm_held(tenant_id: int) -> Iterator[bool]:
    """Hold the firm's lock over both transactions of a turn. It belongs to the database session and ends with it."""
    key = f"inbox:{tenant_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (key,))
        held: bool = cursor.fetchone()[0]
    try:
        yield held
    finally:
        if held:
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (key,))


def _tries_begin(box: Box, now: datetime) -> list[UUID]:
    """The batches of this turn, noted as tried once more."""
    with connection.cursor() as cursor:
        cursor.execute(
            _NEXT, (box.sensor_id, box.tenant_id, MOST_ATTEMPTS, now, MOST_TOGETHER, MOST_LINES, MOST_COMPRESSED_BYTES)
        )
        chosen = cursor.fetchall()
        for batch_id, attempts, error in chosen:
            if attempts >= MOST_INTERRUPTED and error == BEGUN:
                batch_set_aside(box, batch_id, "the worker ended in the middle of each try", now)
                return []
        ids = [batch_id for batch_id, _attempts, _error in chosen]
        if ids:
            cursor.execute(
                _BEGIN, (BEGUN, now, FIRST_RETRY.total_seconds(), box.tenant_id, box.sensor_id, list(map(str, ids)))
            )
    return ids


def _batches_try(box: Box, batches: list[WaitingBatch], now: datetime, budget: float | None) -> list[Outcome]:
    """Store all batches together, which saves the fixed cost of each; where that fails, each by itself."""
    if len(batches) > 1:
        try:
            with transaction.atomic():
                return _together(batches, now, budget)
        except (OperationalError, InterfaceError):
            raise
        except NotAlike as reason:
            logger.info("%s batches of sensor %s are taken each by itself: %s", len(batches), box.sensor_id, reason)
        except Exception:
            logger.exception("%s batches of sensor %s do not go in together", len(batches), box.sensor_id)
    return [_batch_try(box, batch, now, budget) for batch in batches]


def _together(batches: list[WaitingBatch], now: datetime, budget: float | None) -> list[Outcome]:
    time_left = Budget() if budget is None else Budget(budget)
    all_portions = portions(batches, MOST_PLAIN_BYTES)
    return [outcome for portion in all_portions for outcome in portion_ingest(portion, now, time_left)]


def _batch_try(box: Box, batch: WaitingBatch, now: datetime, budget: float | None) -> Outcome:
    try:
        with transaction.atomic():
            [outcome] = _together([batch], now, budget)
            return outcome
    except (OperationalError, InterfaceError):
        raise  # the database itself is in trouble: the task is tried again as a whole
    except BudgetSpent as problem:
        logger.error("batch %s of sensor %s is set aside: %s", batch.batch_id, box.sensor_id, problem)
        batch_set_aside(box, batch.batch_id, str(problem), now)
        return {"failed": str(problem)}
    except Exception as problem:
        logger.exception("batch %s of sensor %s failed", batch.batch_id, box.sensor_id)
        return {"failed": _failure_record(box, batch, problem, now)}


def _batches_read(box: Box, ids: list[UUID]) -> list[WaitingBatch]:
    """The batches in the order of the box's sequence, their rows locked; without those done meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_BATCHES, (box.tenant_id, box.sensor_id, list(map(str, ids))))
        rows = cursor.fetchall()
    return [
        WaitingBatch(box.tenant_id, box.sensor_id, batch_id, epoch, first_seq, encoding, bytes(body), *rest)
        for batch_id, epoch, first_seq, encoding, body, *rest in rows
    ]


def next_wake(box: Box, now: datetime) -> None:
    """Wake one worker for the firm's next box with something waiting."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_BOX, (box.tenant_id, MOST_ATTEMPTS, now, box.sensor_id))
        row = cursor.fetchone()
    if row is not None:
        wake("alerts.tasks.ingest_batch", tenant_id=box.tenant_id, sensor_id=row[0])


def _failure_record(box: Box, batch: WaitingBatch, problem: Exception, now: datetime) -> str:
    """The try was counted when it began; after the last one the batch is set aside."""
    error = rows.stored_text(f"{type(problem).__name__}: {problem}", 300)
    if batch.attempts >= MOST_ATTEMPTS:
        batch_set_aside(box, batch.batch_id, error, now)
        return error
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_inboxbatch SET error = %s, retry_at = %s"
            " WHERE tenant_id = %s AND sensor_id = %s AND batch_id = %s",
            (
                error,
                now + FIRST_RETRY * 2 ** (batch.attempts - 1),
                box.tenant_id,
                box.sensor_id,
                str(batch.batch_id),
            ),
        )
    return error


def batch_set_aside(box: Box, batch_id: UUID, why: str, now: datetime) -> None:
    """The batch is kept and not tried again by itself; a person is asked to look."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_inboxbatch SET attempts = %s, error = %s, retry_at = NULL"
            " WHERE tenant_id = %s AND sensor_id = %s AND batch_id = %s AND processed_at IS NULL",
            (MOST_ATTEMPTS, why, box.tenant_id, box.sensor_id, str(batch_id)),
        )
    attention_open(
        tenant_id=box.tenant_id,
        kind=Attention.Kind.BATCH_ASIDE,
        about=about_row(Sensor, box.sensor_id),
        facts={"batch_id": str(batch_id), "why": why},
        now=now,
    )
