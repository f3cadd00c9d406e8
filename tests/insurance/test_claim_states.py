"""No sequence of steps of desk, firm and insurer over a year's claims leaves the table, or loses a yen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.moves import MoveRefused, Party
from incidents.models import Job
from insurance.claim_rules import CLAIM_MOVES, HOLDING, AmountWrong, ClaimState
from insurance.models import Claim, ClaimMessage
from insurance.services import (
    ClaimExists,
    ClaimRefused,
    claim_decide,
    claim_make,
    claim_pay,
    claim_submit,
    claim_withdraw,
)
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.insurance.stage import NOW, Stage, bill, incident_make, job_make, stage_make

ACTIONS = {
    ClaimState.SUBMITTED: "submit",
    ClaimState.RESUBMITTED: "submit",
    ClaimState.RETURNED: "return",
    ClaimState.APPROVED: "approve",
    ClaimState.REJECTED: "reject",
    ClaimState.WITHDRAWN: "withdraw",
    ClaimState.PAID: "pay",
}
BILLS = (48_000, 50_001, 120_000)
REFUSED = (MoveRefused, AmountWrong, ClaimRefused, ClaimExists, Claim.DoesNotExist)
# Anybody may try anything; often enough it is the one whose turn it is, so that examples get far.
ANYTHING = st.tuples(
    st.sampled_from(["make", "submit", "return", "approve", "reject", "pay", "withdraw"]),
    st.sampled_from(["desk", "firm", "insurer"]),
    st.integers(0, 2),
    st.sampled_from(["", "理由"]),
    st.none() | st.integers(-1, 60_000),
)
TURN = st.tuples(
    st.integers(0, 9).map(str),
    st.just("next"),
    st.sampled_from([0, 0, 1, 2]),
    st.just("理由"),
    st.none() | st.integers(1, 50_000),
)
STEPS = st.one_of(TURN, TURN, TURN, ANYTHING)
Step = tuple[str, str, int, str, int | None]


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return stage_make(cast)


@pytest.fixture
def jobs(stage: Stage) -> list[Job]:
    """Three bills of one contract year."""
    return [job_make(incident_make(stage.cast.sakura_box, n), stage.cast.vendor, n) for n in (1, 2, 3)]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=10, max_size=24))
def test_every_claim_of_a_year_keeps_its_states_its_place_and_every_yen(
    stage: Stage, jobs: list[Job], steps: list[Step]
) -> None:
    with transaction.atomic():
        for number, step in enumerate(steps):
            before = _claims(stage)
            _try(stage, jobs, step, number)
            _whole(stage, before)
        transaction.set_rollback(True)  # the next example begins with an unused year


def _next(stage: Stage, jobs: list[Job], step: Step) -> Step:
    """A step that the table allows now, by one who may take it: the first field says which."""
    number, _who, which, reason, amount = step
    live = [c for c in _claims(stage).values() if c.job_id == jobs[which].pk and CLAIM_MOVES[ClaimState(c.state)]]
    if not live:
        return ("make", "desk", which, reason, amount)
    allowed = sorted(CLAIM_MOVES[ClaimState(live[0].state)].items())
    to, move = allowed[int(number) % len(allowed)]
    return (ACTIONS[to], sorted(move.by)[0].value, which, reason, amount)


def _try(stage: Stage, jobs: list[Job], step: Step, number: int) -> None:
    what, who, which, reason, amount = step if step[1] != "next" else _next(stage, jobs, step)
    people = {
        "desk": (stage.cast.agent, stage.cast.desk.pk, Party.DESK),
        "firm": (stage.cast.hanako, stage.firm.pk, Party.FIRM),
        "insurer": (stage.adjuster, stage.insurer.pk, Party.INSURER),
    }
    user, organisation, party = people[who]
    now = NOW + timedelta(minutes=number)
    try:
        with person_scope(user.pk, organisation), transaction.atomic():
            if what == "make":
                if who != "insurer":
                    job = Job.objects.get(pk=jobs[which].pk)
                    claim_make(job=job, by=user, now=now, bill=bill(BILLS[which], 4_000, f"2026-{which}"))
                return
            mine = list(Claim.objects.filter(job_id=jobs[which].pk).order_by("-number")[:1])
            pk = mine[0].pk if mine else 0
            steps: dict[str, Any] = {
                "submit": lambda: claim_submit(claim_id=pk, party=party, now=now, answer=reason),
                "withdraw": lambda: claim_withdraw(claim_id=pk, party=party, reason=reason, now=now),
            }
            if who == "insurer":
                decide: dict[str, Any] = {"claim_id": pk, "now": now, "reason": reason}
                steps |= {
                    "return": lambda: claim_decide(to="returned", **decide),
                    "reject": lambda: claim_decide(to="rejected", **decide),
                    "approve": lambda: claim_decide(to="approved", approved_yen=amount, **decide),
                    "pay": lambda: claim_pay(claim_id=pk, paid_on=date(2026, 11, 20), now=now),
                }
            steps.get(what, lambda: None)()
    except REFUSED:
        pass


def _claims(stage: Stage) -> dict[int, Claim]:
    with tenant_scope(stage.firm.pk):
        return {claim.pk: claim for claim in Claim.objects.all()}


def _whole(stage: Stage, before: dict[int, Claim]) -> None:
    after = _claims(stage)
    for pk, claim in after.items():
        state, was = ClaimState(claim.state), ClaimState(before[pk].state) if pk in before else ClaimState.DRAFT
        assert state == was or state in CLAIM_MOVES[was]
        insurer = claim.asked_yen if claim.approved_yen is None else claim.approved_yen
        assert claim.claimed_yen == insurer + claim.own_yen, "no yen is lost"
        assert 0 <= insurer <= claim.asked_yen <= claim.limit_yen
        assert (claim.slot is not None) == (state in HOLDING)
        if pk in before:
            fixed = ("claimed_yen", "tax_yen", "asked_yen", "limit_yen", "invoice_number", "vendor_id", "year_first")
            assert all(getattr(claim, name) == getattr(before[pk], name) for name in fixed)
    holding = [claim for claim in after.values() if claim.slot is not None]
    assert len(holding) <= 1, "one claim a year"
    assert set(before) <= set(after)
    with tenant_scope(stage.firm.pk):
        for claim in after.values():
            last_move = ClaimMessage.objects.filter(claim=claim, kind="move").order_by("pk").last()
            assert last_move is not None
            assert last_move.state == claim.state, "its course tells every step"
