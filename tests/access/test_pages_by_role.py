"""Every address answers every role as docs/access.toml says, and shows nothing of a firm that is not theirs."""

from __future__ import annotations

import pytest

from tests.access.pages import Address, addresses, alone_check, pages_check, rule_of
from tests.access.table import access
from tests.access.world import World


def test_every_address_stands_in_the_table_of_rights() -> None:
    assert [f"{found.name} ({found.route})" for found in addresses() if rule_of(found) is None] == []


def test_the_table_of_rights_names_no_address_that_is_gone() -> None:
    assert sorted(set(access()["pages"]) - {found.name for found in addresses()}) == []


def test_an_address_missing_from_the_table_is_found() -> None:
    assert rule_of(Address("portal:new_page", "new/", ())) is None


PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_address_answers_every_role_as_the_table_of_rights_says(world: World, part: int) -> None:
    names = sorted({found.name for found in addresses()})[part::PARTS]
    cases = list(pages_check(world, names, thin=True))
    wrong = [str(case) for case in cases if not case.agrees]
    assert wrong == [], f"{len(wrong)} of {len(cases)}\n" + "\n".join(wrong[:40])


def test_the_application_keeps_people_out_even_where_the_wall_is_lowered(world: World) -> None:
    cases = list(alone_check(world))
    assert cases
    assert [str(case) for case in cases if not case.agrees] == []
