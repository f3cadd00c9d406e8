"""An operator's way to a firm's data in an emergency: with a reason, for a limited time; the firm learns it at once."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from base.refusals import Refusal

NOTICE_LANGUAGE = "ja"  # the operator may not read who works there, so no person's language is known


class GlassHolds(Refusal):
    """PostgreSQL refused: not an operator, no reason, too long, or nobody of the firm could be informed."""


def break_glass(*, tenant_id: int, reason: str, lasting: timedelta) -> int:
    """Let the acting organisation read the firm's data for `lasting` (at most four hours). → the grant's id.

    `sec.break_glass` checks the acting person and writes grant, mail to the firm and audit line in one statement;
    no other way makes such a grant. It shows from the next scope on. Raises GlassHolds.
    """
    why = reason.strip()
    context = {"why": why, "until": timezone.now() + lasting}
    with translation.override(NOTICE_LANGUAGE):
        subject, text, html = (
            render_to_string(f"mail/break_glass.{form}", context) for form in ("subject.txt", "txt", "html")
        )
    minutes = int(lasting.total_seconds() // 60)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT sec.break_glass(%s, %s, %s, %s, %s, %s)", (tenant_id, why, minutes, subject, text, html)
            )
            made: int = cursor.fetchone()[0]
    except DatabaseError as refused:
        raise GlassHolds(str(refused).splitlines()[0]) from refused
    return made
