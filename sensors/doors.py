"""What services of boxes ask of PostgreSQL itself."""

from __future__ import annotations

from django.db import connection


def lock_isolations(tenant_id: int) -> None:
    """Until the transaction ends, nobody else begins or ends an isolation of this firm."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sensors.isolation'), %s::int)", [tenant_id])
