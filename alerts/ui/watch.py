"""Reads of the SOC over all visible firms: what could not be read."""

from __future__ import annotations

from django.db.models import QuerySet

from alerts import selectors
from alerts.inbox import MOST_ATTEMPTS
from alerts.models import InboxBatch, QuarantinedLine

NEWEST = 100


def quarantined_lines() -> QuerySet[QuarantinedLine]:
    """Lines kept aside, newest first, with their firm and box."""
    return selectors.quarantine().select_related("tenant", "sensor")


def failed_batches(limit: int = NEWEST) -> list[tuple[InboxBatch, bool]]:
    """(batch, given up) of batches whose processing failed so far, newest first, without their bodies."""
    return [(batch, batch.attempts >= MOST_ATTEMPTS) for batch in selectors.batches_failing()[:limit]]
