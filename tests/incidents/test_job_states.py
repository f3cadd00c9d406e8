"""No sequence of steps brings a job to a state that is not declared, or to two vendors (OSK 3.4.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.moves import MoveRefused, Party, require_move
from incidents.dispatch.offers import OfferGone, job_offer_answer, job_offer_put, job_offer_withdraw, offers_end
from incidents.dispatch.services import JobExists, job_move, job_request
from incidents.models import Job, JobEvent, JobOffer
from incidents.states.job import JOB_MOVES, JobState
from tenants.tenancy.scope import person_scope, tenant_scope
from tests import factories
from tests.factories import Cast

NOW = datetime.now(UTC)
ENDED = {JobState.CLOSED, JobState.CANCELLED}
MOVES = st.tuples(
    st.just("move"), st.sampled_from(list(JobState)), st.sampled_from(list(Party)), st.sampled_from(["", "理由"])
)
OTHERS = st.sampled_from([("offer",), ("accept",), ("decline",), ("withdraw",), ("wait",), ("request",)])


@given(
    steps=st.lists(st.tuples(st.sampled_from(list(JobState)), st.sampled_from(list(Party)), st.sampled_from(["", "x"])))
)
def test_whoever_tries_whatever_only_declared_steps_are_taken(steps: list[tuple[JobState, Party, str]]) -> None:
    state = JobState.REQUESTED
    for to, party, reason in steps:
        try:
            require_move(JOB_MOVES, state, to, party=party, reason=reason)
        except MoveRefused:
            continue
        move = JOB_MOVES[state][to]
        assert party in move.by
        assert reason or not move.reason
        assert state not in ENDED, "nothing leaves the end"
        state = to


@pytest.fixture
def firm_and_vendor(cast: Cast) -> tuple[Cast, Any]:
    return cast, factories.user_make("worker@vendor.invalid", cast.vendor)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(MOVES, OTHERS), min_size=4, max_size=14))
def test_rows_stay_whole_whatever_people_do(firm_and_vendor: tuple[Cast, Any], steps: list[tuple[Any, ...]]) -> None:
    cast, worker = firm_and_vendor
    clock = count(1)
    with tenant_scope(cast.sakura_dental.pk):
        job = job_request(
            tenant_id=cast.sakura_dental.pk, kind="first_response", way="remote", incident=None, by=cast.hanako, now=NOW
        )
    try:
        for step in steps:
            before = _row(job)
            _try(step, job, cast, worker, NOW + timedelta(seconds=next(clock)))
            _whole(job, before)
    finally:
        _end(job)


def _try(step: tuple[Any, ...], job: Job, cast: Cast, worker: Any, now: datetime) -> None:
    firm = cast.sakura_dental.pk
    refused = (MoveRefused, OfferGone, MoveRefused, JobExists)
    try:
        with transaction.atomic():
            if step[0] == "move":
                with tenant_scope(firm):
                    job_move(job=_row(job), to=step[1], by=step[2], user=None, now=now, reason=step[3])
            elif step[0] == "offer":
                with person_scope(cast.hanako.pk, firm):
                    job_offer_put(
                        job=_row(job),
                        vendor=cast.vendor,
                        expires_at=now + timedelta(hours=2),
                        by=cast.hanako,
                        party=Party.FIRM,
                        now=now,
                    )
            elif step[0] in {"accept", "decline"}:
                offer = _newest_offer(job)
                with person_scope(worker.pk, cast.vendor.pk):
                    job_offer_answer(
                        offer_id=offer.pk if offer else 0, accept=step[0] == "accept", by=worker, now=now, reason="満員"
                    )
            elif step[0] == "withdraw":
                with person_scope(cast.hanako.pk, firm):
                    job_offer_withdraw(job=_row(job), party=Party.FIRM, by=cast.hanako, now=now)
            elif step[0] == "wait":
                offers_end(now=now + timedelta(days=1))
            else:
                with tenant_scope(firm):
                    job_request(tenant_id=firm, kind="first_response", way="on_site", by=None, now=now)
    except refused:
        pass


def _row(job: Job) -> Job:
    with tenant_scope(job.tenant_id):
        row: Job = Job.objects.get(pk=job.pk)
    return row


def _newest_offer(job: Job) -> JobOffer | None:
    with tenant_scope(job.tenant_id):
        return JobOffer.objects.filter(job_id=job.pk).order_by("-pk").first()


def _whole(job: Job, before: Job) -> None:
    with tenant_scope(job.tenant_id):
        after = Job.objects.get(pk=job.pk)
        assert after.state == before.state or after.state in JOB_MOVES[JobState(before.state)]
        waiting = JobOffer.objects.filter(job_id=job.pk, state="waiting").count()
        assert waiting == (after.state == JobState.OFFERED), "a vendor is asked exactly while the job says so"
        owned = after.state not in {JobState.REQUESTED, JobState.OFFERED, JobState.CANCELLED}
        assert (after.vendor_id is not None) == owned or after.state == JobState.CANCELLED
        moves = JobEvent.objects.filter(job_id=job.pk).order_by("pk").values_list("code", "data__old", "data__to")
        steps = [(old, to) for code, old, to in moves if code == "moved"]
        if after.state != before.state and after.state != JobState.ACCEPTED:
            assert steps[-1] == (before.state, after.state), "its course tells every step"


def _end(job: Job) -> None:
    """Whatever is left of this example does not stand in the way of the next."""
    with tenant_scope(job.tenant_id):
        for row in Job.objects.filter(state__in=(JobState.REQUESTED, JobState.OFFERED)):
            job_move(job=row, to=JobState.CANCELLED, by=Party.DESK, user=None, now=NOW, reason="必要なため")
