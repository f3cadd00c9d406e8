"""What becomes due by time alone, in the order that makes one run complete."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.db import connection

from alerts.digest import digest_send_due
from alerts.partitions import partitions_ensure
from alerts.tuning.services import effects_count, tunings_expire
from incidents.answers.outcomes import outcomes_count
from incidents.answers.watches import answer_watches_follow
from incidents.breach.reminders import breaches_remind
from incidents.core.course import watches_end
from incidents.core.triage import desk_tasks_open, groups_claim
from incidents.crisis.warnings import warnings_raise
from incidents.desk import sweeps
from incidents.dispatch.offers import offers_end
from incidents.isolation.following import isolations_follow
from incidents.jobsheet.watches import paid_jobs_close, watches_follow
from notifications.delivery import outbox_send
from notifications.post_delivery import posts_send
from portal.programme_fields import DESK
from reports.counting import months_count
from reports.revising import reports_check
from reports.services import month_close
from sensors.silence import sensor_silence_check
from surveys.asking import feedback_sweep
from tenants.firm_lists import lists_step
from tenants.partners import grants_give

SETTLING = timedelta(minutes=1)  # a digest leaves this long after its hour: incidents have taken their groups by then
_log = logging.getLogger(__name__)
_LOCK = "SELECT {}(hashtext('portal.due'))"


def due_run(*, now: datetime, until: datetime | None = None, swept: bool = True) -> dict[str, int] | None:
    """Run everything that is due at `now` once; → what was done, by name. None when another run is going on.

    `until`: close that month so far, provisionally. `swept`: also what has a sweep of its own. A step that fails is
    logged and counted as -1; the others go on.
    """
    with _alone() as alone:
        if not alone:
            return None
        jobs = DUE | {MONTH: partial(month_close, until=until)}
        return {name: _step(name, act, now) for name, act in jobs.items() if swept or name not in SWEPT}


def _digests(*, now: datetime) -> int:
    """The hourly digest of every firm with new alerts: alerts.digest, a minute after the hour."""
    return digest_send_due(now=now - SETTLING)


def _mails(*, now: datetime) -> int:
    """What waits in the outbox: notifications.delivery."""
    return outbox_send()


def _posts(*, now: datetime) -> int:
    """What waits to go by chat, webhook or telephone: notifications.post_delivery."""
    return posts_send()


# In the order that makes one run complete: incidents take their groups before the digest, desk tasks come from what was
# just found.
MONTH = "reports"
DUE: dict[str, Callable[..., int]] = {
    "partitions": partitions_ensure,
    "incident_groups": groups_claim,
    "watches": watches_end,
    "early_warnings": warnings_raise,
    "silent_boxes": sensor_silence_check,
    "job_watches": watches_follow,
    "answer_watches": answer_watches_follow,
    "isolations": isolations_follow,
    "offers": offers_end,
    "paid_jobs": paid_jobs_close,
    "tunings": tunings_expire,
    "outcomes": outcomes_count,
    "tuning_effects": effects_count,
    "digests": _digests,
    MONTH: month_close,
    "report_revisions": reports_check,
    "desk_attentions": partial(sweeps.attentions_find, settings=DESK),
    "missed_calls": sweeps.calls_missed,
    "desk_messages": sweeps.messages_announce,
    "desk_tasks": desk_tasks_open,
    "firm_lists": lists_step,
    "partner_grants": grants_give,
    "breach_reminders": breaches_remind,
    "feedback": feedback_sweep,
    "figures": months_count,
    "mails": _mails,
    "posts": _posts,
}
# What cannot wait a minute has a sweep of its own (beat's entry); only a run by hand does it, too.
SWEPT = {
    "incident_groups": "claim-groups",
    "desk_messages": "tell-firms",
    "desk_tasks": "open-desk-tasks",
    "figures": "count-months",
    "mails": "send-outbox",
    "posts": "send-posts",
}


def _step(name: str, act: Callable[..., int], now: datetime) -> int:
    try:
        return act(now=now)
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
