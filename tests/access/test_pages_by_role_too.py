"""The other half of the addresses: a file of its own, so that both processors have work."""

from __future__ import annotations

import pytest

from tests.access.pages import PARTS, wrong_of
from tests.access.world import World


@pytest.mark.parametrize("part", range(2, PARTS))
def test_addresses_answer_every_role_as_the_table_of_rights_says(world: World, part: int) -> None:
    assert wrong_of(world, part) == []
