"""The doors sweeps may use through row-level security (docs/access.md): they give ids, never content."""

from __future__ import annotations

from django.db import connection


def untriaged_groups() -> list[tuple[int, int]]:
    """(tenant_id, group_id) of alert groups that need an incident and have none yet."""
    return _pairs("SELECT tenant_id, group_id FROM sec.untriaged_groups()")


def groups_of_open_incidents() -> list[tuple[int, int]]:
    """(tenant_id, group_id) of groups that wait for the digest but belong to a ★★★ incident that is still open."""
    return _pairs("SELECT tenant_id, group_id FROM sec.groups_of_open_incidents()")


def settled_tasks() -> list[tuple[int, int]]:
    """(tenant_id, task_id) of tasks nobody has taken whose reason has settled itself."""
    return _pairs("SELECT tenant_id, task_id FROM sec.settled_tasks()")


def lock_numbers(tenant_id: int) -> None:
    """Until the transaction ends, nobody else opens an incident of this firm."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('incidents.number'), %s::int)", [tenant_id])


def _pairs(sql: str) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
