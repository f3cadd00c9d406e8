"""Which proposals are tried on the past, and what a try that failed costs.

A try is counted before it begins, in a transaction of its own and in the programme's scope: one that takes its worker
down with it, and one whose person sees the firm no more, are known by that. After MOST_TRIES the proposal says why it
could not be tried, and waits for a person who has it tried again or gives it up.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, OperationalError, connection

from alerts.models import Tuning
from alerts.tuning.doors import Untried, tunings_untried
from alerts.tuning.replay import replay_run
from alerts.tuning.states import TUNING_MOVES, Fault, TuningState
from base.moves import before
from tenants.audit.record import audit_record_of_nobody
from tenants.tenancy.scope import programme_scope

MOST_TRIES = 5
FIRST_PAUSE = timedelta(minutes=1)  # doubled by every try
_TIMED_OUT = "57014"  # query_canceled: PostgreSQL's statement_timeout
_log = logging.getLogger(__name__)


def tunings_replay(*, now: datetime) -> int:
    """Try every proposal whose turn it is. → how many were tried to the end."""
    return sum(_tried(untried, now) for untried in tunings_untried(now))


def _tried(untried: Untried, now: datetime) -> bool:
    """One proposal's fault does not keep the others. Two workers never try the same at once."""
    with _held(untried.tuning_id) as held:
        if not held or not _begin(untried, now):
            return False
        try:
            done, fault = replay_run(untried, now=now), Fault.UNSEEN
        except Exception as problem:
            _log.exception("proposal %s could not be tried on the past", untried.tuning_id)
            done, fault = False, _fault_of(problem)
        if not done:
            _failed(untried, fault, now)
        return done


def _begin(untried: Untried, now: datetime) -> bool:
    """Count the try. → False where nothing is to be tried: refused meanwhile, not its turn, or tried often enough."""
    with programme_scope(untried.programme_id):
        tuning = _waiting(untried).select_for_update(of=("self",)).first()
        if tuning is None or (tuning.retry_at is not None and tuning.retry_at > now):
            return False
        if tuning.tries >= MOST_TRIES:
            _give_up(tuning, now)
            return False
        tuning.tries += 1
        tuning.fault, tuning.tried_at = Fault.ENDED, now
        tuning.retry_at = now + FIRST_PAUSE * 2 ** (tuning.tries - 1)
        tuning.save(update_fields=["tries", "fault", "tried_at", "retry_at"])
        return True


def _failed(untried: Untried, fault: Fault, now: datetime) -> None:
    """Say why on the proposal; the last try ends it. One refused meanwhile has nothing to say."""
    with programme_scope(untried.programme_id):
        tuning = _waiting(untried).select_for_update(of=("self",)).first()
        if tuning is None:
            return
        tuning.fault = fault
        tuning.save(update_fields=["fault"])
        if tuning.tries >= MOST_TRIES:
            _give_up(tuning, now)


def _give_up(tuning: Tuning, now: datetime) -> None:
    tuning.state, tuning.tried_at, tuning.retry_at = TuningState.UNTRIED, now, None
    tuning.save(update_fields=["state", "tried_at", "retry_at"])
    audit_record_of_nobody(
        code="tuning.untried", subject=f"tuning:{tuning.pk}", tries=tuning.tries, fault=str(tuning.fault)
    )


def _waiting(untried: Untried) -> Any:
    return Tuning.objects.filter(pk=untried.tuning_id, state__in=before(TUNING_MOVES, TuningState.UNTRIED))


def _fault_of(problem: Exception) -> Fault:
    if not isinstance(problem, OperationalError):
        return Fault.ERROR
    return Fault.SLOW if getattr(problem.__cause__, "pgcode", "") == _TIMED_OUT else Fault.DATABASE


@contextmanager
def _held(tuning_id: int) -> Iterator[bool]:
    """Hold the proposal's lock over all transactions of a try. It belongs to the database session and ends with it."""
    key = f"tuning:{tuning_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (key,))
        held: bool = cursor.fetchone()[0]
    try:
        yield held
    finally:
        if held:
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (key,))
