"""What a vendor may see of a job's firm, and which rows wait for background work (docs/access.md)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

Row = dict[str, Any]


def job_findings(job_id: int) -> list[Row]:
    """The alerts of the job's incident."""
    return _rows("SELECT * FROM sec.job_findings(%s)", [job_id])


def job_alert_began(job_id: int) -> datetime | None:
    """When the first alert of the job's incident was seen; None without any, as for an installation."""
    return min((row["first_at"] for row in job_findings(job_id)), default=None)


def job_sites(job_id: int) -> list[Row]:
    """The firm's boxes: name, state, since when, last contact, inside networks."""
    sites = _rows("SELECT * FROM sec.job_sites(%s)", [job_id])
    for site in sites:
        # Without Django's JSONField between, psycopg2 may hand the text over.
        site["home_net"] = (
            json.loads(site["home_net"]) if isinstance(site["home_net"], str) else (site["home_net"] or [])
        )
    return sites


def job_devices(job_id: int) -> list[Row]:
    """The firm's machines the box saw in the last 90 days: addresses, name, maker, what the firm says of them."""
    return _rows("SELECT * FROM sec.job_devices(%s)", [job_id])


def payee_account() -> dict[str, str] | None:
    """The acting vendor's bank account in the bank's letters, for people who may write; None: not entered yet."""
    rows = _rows("SELECT * FROM sec.payee_account()", [])
    return rows[0] if rows else None


def own_paper_lines() -> list[Row]:
    """Finished jobs of the acting vendor, newest first, as long as books are kept (incidents.jobsheet.own_papers)."""
    return _rows("SELECT * FROM sec.own_papers()", [])


def own_paper_rows(job_id: int) -> Row | None:
    """Report, mark and invoice of one of them, each as it is stored; None for a job that is none of them."""
    rows = _rows("SELECT * FROM sec.own_paper(%s)", [job_id])
    return rows[0] if rows else None


def jobs_to_watch() -> list[tuple[int, int]]:
    """(tenant_id, job_id) of reported jobs with a scan and no watch yet."""
    return _pairs("SELECT tenant_id, job_id FROM sec.jobs_to_watch()")


def running_watches() -> list[tuple[int, int]]:
    """(tenant_id, watch_id) of watches that go on."""
    return _pairs("SELECT tenant_id, watch_id FROM sec.running_watches()")


def jobs_paid() -> list[tuple[int, int]]:
    """(tenant_id, job_id) of signed jobs whose invoice is settled."""
    return _pairs("SELECT tenant_id, job_id FROM sec.jobs_paid()")


def uploads_to_check(now: datetime) -> list[tuple[int, int]]:
    """(tenant_id, upload_id) of files that have arrived and wait for the scanner, oldest first; 100 at most.

    A file that was tried waits a minute per try.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, upload_id FROM sec.uploads_to_check(%s)", [now])
        return list(cursor.fetchall())


def _rows(sql: str, values: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _pairs(sql: str) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
