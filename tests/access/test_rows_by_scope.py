"""Each table, asked directly by the application role in the scope of each role, answers as docs/access.toml says."""

from __future__ import annotations

from tests.access.rows import rows_check
from tests.access.scenes import scenes_check
from tests.access.sentences import sentences_check
from tests.access.world import World


def test_every_table_answers_every_role_as_the_table_of_rights_says(world: World) -> None:
    cases = list(rows_check(world))
    wrong = [str(case) for case in cases if not case.agrees]
    assert wrong == [], "\n".join(wrong)
    assert len(cases) > 5000


def test_what_a_row_may_say_and_whom_it_reaches(world: World) -> None:
    """Whose name, which state, whose programme: what is different from table to table."""
    cases = list(sentences_check(world))
    wrong = [str(case) for case in cases if not case.agrees]
    assert wrong == [], "\n".join(wrong)
    assert len(cases) > 4000


def test_every_condition_of_a_door_keeps_out_what_it_is_there_for(world: World) -> None:
    wrong = [str(case) for case in scenes_check(world) if not case.agrees]
    assert wrong == [], "\n".join(wrong)
