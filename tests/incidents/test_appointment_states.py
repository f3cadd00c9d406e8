"""No sequence of proposals, answers and changes of mind brings a time, or its job, to a state that is not declared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.moves import MoveRefused, Party, ReasonMissing
from incidents.dispatch import appointments
from incidents.dispatch.offers import job_offer_answer, job_offer_put
from incidents.dispatch.services import job_move, job_request
from incidents.models import Appointment, Job
from incidents.states.appointment import APPOINTMENT_MOVES, AppointmentState
from incidents.states.job import JOB_MOVES, JobState
from tenants.models import User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast

REFUSED = (MoveRefused, ReasonMissing, appointments.TimeWrong, appointments.OwnProposal)
# Anything may be tried; often enough one side proposes and the other answers, so that examples get far.
ANYTHING = st.tuples(
    st.sampled_from(["propose", "agree", "refuse", "drop", "work", "give_back", "cancel", "wait"]),
    st.sampled_from([Party.FIRM, Party.VENDOR]),
    st.integers(0, 4),
    st.sampled_from(["", "急な用事"]),
)
TALK = st.tuples(
    st.sampled_from(["propose", "propose", "agree", "agree", "refuse", "drop"]),
    st.sampled_from([Party.FIRM, Party.VENDOR]),
    st.sampled_from([0, 0, 1, 3]),
    st.just("急な用事"),
)
STEPS = st.one_of(TALK, TALK, TALK, ANYTHING)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=8, max_size=24))
def test_times_stay_whole_whatever_the_two_sides_do(cast: Cast, steps: list[tuple[str, Party, int, str]]) -> None:
    now = datetime.now(UTC)
    with transaction.atomic():
        job = _taken(cast, now)
        for step in steps:
            now += timedelta(hours=30) if step[0] == "wait" else timedelta(seconds=1)
            before, old = _times(job), _row(job)
            _try(cast, job, step, now)
            _whole(job, before, old, now)
        transaction.set_rollback(True)


def test_a_wish_for_a_time_ends_with_the_job(cast: Cast) -> None:
    """The firm wished for a time, the vendor gave the job back, the firm wished again and then called it off."""
    now = datetime.now(UTC)
    with transaction.atomic():
        job = _taken(cast, now)
        for step in ("give_back", "propose", "cancel"):
            _try(cast, job, (step, Party.VENDOR if step == "give_back" else Party.FIRM, 1, "急な用事"), now)
        assert _row(job).state == JobState.CANCELLED
        assert set(_times(job).values()) == {"dropped"}
        transaction.set_rollback(True)


def _taken(cast: Cast, now: datetime) -> Job:
    with tenant_scope(cast.sakura_dental.pk):
        job = job_request(
            tenant_id=cast.sakura_dental.pk, kind="first_response", way="on_site", by=cast.hanako, now=now
        )
        offer = job_offer_put(
            job=job, vendor=cast.vendor, expires_at=now + timedelta(hours=2), by=cast.hanako, party=Party.FIRM, now=now
        )
    with person_scope(cast.engineer.pk, cast.vendor.pk):
        job_offer_answer(offer_id=offer.pk, accept=True, by=cast.engineer, now=now)
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        appointments.visit_check_record(job=job, answers={"present": "yes"}, note="", by=cast.hanako, now=now)
    return job


def _try(cast: Cast, job: Job, step: tuple[str, Party, int, str], now: datetime) -> None:
    what, side, which, reason = step
    people: dict[Party, tuple[User, int]] = {
        Party.FIRM: (cast.hanako, cast.sakura_dental.pk),
        Party.VENDOR: (cast.engineer, cast.vendor.pk),
    }
    user, organisation = people[side]
    common: dict[str, Any] = {"side": side, "by": user, "now": now}
    try:
        with person_scope(user.pk, organisation), transaction.atomic():
            job_row = Job.objects.filter(pk=job.pk).first()
            if job_row is None:
                return  # a vendor that gave it back
            known = list(Appointment.objects.filter(job_id=job.pk).order_by("pk").values_list("pk", flat=True))
            chosen = known[-1 - which % len(known)] if known else 0
            if what == "propose":
                at = now + timedelta(days=which + 1) if reason else now
                appointments.appointment_propose(job=job_row, starts_at=at, minutes=60, **common)
            elif what == "agree" and chosen:
                appointments.appointment_agree(appointment_id=chosen, **common)
            elif what == "refuse" and chosen:
                appointments.appointment_refuse(appointment_id=chosen, reason=reason, **common)
            elif what == "drop" and chosen:
                appointments.appointment_drop(appointment_id=chosen, reason=reason, **common)
            else:
                to = {"work": JobState.WORKING, "give_back": JobState.REQUESTED, "cancel": JobState.CANCELLED}.get(what)
                if to is not None:
                    job_move(job=job_row, to=to, by=side, user=user, now=now, reason=reason)
    except REFUSED:
        pass


def _whole(job: Job, before: dict[int, str], old: Job, now: datetime) -> None:
    after, row = _times(job), _row(job)
    assert row.state == old.state or JobState(row.state) in JOB_MOVES[JobState(old.state)]
    for pk, state in after.items():
        was = before.get(pk, AppointmentState.PROPOSED.value)
        assert state == was or AppointmentState(state) in APPOINTMENT_MOVES[AppointmentState(was)]
    assert list(after.values()).count("proposed") <= appointments.MOST_OPEN
    with tenant_scope(job.tenant_id):
        ahead = Appointment.objects.filter(job_id=job.pk, state="agreed", starts_at__gt=now)
        assert ahead.count() <= 1, "one time holds"
        if row.state in {JobState.REQUESTED, JobState.CANCELLED}:
            assert not ahead.exists(), "without a vendor no time holds"
            assert "proposed" not in after.values() or row.state == JobState.REQUESTED
        if row.state == JobState.SCHEDULED:
            assert Appointment.objects.filter(job_id=job.pk, state="agreed").exists()


def _times(job: Job) -> dict[int, str]:
    with tenant_scope(job.tenant_id):
        return dict(Appointment.objects.filter(job_id=job.pk).values_list("pk", "state"))


def _row(job: Job) -> Job:
    with tenant_scope(job.tenant_id):
        row: Job = Job.objects.get(pk=job.pk)
    return row
