"""No sequence of actions brings an incident or a task where its table does not lead."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.moves import Move, MoveRefused, Party, ReasonMissing, require_move
from incidents.states.incident import INCIDENT_MOVES, OPENINGS, IncidentState, Opening
from incidents.states.task import TASK_MOVES, TaskState

MACHINES: dict[str, tuple[Mapping[Any, Mapping[Any, Move]], type[StrEnum]]] = {
    "incident": (INCIDENT_MOVES, IncidentState),
    "task": (TASK_MOVES, TaskState),
}
TRIES = st.lists(
    st.tuples(
        st.sampled_from(["open", "contacted", "responding", "watching", "closed", "taken", "done", "lost"]),
        st.sampled_from(list(Party)),
        st.sampled_from(["", "  ", "理由"]),
    ),
    max_size=30,
)


@pytest.mark.parametrize("name", MACHINES)
@given(tries=TRIES)
def test_every_step_taken_stands_in_the_table(name: str, tries: list[tuple[str, Party, str]]) -> None:
    moves, states = MACHINES[name]
    state = "open"
    for to, party, reason in tries:
        try:
            require_move(moves, state, to, party=party, reason=reason)
        except MoveRefused:
            continue
        move = moves[state][to]
        assert party in move.by
        assert reason.strip() or not move.reason
        state = states(to).value
    assert state in set(states)


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_is_reached_and_leads_on_unless_it_is_the_end(name: str) -> None:
    moves, states = MACHINES[name]
    assert set(moves) == set(states)
    reached, edge = {"open"}, ["open"]
    while edge:
        for to in moves[states(edge.pop())]:
            if to not in reached:
                reached.add(to.value)
                edge.append(to.value)
    assert reached == set(states)


def test_people_say_why_they_open_close_or_open_again_and_rules_need_not() -> None:
    for opening, move in OPENINGS.items():
        assert move.reason == (opening in (Opening.ANALYST, Opening.DESK, Opening.WISH))
    for old, to in (("open", "closed"), ("responding", "closed"), ("closed", "open")):
        with pytest.raises(ReasonMissing):
            require_move(INCIDENT_MOVES, old, to, party=Party.DESK)
    require_move(INCIDENT_MOVES, "watching", "open", party=Party.RULE)


def test_vendors_insurers_and_firms_move_no_incident() -> None:
    for moves in INCIDENT_MOVES.values():
        for move in moves.values():
            assert move.by <= {Party.DESK, Party.ANALYST, Party.RULE}
