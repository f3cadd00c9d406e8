"""Months of alerts are made ahead of time, kept, and dropped whole when their retention ends."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime

import psycopg2
import pytest
from django.db import connection

from alerts.partitions import partitions_ensure


def _months(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT right(c.relname, 6) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = %s::regclass AND c.relname ~ '[0-9]{6}$'",
            [table],
        )
        return {row[0] for row in cursor.fetchall()}


def _maintain(statement: str) -> int:
    maintenance = psycopg2.connect(os.environ["MAINTENANCE_DATABASE_URL"])
    try:
        with maintenance, maintenance.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone()
            return int(row[0]) if row else 0
    finally:
        maintenance.close()


def test_this_month_and_the_next_three_are_ready(database: None) -> None:
    partitions_ensure(now=datetime(2033, 11, 30, 15, tzinfo=UTC))
    for table in ("alerts_alert", "alerts_inboxbatch"):
        assert {"203311", "203312", "203401", "203402"} <= _months(table)
    assert partitions_ensure(now=datetime(2033, 11, 30, 15, tzinfo=UTC)) == 0


def test_retention_drops_whole_months_and_only_those_that_have_ended(database: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.ensure_partitions('2019-01-01', '2019-03-31')")
    assert _maintain("SELECT sec.drop_partitions('2019-03-15')") == 4
    assert "201903" in _months("alerts_alert")
    assert not {"201901", "201902"} & _months("alerts_alert")
    _maintain("SELECT sec.drop_partitions('2020-01-01')")


@pytest.mark.parametrize(
    ("first", "last"),
    [("2000-01-01", "2000-02-01"), ("2026-01-01", "2030-01-01"), ("9000-01-01", "9000-02-01"), (None, "2026-01-01")],
)
def test_months_out_of_all_proportion_are_not_made(database: None, first: str | None, last: str) -> None:
    with pytest.raises(Exception, match="within ten years"), connection.cursor() as cursor:
        cursor.execute("SELECT sec.ensure_partitions(%s, %s)", [first, last])


@pytest.mark.parametrize("how_many", [-1, None])
def test_a_sweep_that_asks_for_no_number_gets_none(database: None, how_many: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sec.waiting_batches(%s)", [how_many])
        assert cursor.fetchone()[0] == 0


def test_what_is_young_cannot_be_dropped_nor_by_the_application(database: None) -> None:
    with pytest.raises(psycopg2.errors.RaiseException, match="30 days"):
        _maintain("SELECT sec.drop_partitions(current_date)")
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("SELECT sec.drop_partitions('2019-01-01')")


def test_a_row_in_a_month_nobody_foresaw_is_kept_and_reported(database: None, caplog: pytest.LogCaptureFixture) -> None:
    superuser = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"])
    with superuser, superuser.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO alerts_inboxbatch (tenant_id, sensor_id, batch_id, epoch, first_seq, line_count,"
            " content_sha256, encoding, body, clock_offset_ms, received_at, attempts, error, outcome)"
            " VALUES (1, 1, '00000000-0000-7000-8000-000000000000', 1, 1, 1, '', 'zstd', '', 0, now(), 0, '', '{}')"
        )
    superuser.close()
    with caplog.at_level(logging.ERROR):
        partitions_ensure(now=datetime.now(UTC))
    assert "default partition has rows" in caplog.text
