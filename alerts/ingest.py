"""Ingest: one stored batch becomes graded alerts, groups, counts and quarantined lines, in one transaction."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction

from alerts import rows
from alerts.batches import lines_of, plain_of
from alerts.direction import DEFAULT_HOME_NET
from alerts.grading_settings import settings_from
from alerts.grouping import callbacks_restore, callbacks_save, groups_add, groups_recount
from alerts.models import QuarantinedLine, TrafficAggregate
from alerts.positions import positions_taken
from alerts.reading import BatchReader, BatchRows, Grader
from alerts.timing import BatchClock
from notifications.models import Attention
from notifications.services import attention_open
from sensors.devices import Sighting, devices_note, sightings_read
from sensors.mac import mac_read
from sensors.models import Sensor
from sensors.orders import known_file_add
from sensors.rules import subject_key
from tenants.jobs import wake
from tenants.selectors import enrolment_current, programme_of, settings_at

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 8  # the same figure stands in sec.waiting_batches
FIRST_RETRY = timedelta(seconds=30)
GRADING_KEYS = ("callback_count", "callback_minutes", "mail_inbound_av_blocked", "mail")  # of ProgrammeSettings.values

# Sessions keep the table; its rows live for one transaction. COPY FROM straight into a table under row-level
# security is refused by PostgreSQL.
_INCOMING = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_alert (
  group_id bigint, event_time timestamptz, seq bigint, function varchar(8), direction varchar(8), grade smallint,
  notify varchar(8), blocked boolean, rule varchar(60), rule_set varchar(20), signature_id bigint, gid integer,
  rev integer, signature varchar(300), category varchar(120), severity smallint, flow_id bigint, src_ip inet,
  src_port integer, dest_ip inet, dest_port integer, proto varchar(16), app_proto varchar(24), asset_ip inet,
  asset_mac varchar(17), host varchar(255), url varchar(512), file_name varchar(255), file_sha256 varchar(64),
  mail_subject varchar(255)
) ON COMMIT DELETE ROWS
"""
_NAMES = ", ".join(rows.COLUMNS)
_COPY = f"COPY incoming_alert ({_NAMES}) FROM STDIN"
_INSERT = f"""
INSERT INTO alerts_alert (tenant_id, sensor_id, epoch, batch_id, time_trusted, {_NAMES})
SELECT %s, %s, %s, %s::uuid, %s, {_NAMES} FROM incoming_alert ON CONFLICT DO NOTHING
"""
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


@dataclass(frozen=True)
class WaitingBatch:
    """A stored batch that is being worked on."""

    tenant_id: int
    sensor_id: int
    batch_id: UUID
    epoch: int
    first_seq: int
    encoding: str
    body: bytes
    clock_offset_ms: int
    received_at: datetime
    attempts: int


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
            outcome = _batch_ingest(batch, now)
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


def _batch_ingest(batch: WaitingBatch, now: datetime) -> dict[str, Any]:
    lines = lines_of(plain_of(batch.body, batch.encoding))
    taken = positions_taken(batch, lines)
    grader = _grader_for(batch)
    clock = BatchClock(batch.received_at, batch.clock_offset_ms)
    reader = BatchReader(grader, clock, batch.first_seq)
    keys = reader.read(lines, taken.positions)
    window = grader.settings.window()
    firm_and_box = {"tenant_id": batch.tenant_id, "sensor_id": batch.sensor_id}
    callbacks_restore(**firm_and_box, keys=keys, window=window)
    result = reader.grade(window)
    callbacks_save(**firm_and_box, keys=keys, window=window)
    result.aside.extend(taken.differing)
    _alerts_store(batch, result, clock.trusted)
    _others_store(batch, result)
    _devices_note(batch, result)
    _attentions_open(batch, result, taken.differing, clock, now)
    outcome = {
        "alerts": len(result.alerts),
        "aggregates": len(result.aggregates),
        "quarantined": len(result.aside),
        "known": len(taken.positions),
        "dropped": dict(result.dropped),
    }
    _done_record(batch, outcome, now)
    return outcome


def _alerts_store(batch: WaitingBatch, result: BatchRows, trusted: bool) -> None:
    if not result.alerts:
        return
    ids, urgent = groups_add(tenant_id=batch.tenant_id, sensor_id=batch.sensor_id, shares=result.groups)
    text = "".join([f"{ids[slot]}\t{columns}\n" for slot, columns in result.alerts])
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        cursor.execute("DELETE FROM incoming_alert")  # empty, but for another batch in the same transaction
        with connection.wrap_database_errors:
            cursor.cursor.copy_expert(_COPY, io.StringIO(text))
        cursor.execute(_INSERT, (batch.tenant_id, batch.sensor_id, batch.epoch, str(batch.batch_id), trusted))
        stored = cursor.rowcount
        cursor.execute("SELECT DISTINCT file_sha256, signature FROM incoming_alert WHERE function = 'av'")
        found = cursor.fetchall()
    _files_tell(batch, [(sha256, signature) for sha256, signature in found if sha256])
    if stored != len(result.alerts):
        groups_recount(tenant_id=batch.tenant_id, group_ids=ids)
    if urgent:
        wake("incidents.tasks.claim_groups")


def _files_tell(batch: WaitingBatch, found: list[tuple[str, str]]) -> None:
    """What antivirus condemned here is stopped at every box of the programme (at their next question for orders)."""
    enrolment = enrolment_current(tenant_id=batch.tenant_id) if found else None
    if enrolment is None:
        return
    for sha256, signature in found:
        known_file_add(programme_id=enrolment.programme_id, sha256=sha256, signature=signature, now=batch.received_at)


def _others_store(batch: WaitingBatch, result: BatchRows) -> None:
    place = {"tenant_id": batch.tenant_id, "sensor_id": batch.sensor_id, "epoch": batch.epoch}
    QuarantinedLine.objects.bulk_create(
        [
            QuarantinedLine(
                **place,
                batch_id=batch.batch_id,
                seq=line.seq,
                received_at=batch.received_at,
                reason=line.reason,
                detail=line.detail,
                head=line.head,
            )
            for line in result.aside
        ],
        ignore_conflicts=True,
    )
    TrafficAggregate.objects.bulk_create(
        [
            TrafficAggregate(
                **place, seq=line.seq, period_from=line.period_from, period_to=line.period_to, values=line.values
            )
            for line in result.aggregates
        ],
        ignore_conflicts=True,
    )


def _devices_note(batch: WaitingBatch, result: BatchRows) -> None:
    """Whose machines these are is asked of the firm later; here they are seen."""
    seen = [one for line in result.aggregates for one in sightings_read(line.values, until=line.period_to)]
    for share in result.groups:
        if mac := mac_read(share.asset_mac):
            seen.append(Sighting(mac, share.first_at, share.last_at, share.asset_ip))
    devices_note(tenant_id=batch.tenant_id, sensor_id=batch.sensor_id, sightings=seen)


def _attentions_open(
    batch: WaitingBatch, result: BatchRows, differing: list[Any], clock: BatchClock, now: datetime
) -> None:
    reasons = {
        Attention.Kind.CLOCK_WRONG: None if clock.trusted else {"offset_ms": clock.offset_ms},
        Attention.Kind.BATCH_CONFLICT: {"batch_id": str(batch.batch_id)} if differing else None,
        Attention.Kind.LINES_UNREADABLE: _aside_facts(batch, result) if result.aside else None,
    }
    for kind, facts in reasons.items():
        if facts is not None:
            attention_open(
                tenant_id=batch.tenant_id, kind=kind, subject_key=subject_key(batch.sensor_id), facts=facts, now=now
            )


def _aside_facts(batch: WaitingBatch, result: BatchRows) -> dict[str, Any]:
    return {
        "batch_id": str(batch.batch_id),
        "lines": len(result.aside),
        "reasons": sorted({line.reason for line in result.aside}),
    }


def _done_record(batch: WaitingBatch, outcome: dict[str, Any], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_inboxbatch SET processed_at = %s, outcome = %s::jsonb, error = ''"
            " WHERE tenant_id = %s AND sensor_id = %s AND batch_id = %s",
            (now, json.dumps(outcome), batch.tenant_id, batch.sensor_id, str(batch.batch_id)),
        )


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


def _grader_for(batch: WaitingBatch) -> Grader:
    """The programme's settings in force when the batch was received, and the box's networks."""
    networks = Sensor.objects.values_list("home_net", flat=True).get(tenant_id=batch.tenant_id, pk=batch.sensor_id)
    try:
        programme_id = programme_of(tenant_id=batch.tenant_id).pk
        version = settings_at(programme_id=programme_id, at=batch.received_at)
    except LookupError:
        version = None
    values = json.dumps(version.values if version else {}, sort_keys=True)
    return _grader(values, tuple(networks) or DEFAULT_HOME_NET)


@lru_cache(maxsize=256)
def _grader(values: str, networks: tuple[str, ...]) -> Grader:
    """Kept between batches: firms with the same settings and networks share what is remembered."""
    wanted = {name: value for name, value in json.loads(values).items() if name in GRADING_KEYS}
    try:
        settings = settings_from({**wanted, "home_net": list(networks)})
    except ValueError:
        # Graded by the standard settings is better than not graded at all.
        logger.exception("the programme's grading settings cannot be read")
        settings = settings_from({"home_net": list(networks)})
    return Grader(settings)
