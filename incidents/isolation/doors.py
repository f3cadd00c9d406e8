"""Which isolations wait for background work (docs/access.md)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def isolations_to_follow(at: datetime) -> list[tuple[int, int]]:
    """(tenant_id, isolation_id) of those with a step to write down, and of those whose time is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, isolation_id FROM sec.isolations_to_follow(%s)", [at])
        return list(cursor.fetchall())
