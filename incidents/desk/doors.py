"""The desk's doors through row-level security (docs/access.md). Sweeps get ids, never content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

# Of rows that hold the words somebody typed no more are read: who wants fewer types more words.
MOST_WORDED = 200


def identify_caller(*, caller_id: int, tenant_id: int) -> int:
    """A caller of no firm belongs to this one, with everything they spoke about. → cases that moved.

    Raises ProgrammingError for anybody but the desk of both.
    """
    return int(_scalar("SELECT sec.identify_caller(%s, %s)", [caller_id, tenant_id]))


def report_call(*, token: bytes, key: str, raw: str, e164: str, what: str, at: datetime) -> int:
    """What a desk's telephones tell: offered, answered, ended or abandoned. → the contact.

    Raises ProgrammingError when the token is not one of a desk.
    """
    return int(_scalar("SELECT sec.report_call(%s, %s, %s, %s, %s, %s)", [token, key, raw, e164, what, at]))


def untold_messages() -> list[tuple[int, int]]:
    """(tenant_id, message_id) of messages of the desk whose mail is not written yet."""
    return _pairs("SELECT tenant_id, message_id FROM sec.untold_messages()")


def unread_incidents(now: datetime) -> list[tuple[int, int]]:
    """(tenant_id, incident_id) of ★★★ nobody of the firm has opened and nobody was asked about yet."""
    return _pairs("SELECT tenant_id, incident_id FROM sec.unread_incidents(%s)", [now])


def stalled_installs(before: datetime) -> list[tuple[int, int]]:
    """(tenant_id, sensor_id) of boxes prepared before that time that do not protect yet."""
    return _pairs("SELECT tenant_id, sensor_id FROM sec.stalled_installs(%s)", [before])


def unended_calls(before: datetime) -> list[tuple[int, int]]:
    """(tenant_id, contact_id) of calls that rang before that time and neither were answered nor ended."""
    return _pairs("SELECT tenant_id, contact_id FROM sec.unended_calls(%s)", [before])


def rows_worded(kind: str, standing: str, words: str, most: int = MOST_WORDED) -> list[int]:
    """Ids of the newest rows in reach of the acting desk that hold these words, as base.identity.search_fold has them.

    `kind`: case, call, number, incident, task, machine; `standing`: open, over or "" (sec.desk_rows_worded).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM sec.desk_rows_worded(%s, %s, %s, %s)", [kind, standing, words, most])
        return [row[0] for row in cursor.fetchall()]


def _scalar(sql: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        value: int = cursor.fetchone()[0]
    return value


def _pairs(sql: str, values: list[Any] | None = None) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
