"""Which machine is it: the questions come one after the other, and what is here may have to be asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sensors.which_machine import ANSWERS, ORDER, UNKNOWN, MachineQuestion, next_question, presence_of, question_before

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PRESENT, USER, WHOSE, NIGHT = MachineQuestion


def test_each_question_follows_the_one_before_until_all_have_an_answer() -> None:
    answered: dict[str, datetime] = {}
    asked = []
    while (question := next_question(answered, NOW)) is not None:
        asked.append(question)
        answered[question] = NOW
    assert asked == [PRESENT, USER, WHOSE, NIGHT]
    assert [question_before(question) for question in (*asked, None)] == [None, *asked]


def test_whether_it_is_here_is_asked_anew_for_a_new_matter_who_uses_it_is_not() -> None:
    answered: dict[str, datetime] = dict.fromkeys(ORDER, NOW - timedelta(days=30))
    assert next_question(answered, None) is None
    assert next_question(answered, NOW) == PRESENT
    assert next_question(answered | {PRESENT: NOW}, NOW) is None


def test_i_do_not_know_is_an_answer_to_every_question() -> None:
    assert all(UNKNOWN in answers for answers in ANSWERS.values())


@pytest.mark.parametrize(
    ("machines", "presence"),
    [
        ([], None),
        ([None], None),
        (["yes"], "yes"),
        (["no"], "no"),
        (["no", "yes"], "yes"),
        (["no", "no"], "no"),
        (["no", None], None),
        (["no", "unknown"], "unknown"),
        (["unknown", None], "unknown"),
        (["yes", None], "yes"),
    ],
)
def test_a_matter_of_several_machines_is_settled_by_one_that_is_here_or_by_all_that_are_not(
    machines: list[str | None], presence: str | None
) -> None:
    assert presence_of(machines) == presence
