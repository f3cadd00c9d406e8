"""Pages keep people out by their own checks, before anything is asked of the database."""

from __future__ import annotations

from tests.access.guards import guards_check
from tests.access.world import World


def test_whom_a_page_keeps_out_it_keeps_out_at_its_door(world: World) -> None:
    cases = list(guards_check(world))
    wrong = [str(case)[:400] for case in cases if not case.agrees]
    assert wrong == [], "\n".join(wrong)
    assert len(cases) > 400
