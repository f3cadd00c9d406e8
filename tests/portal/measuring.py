"""How many queries a page takes, and what the audit trail says."""

from __future__ import annotations

import os
from typing import Any

import psycopg2
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries(client: Client, path: str) -> list[str]:
    """The statements behind one page. Not those that are planned once a connection (`base.prepared`)."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200, path
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith("PREPARE ")]


def audit_trail(code: str) -> list[dict[str, Any]]:
    """The trail's lines of one code, oldest first. Read as superuser: neither the application nor the owner may."""
    trail = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"])
    with trail, trail.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, actor_id, subject, data FROM tenants_auditevent WHERE code = %s ORDER BY id", [code]
        )
        rows = cursor.fetchall()
    trail.close()
    return [dict(zip(("tenant", "actor", "subject", "data"), row, strict=True)) for row in rows]
