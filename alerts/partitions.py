"""Monthly partitions of alerts and inbox, made ahead of time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection

AHEAD = timedelta(days=92)
_log = logging.getLogger(__name__)


def partitions_ensure(*, now: datetime) -> int:
    """Make the partitions of this month and the next three; → how many were missing.

    Rows in a default partition are of a month nobody foresaw: they are stored and safe, and it is logged as an error.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.ensure_partitions(%s, %s)", [now.date(), (now + AHEAD).date()])
        made: int = cursor.fetchone()[0]
        cursor.execute("SELECT sec.default_partitions_filled()")
        if cursor.fetchone()[0]:
            _log.error("a default partition has rows: make the partition of their month and move them")
    return made
