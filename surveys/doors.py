"""The doors of surveys through row-level security (docs/access.md)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def request_of_link(token_hash: bytes) -> tuple[int, int] | None:
    """(tenant_id, request_id) of the request whose link has this hash; None: no such link."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, request_id FROM sec.feedback_asked(%s)", [token_hash])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def ended_jobs(at: datetime) -> list[tuple[int, int]]:
    """(tenant_id, job_id) of jobs that closed not long ago and were not asked about."""
    return _pairs("SELECT tenant_id, job_id FROM sec.jobs_unasked(%s)", at)


def ended_incidents(at: datetime) -> list[tuple[int, int]]:
    """(tenant_id, incident_id) of incidents that closed not long ago and were not asked about."""
    return _pairs("SELECT tenant_id, incident_id FROM sec.incidents_unasked(%s)", at)


def ended_cases(at: datetime) -> list[tuple[int, int]]:
    """(tenant_id, case_id) of cases of the desk that were solved not long ago and were not asked about."""
    return _pairs("SELECT tenant_id, case_id FROM sec.cases_unasked(%s)", at)


def to_remind(at: datetime) -> list[tuple[int, int]]:
    """(tenant_id, request_id) of requests that wait for an answer for a week."""
    return _pairs("SELECT tenant_id, request_id FROM sec.feedback_to_remind(%s)", at)


def _pairs(sql: str, at: datetime) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [at])
        return list(cursor.fetchall())
