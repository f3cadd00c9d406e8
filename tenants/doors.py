"""Doors through row-level security for owners (docs/access.md)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection


def member_log_in_failures(*, since: timedelta) -> list[tuple[int, int, datetime]]:
    """(user_id, how often, last time) of the members of the organisation whose owner is acting."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, failures, last_at FROM sec.member_log_in_failures(%s::interval)", [f"{since.days} days"]
        )
        return list(cursor.fetchall())
