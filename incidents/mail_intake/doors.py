"""The doors of the mail intake through row-level security (docs/access.md): they give ids, never content."""

from __future__ import annotations

from django.db import connection


def waiting_mails() -> list[tuple[int, int]]:
    """(programme_id, mail_id) of mails that are no contact yet, or whose files wait for the scanner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT programme_id, mail_id FROM sec.waiting_mails()")
        return list(cursor.fetchall())


def firm_of_address(programme_id: int, address: str) -> int | None:
    """The one firm of the programme whose address this is; None when it is nobody's or more than one's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM sec.firm_of_address(%s, %s)", [programme_id, address])
        row = cursor.fetchone()
    return row[0] if row else None
