"""The doors sweeps may use through row-level security (docs/access.md): they give ids, never content."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def untriaged_groups() -> list[tuple[int, int]]:
    """(tenant_id, group_id) of alert groups that need an incident and have none yet."""
    return _pairs("SELECT tenant_id, group_id FROM sec.untriaged_groups()")


def groups_of_open_incidents() -> list[tuple[int, int]]:
    """(tenant_id, group_id) of groups that wait for the digest but belong to a ★★★ incident that is still open."""
    return _pairs("SELECT tenant_id, group_id FROM sec.groups_of_open_incidents()")


def policy_groups(at: datetime) -> list[tuple[int, int]]:
    """(tenant_id, group_id) of ★★ groups of programmes whose policy opens an incident for them."""
    return _pairs("SELECT tenant_id, group_id FROM sec.policy_groups(%s)", at)


def returning_groups(at: datetime) -> list[tuple[int, int, int]]:
    """(tenant_id, group_id, incident_id) of detections newer than the watch or the end of an incident of their kind.

    Closed ones count for as many days as the programme says (`reopen_days`).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, group_id, incident_id FROM sec.returning_groups(%s)", [at])
        return list(cursor.fetchall())


def ended_watches(at: datetime) -> list[tuple[int, int]]:
    """(tenant_id, incident_id) of incidents whose watch is over."""
    return _pairs("SELECT tenant_id, incident_id FROM sec.ended_watches(%s)", at)


def settled_tasks() -> list[tuple[int, int]]:
    """(tenant_id, task_id) of tasks nobody has taken whose reason has settled itself."""
    return _pairs("SELECT tenant_id, task_id FROM sec.settled_tasks()")


def ended_offers(at: datetime) -> list[tuple[int, int]]:
    """(tenant_id, job_id) of offers that wait for an answer past their time."""
    return _pairs("SELECT tenant_id, job_id FROM sec.ended_offers(%s)", at)


def spreading(at: datetime, kind: str) -> list[tuple[int, str, int]]:
    """(programme_id, value, firms) of what several firms of a programme met in its `warning_hours` before `at`.

    `kind`: "signature" or "peer"; without what was warned of in its `warning_again_days` before.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT programme_id, value, firms FROM sec.spreading(%s) WHERE kind = %s",
            [at, kind],
        )
        return list(cursor.fetchall())


def unwarned_firms(at: datetime) -> list[tuple[int, int]]:
    """(tenant_id, warning_id) of firms whose mail about a warning is not written yet."""
    return _pairs("SELECT tenant_id, warning_id FROM sec.unwarned_firms(%s)", at)


def owed_breaches() -> list[tuple[int, int]]:
    """(tenant_id, note_id) of leaks a firm has to report and has not reported in full."""
    return _pairs("SELECT tenant_id, note_id FROM sec.owed_breaches()")


def lock_warnings(programme_id: int) -> None:
    """Until the transaction ends, nobody else warns the firms of this programme."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('incidents.warnings'), %s::int)", [programme_id])


def lock_numbers(tenant_id: int) -> None:
    """Until the transaction ends, nobody else opens an incident of this firm."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('incidents.number'), %s::int)", [tenant_id])


def _pairs(sql: str, *values: datetime) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
