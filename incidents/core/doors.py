"""Calls of the `sec` functions about what others found out."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import connection


class VendorReport(NamedTuple):
    """What a vendor reported about an incident: harmful and harmless finds, scans that found nothing."""

    number: int
    at: datetime
    harmful: int
    harmless: int
    clean: int


def vendor_reports(tenant_id: int, group_id: int) -> list[VendorReport]:
    """Of the incident that a group belongs to, the newest first; none when the firm is out of reach."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sec.vendor_verdicts(%s, %s)", [tenant_id, group_id])
        return [VendorReport(*row) for row in cursor.fetchall()]
