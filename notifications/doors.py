"""The doors sweeps may use through row-level security (docs/access.md): they give ids, never content."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection


def claim_outbox(*, how_many: int, lease: timedelta) -> list[tuple[int, int]]:
    """(tenant_id, message_id) of due mails, now leased to the caller; mails about incidents first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, message_id FROM sec.claim_outbox(%s, %s::interval)",
            [how_many, f"{lease.total_seconds()} seconds"],
        )
        return list(cursor.fetchall())


def untaken_attentions() -> list[tuple[int, int]]:
    """(tenant_id, attention_id) nobody looks after yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, attention_id FROM sec.untaken_attentions()")
        return list(cursor.fetchall())


def open_attentions(kind: str) -> list[tuple[int, str]]:
    """(tenant_id, subject_key) of open attentions of a kind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, subject_key FROM sec.open_attentions(%s)", [kind])
        return list(cursor.fetchall())
