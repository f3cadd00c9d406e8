"""Which watches wait for background work (docs/access.md)."""

from __future__ import annotations

from django.db import connection


def running_answer_watches() -> list[tuple[int, int]]:
    """(tenant_id, watch_id) of watches after a firm's own scan that go on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, watch_id FROM sec.running_answer_watches()")
        return list(cursor.fetchall())
