"""What becomes due by time alone, in the order that makes one run complete."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from alerts.digest import digest_send_due
from alerts.partitions import partitions_ensure
from incidents.breach.reminders import breaches_remind
from incidents.course import watches_end
from incidents.crisis.warnings import warnings_raise
from incidents.desk import sweeps
from incidents.dispatch.offers import offers_end
from incidents.jobsheet.watches import paid_jobs_close, watches_follow
from incidents.triage import desk_tasks_open, groups_claim
from notifications.delivery import outbox_send
from portal.programme_fields import DESK
from reports.services import month_close
from sensors.silence import sensor_silence_check
from surveys.asking import feedback_sweep

_log = logging.getLogger(__name__)
_LOCK = "SELECT {}(hashtext('portal.due'))"


def due_run(*, now: datetime, until: datetime | None = None) -> dict[str, int] | None:
    """Run everything that is due at `now` once; → what was done, by name. None when another run is going on.

    `until`: close that month so far, provisionally. A step that fails is logged and counted as -1; the others go on.
    The order matters: incidents take their groups before the digest, desk tasks come from what was just found.
    """
    steps: dict[str, Callable[[], int]] = {
        "partitions": lambda: partitions_ensure(now=now),
        "incident_groups": lambda: groups_claim(now=now),
        "watches": lambda: watches_end(now=now),
        "early_warnings": lambda: warnings_raise(now=now),
        "silent_boxes": lambda: sensor_silence_check(now=now),
        "job_watches": lambda: watches_follow(now=now),
        "offers": lambda: offers_end(now=now),
        "paid_jobs": lambda: paid_jobs_close(now=now),
        "digests": lambda: digest_send_due(now=now),
        "reports": lambda: month_close(now=now, until=until),
        "desk_attentions": lambda: sweeps.attentions_find(now=now, settings=DESK),
        "missed_calls": lambda: sweeps.calls_missed(now=now),
        "desk_messages": lambda: sweeps.firms_tell(now=now),
        "desk_tasks": lambda: desk_tasks_open(now=now),
        "breach_reminders": lambda: breaches_remind(now=now),
        "feedback": lambda: feedback_sweep(now=now),
        "mails": outbox_send,
    }
    with _alone() as alone:
        if not alone:
            return None
        return {name: _step(name, act) for name, act in steps.items()}


def _step(name: str, act: Callable[[], int]) -> int:
    try:
        return act()
    except Exception:
        _log.exception("%s failed", name)
        return -1


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold the lock of due runs. It belongs to the database session, so a killed run frees it."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK.format("pg_try_advisory_lock"))
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute(_LOCK.format("pg_advisory_unlock"))
