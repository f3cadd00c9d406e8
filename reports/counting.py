"""The figures of programmes are counted by month in the background, so that a page of them costs what it shows."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from reports.doors import month_count, months_to_count
from reports.published.doors import detections_count, detections_to_count

_log = logging.getLogger(__name__)


def months_count(*, now: datetime) -> int:
    """Count the months that are due, this one and the last once an hour, those before once a day. → months counted."""
    return _counted(months_to_count(now), month_count, now) + _counted(detections_to_count(now), detections_count, now)


def _counted(due: list[tuple[int, date]], count: Callable[..., None], now: datetime) -> int:
    done = 0
    for programme_id, first in due:
        try:
            with transaction.atomic():
                count(programme_id=programme_id, first=first, now=now)
            done += 1
        except Exception:
            _log.exception("figures of programme %s for %s were not counted", programme_id, first)
    return done
