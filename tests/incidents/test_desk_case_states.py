"""Whatever agents, firms and rules do to cases in whatever order, every case stays in a state that is declared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.moves import MoveRefused, Party
from incidents.core.rules import due_from
from incidents.desk import cases, firm_side
from incidents.desk.changing import CaseChanged, CaseTaken
from incidents.desk.rules import CaseIncomplete, unread_since
from incidents.models import Case, CaseEvent
from incidents.states.case import CASE_MOVES, OPEN_STATES, CaseState
from notifications.hours import hours_read
from tenants.tenancy.scope import person_scope
from tests.factories import Cast, user_make
from web.jst import JST

START = datetime(2026, 11, 20, 5, 41, tzinfo=UTC)
REFUSED = (MoveRefused, CaseChanged, CaseTaken, CaseIncomplete)
PHONE = hours_read("月-金 9:00-18:00")


def test_every_state_is_in_the_table_and_reachable_and_only_a_merged_case_is_for_ever() -> None:
    assert set(CASE_MOVES) == set(CaseState)
    reached, waiting = {CaseState.NEW}, [CaseState.NEW]
    while waiting:
        for state in CASE_MOVES[waiting.pop()]:
            if state not in reached:
                reached.add(state)
                waiting.append(state)
    assert reached == set(CaseState)
    assert [state for state, moves in CASE_MOVES.items() if not moves] == [CaseState.MERGED]
    for moves in CASE_MOVES.values():
        assert all(move.by <= {Party.DESK, Party.RULE} for move in moves.values())


def test_a_target_stands_still_while_the_phone_is_closed_whatever_the_importance() -> None:
    evening = datetime(2026, 12, 28, 17, 0, tzinfo=JST)
    assert due_from(2, evening, PHONE) == datetime(2027, 1, 4, 12, 0, tzinfo=JST)
    assert due_from(3, evening + timedelta(hours=2), PHONE) == datetime(2027, 1, 4, 9, 15, tzinfo=JST)
    assert due_from(3, evening, PHONE) == evening + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("mailed_at", "call"),
    [
        ((2026, 12, 28, 10, 0), (2026, 12, 28, 10, 30)),
        ((2026, 12, 28, 17, 45), (2027, 1, 4, 9, 0)),
        ((2026, 12, 31, 3, 0), (2027, 1, 4, 9, 0)),
        ((2027, 1, 4, 8, 50), (2027, 1, 4, 9, 20)),
    ],
)
def test_an_unread_alert_is_called_about_within_hours_or_at_the_next_opening(mailed_at: Any, call: Any) -> None:
    assert unread_since(_japan(mailed_at), 30, PHONE) == _japan(call)


def _japan(moment: Any) -> datetime:
    year, month, day, hour, minute = moment
    return datetime(year, month, day, hour, minute, tzinfo=JST)


ACTIONS = [
    "open",
    "take",
    "take_stale",
    "take_over",
    "release",
    "describe",
    "solve",
    "message",
    "wait",
    "escalate",
    "answer",
    "merge",
    "split",
    "firm_says",
    "note",
]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 3), st.booleans()), min_size=5, max_size=25))
def test_no_order_of_actions_leaves_the_table(cast: Cast, steps: list[tuple[str, int, bool]]) -> None:
    firm, agents = cast.sakura_dental.pk, [cast.agent, _second(cast)]
    for number, (action, which, second) in enumerate(steps):
        now = START + timedelta(minutes=number)
        who, desk = (cast.hanako, firm) if action == "firm_says" else (agents[second], cast.desk.pk)
        with person_scope(who.pk, desk):
            before = {case.pk: (case.state, case.version) for case in Case.objects.filter(tenant_id=firm)}
            chosen = sorted(before)[which % len(before)] if before else None
            try:
                with transaction.atomic():
                    _do(action, firm, chosen, who, now)
                done = True
            except REFUSED:
                done = False
            after = {case.pk: case for case in Case.objects.filter(tenant_id=firm)}
            for pk, (state, version) in before.items():
                case = after[pk]
                assert case.state in set(CaseState)
                if case.state != state:
                    assert done
                    assert CaseState(case.state) in CASE_MOVES[CaseState(state)] or _two_steps(state, case.state)
                    assert case.version > version
                assert (case.closed_at is None) == (case.state in OPEN_STATES)
                assert (case.merged_into_id is not None) == (case.state == CaseState.MERGED)


def _two_steps(old: str, new: str) -> bool:
    """Answering a case nobody had yet takes it first."""
    return any(CaseState(new) in CASE_MOVES[middle] for middle in CASE_MOVES[CaseState(old)])


def _second(cast: Cast) -> Any:
    from tenants.models import User

    user = User.objects.filter(email="second@desk.invalid").first()
    return user or user_make("second@desk.invalid", cast.desk)


def _do(action: str, firm: int, pk: int | None, who: Any, now: datetime) -> None:
    if action == "open" or pk is None:
        if action != "firm_says":
            cases.case_open(tenant_id=firm, title="相談", channel="phone", by=None, now=now)
        return
    case = Case.objects.get(pk=pk)
    about: dict[str, Any] = {"tenant_id": firm, "case_id": pk, "version": case.version, "by": who, "now": now}
    other = Case.objects.filter(tenant_id=firm).exclude(pk=pk).order_by("pk").first()

    def answer() -> None:
        for escalation in case.escalations.filter(answered_at=None):
            cases.escalation_answer(tenant_id=firm, escalation_id=escalation.pk, by=who, answer="誤検知です", now=now)
        cases.case_answer_in(tenant_id=firm, case_id=pk, now=now)

    known: dict[str, Any] = {"title": "x", "category": "box", "topic": "install", "importance": 2, "incident": None}
    actions: dict[str, Callable[[], object]] = {
        "firm_says": lambda: firm_side.firm_says(tenant_id=firm, case_id=pk, body="どうですか", by=who, now=now),
        "take": lambda: cases.case_take(**about),
        "take_stale": lambda: cases.case_release(**about | {"version": case.version + 7}),
        "take_over": lambda: cases.case_take_over(**about, reason="退勤のため"),
        "release": lambda: cases.case_release(**about),
        "describe": lambda: cases.case_describe(**about, **known),
        "solve": lambda: cases.case_solve(**about, solved_by="phone"),
        "message": lambda: cases.case_message(**about, body="お電話します"),
        "wait": lambda: cases.case_message(**about, body="お返事ください", wait=True),
        "escalate": lambda: cases.case_escalate(**about, to="soc", name="", question="これは何ですか"),
        "answer": answer,
        "merge": lambda: cases.case_merge(**about, into_number=other.number if other else 0, reason="同じ相談"),
        "split": lambda: cases.case_split(**about, contact_ids=[], title="別の相談"),
        "note": lambda: cases.case_note(**about, body="メモ"),
    }
    actions[action]()


def test_every_change_is_written_down(cast: Cast) -> None:
    with person_scope(cast.agent.pk, cast.desk.pk):
        case = cases.case_open(tenant_id=cast.sakura_dental.pk, title="x", channel="phone", by=cast.agent, now=START)
        cases.case_take(tenant_id=case.tenant_id, case_id=case.pk, version=1, by=cast.agent, now=START)
        assert [event.code for event in CaseEvent.objects.filter(case=case)] == ["opened", "moved"]
