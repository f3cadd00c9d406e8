"""docs/states.md shows every state machine as the code has it, and each is whole."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import Field
from hypothesis import given
from hypothesis import strategies as st

from base.moves import Move, MoveRefused, Party, require_move
from tests.generated.state_diagrams import PAGE, Machine, machines, page

MACHINES = machines()


def test_the_page_of_states_is_the_code() -> None:
    assert PAGE.read_text() == page(), "run: python -m tests.generated.state_diagrams --write"


def test_the_ones_of_the_help_chain_are_all_there() -> None:
    assert {"Incident", "Task", "Job", "Offer"} <= {machine.title for machine in MACHINES}
    assert "  open --> closed: analyst, desk (why)" in page()


def test_every_stored_state_belongs_to_a_machine() -> None:
    drawn = {frozenset(state.value for state in machine.states) for machine in MACHINES}
    stored = {
        str(field): frozenset(value for value, _word in field.flatchoices)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, Field) and field.name == "state" and field.flatchoices
    }
    assert len(stored) >= len(MACHINES)
    assert {field: states for field, states in stored.items() if states not in drawn} == {}


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.title)
def test_every_state_is_declared_and_can_be_reached(machine: Machine) -> None:
    assert set(machine.moves) == set(machine.states), "every state has its line, also the last ones"
    reached = edge = {next(iter(machine.states))}
    while edge:
        edge = {new for old in edge for new in machine.moves[old]} - reached
        reached = reached | edge
    assert reached == set(machine.states)
    for steps in machine.moves.values():
        for move in steps.values():
            assert isinstance(move, Move)
            assert move.by, "a step nobody may take"


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.title)
@given(wishes=st.data())
def test_whoever_wishes_whatever_in_whatever_order_only_drawn_steps_are_taken(
    machine: Machine, wishes: st.DataObject
) -> None:
    states = list(machine.states)
    state, last = states[0], {state for state in states if not machine.moves[state]}
    tries = st.tuples(st.sampled_from([*states, "lost"]), st.sampled_from(Party), st.sampled_from(["", "  ", "理由"]))
    for to, party, why in wishes.draw(st.lists(tries, max_size=30)):
        try:
            require_move(machine.moves, state, to, party=party, reason=why)
        except MoveRefused:
            continue
        move = machine.moves[state][machine.states(to)]
        assert party in move.by
        assert why.strip() or not move.reason
        assert state not in last, "nothing leaves the end"
        state = machine.states(to)
    assert state in states
