"""Numbers over all firms that help to choose, without names (docs/access.md), and what a vendor sees of its jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from incidents.dispatch.estimates import Past


def vendor_load(since: datetime, until: datetime) -> dict[int, int]:
    """Agreed appointments in the span, by vendor."""
    return {
        row["vendor_id"]: row["appointments"] for row in _rows("SELECT * FROM sec.vendor_load(%s, %s)", since, until)
    }


def past_effort(*, programme_id: int, family: str, function: str) -> list[Past]:
    """What finished first responses took, by likeness and way; jobs or bills fewer than five are left out."""
    rows = _rows("SELECT * FROM sec.past_effort(%s, %s, %s)", programme_id, family, function)
    return [Past(**row) for row in rows]


def job_cards() -> list[dict[str, Any]]:
    """All jobs and offers of the acting vendor; the firm's name and address only of jobs it has taken."""
    return _rows("SELECT * FROM sec.job_cards() ORDER BY requested_at DESC, job_id")


def job_card(job_id: int) -> dict[str, Any] | None:
    """The job as its vendor sees it: the firm's name, address and phone only once the job is taken."""
    cards = _rows("SELECT * FROM sec.job_cards() WHERE job_id = %s ORDER BY accepted DESC", job_id)
    return cards[0] if cards else None


def _rows(sql: str, *values: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names: Sequence[str] = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
