"""Every address answers every role as docs/access.toml says, and shows nothing of a firm that is not theirs."""

from __future__ import annotations

import pytest

from tests.access.pages import Address, addresses, alone_check, rule_of, wrong_of
from tests.access.table import access
from tests.access.world import World


def test_every_address_stands_in_the_table_of_rights() -> None:
    assert [f"{address.name} ({address.route})" for address in addresses() if rule_of(address) is None] == []


def test_the_table_of_rights_names_no_address_that_is_gone() -> None:
    assert sorted(set(access()["pages"]) - {address.name for address in addresses()}) == []


def test_an_address_missing_from_the_table_is_found() -> None:
    assert rule_of(Address("portal:new_page", "new/", ())) is None


@pytest.mark.parametrize("part", range(2))
def test_addresses_answer_every_role_as_the_table_of_rights_says(world: World, part: int) -> None:
    assert wrong_of(world, part) == []


def test_the_application_keeps_people_out_even_where_the_wall_is_lowered(world: World) -> None:
    cases = list(alone_check(world, thin=True))
    assert cases
    assert [str(case) for case in cases if not case.agrees] == []
