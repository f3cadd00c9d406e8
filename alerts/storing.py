"""Stores what the lines of batches came to: alerts by COPY, their groups, aggregates, quarantined lines, devices."""

from __future__ import annotations

import io

from django.db import connection

from alerts import rows
from alerts.grouping import groups_add, groups_recount
from alerts.models import QuarantinedLine, TrafficAggregate, UnexaminedFile
from alerts.reading import BatchRows
from alerts.waiting import Portion
from sensors.devices import Sighting, devices_note, sightings_read
from sensors.mac import mac_read
from sensors.shared_files import file_report
from tenants.tenancy.jobs import wake

# Sessions keep the table; its rows live for one transaction. COPY FROM straight into a table under row-level
# security is refused by PostgreSQL.
_INCOMING = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_alert (
  group_id bigint, event_time timestamptz, seq bigint, time_trusted boolean, function varchar(8),
  direction varchar(8), grade smallint,
  notify varchar(8), blocked boolean, rule varchar(60), rule_set varchar(20), signature_id bigint, gid integer,
  rev integer, signature varchar(300), category varchar(120), severity smallint, flow_id bigint, src_ip inet,
  src_port integer, dest_ip inet, dest_port integer, proto varchar(16), app_proto varchar(24), asset_ip inet,
  asset_mac varchar(17), host varchar(255), url varchar(512), file_name varchar(255), file_sha256 varchar(64),
  mail_subject varchar(255), mail_date varchar(64), app_name varchar(120)
) ON COMMIT DELETE ROWS
"""
MOST_FILES = 100  # of one batch: more are not weighed
_NAMES = ", ".join(rows.COLUMNS)
_COPY = f"COPY incoming_alert ({_NAMES}) FROM STDIN"
_INSERT = f"""
INSERT INTO alerts_alert (tenant_id, sensor_id, epoch, batch_id, {_NAMES})
SELECT %s, %s, %s, (%s::uuid[])[width_bucket(seq, %s::bigint[])], {_NAMES} FROM incoming_alert ON CONFLICT DO NOTHING
"""
_EFFECTS = """
INSERT INTO alerts_tuningeffect AS e (tenant_id, tuning_id, day, hits)
SELECT %s, met.tuning_id, met.day, met.hits
  FROM unnest(%s::bigint[], %s::date[], %s::bigint[]) AS met(tuning_id, day, hits)
ON CONFLICT (tenant_id, tuning_id, day) DO UPDATE SET hits = e.hits + excluded.hits
"""


def rows_store(portion: Portion, result: BatchRows) -> None:
    """Store all of it in the open transaction; the same again changes nothing.

    Raises whatever PostgreSQL says when a value cannot be stored.
    """
    _alerts_store(portion, result)
    _others_store(portion, result)
    _effects_count(portion, result)
    _devices_note(portion, result)


def _alerts_store(portion: Portion, result: BatchRows) -> None:
    if not result.alerts:
        return
    ids, urgent = groups_add(tenant_id=portion.tenant_id, sensor_id=portion.sensor_id, shares=result.groups)
    text = "".join([f"{ids[slot]}\t{columns}\n" for _seq, slot, columns in result.alerts])
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        cursor.execute("DELETE FROM incoming_alert")  # empty, but for another portion in the same transaction
        with connection.wrap_database_errors:
            cursor.cursor.copy_expert(_COPY, io.StringIO(text))
        ids_of_batches = [str(batch.batch_id) for batch in portion.batches]
        place = (portion.tenant_id, portion.sensor_id, portion.epoch)
        cursor.execute(_INSERT, (*place, ids_of_batches, portion.first_seqs))
        stored = cursor.rowcount
        cursor.execute("SELECT DISTINCT file_sha256, signature FROM incoming_alert WHERE function = 'av'")
        condemned = cursor.fetchall()
    _files_report(portion, [(sha256, signature) for sha256, signature in condemned if sha256])
    if stored != len(result.alerts):
        groups_recount(tenant_id=portion.tenant_id, group_ids=ids)
    if urgent:
        wake("incidents.tasks.claim_groups")


def _files_report(portion: Portion, condemned: list[tuple[str, str]]) -> None:
    """Report files that antivirus condemned; the sensors' room decides whether other firms' boxes block them, too."""
    for sha256, signature in condemned[: MOST_FILES * len(portion.batches)]:
        file_report(
            tenant_id=portion.tenant_id,
            sensor_id=portion.sensor_id,
            sha256=sha256,
            signature=signature,
            now=portion.received_at,
        )


def _others_store(portion: Portion, result: BatchRows) -> None:
    place = {"tenant_id": portion.tenant_id, "sensor_id": portion.sensor_id, "epoch": portion.epoch}
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
            for batch in (portion.batches[portion.place(line.seq)],)
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
    UnexaminedFile.objects.bulk_create(
        [UnexaminedFile(**place, seq=line.seq, **line.values) for line in result.unexamined], ignore_conflicts=True
    )


def _effects_count(portion: Portion, result: BatchRows) -> None:
    """Count what changes of grading met, always in one order of keys."""
    if not result.tuned:
        return
    met = sorted(result.tuned.items())
    columns = [key[0] for key, _ in met], [key[1] for key, _ in met], [hits for _, hits in met]
    with connection.cursor() as cursor:
        cursor.execute(_EFFECTS, [portion.tenant_id, *columns])


def _devices_note(portion: Portion, result: BatchRows) -> None:
    """Record the machines that were seen; the firm is asked later whose they are."""
    seen = [sighting for line in result.aggregates for sighting in sightings_read(line.values, until=line.period_to)]
    for share in result.groups:
        if mac := mac_read(share.asset_mac):
            seen.append(Sighting(mac, share.first_at, share.last_at, share.asset_ip))
    devices_note(tenant_id=portion.tenant_id, sensor_id=portion.sensor_id, sightings=seen)
