"""The doors sweeps may use through row-level security (docs/access.md): they give ids, never content.

An account mail belongs to no firm; its content comes sealed.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection


def claim_outbox(*, how_many: int, lease: timedelta) -> list[tuple[int, int]]:
    """(tenant_id, message_id) of due mails, now leased to the caller; mails about incidents first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, message_id FROM sec.claim_outbox(%s, %s::interval)",
            [how_many, f"{lease.total_seconds()} seconds"],
        )
        return list(cursor.fetchall())


def claim_posts(*, how_many: int, lease: timedelta) -> list[tuple[int, int]]:
    """The same for due messages by chat, webhook and telephone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tenant_id, message_id FROM sec.claim_posts(%s, %s::interval)",
            [how_many, f"{lease.total_seconds()} seconds"],
        )
        return list(cursor.fetchall())


def firms_of_contact(programme_id: int, address: str) -> list[int]:
    """Firms of the programme that have, or had, a contact at this mail address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM sec.firms_of_contact(%s, %s)", [programme_id, address])
        return [row[0] for row in cursor.fetchall()]


def sealed_contacts() -> list[tuple[int, int]]:
    """(tenant_id, contact_id) of contacts that keep something sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, contact_id FROM sec.sealed_contacts()")
        return list(cursor.fetchall())


def claim_account_mail(*, lease: timedelta) -> tuple[UUID, str, str, int] | None:
    """(id, kind, sealed words, tries so far) of the oldest due account mail, now leased to the caller."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mail, kind, sealed, attempts FROM sec.claim_account_mail(%s::interval)",
            [f"{lease.total_seconds()} seconds"],
        )
        row = cursor.fetchone()
    return (row[0], row[1], row[2], row[3]) if row else None


def settle_account_mail(*, mail: UUID, outcome: str, error: str = "", pause: timedelta = timedelta()) -> None:
    """`outcome`: sent, failed (both wipe the words) or waiting (again after `pause`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sec.settle_account_mail(%s, %s, %s, %s::interval)",
            [mail, outcome, error[:300], f"{pause.total_seconds()} seconds"],
        )


def untaken_attentions() -> list[tuple[int, int]]:
    """(tenant_id, attention_id) nobody looks after yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, attention_id FROM sec.untaken_attentions()")
        return list(cursor.fetchall())


def open_attentions(kind: str) -> list[tuple[int, int]]:
    """(tenant_id, about_id) of open attentions of a kind that is about rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, about_id FROM sec.open_attentions(%s)", [kind])
        return list(cursor.fetchall())
