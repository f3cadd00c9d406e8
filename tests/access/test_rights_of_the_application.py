"""What the application's role may with each table stands in docs/rights.toml, and PostgreSQL refuses all else."""

from __future__ import annotations

from tests.access.rights import refusals_check, rights, rights_check
from tests.access.table import access


def test_every_table_has_its_wall_and_no_right_more_or_less_than_written(database: None) -> None:
    assert [str(case) for case in rights_check() if not case.agrees] == []


def test_what_is_not_written_is_refused_when_tried(database: None) -> None:
    cases = list(refusals_check())
    assert [str(case) for case in cases if not case.agrees] == []
    assert len(cases) == 2 * len(rights()["rights"])


def test_no_firms_table_is_without_a_wall_and_none_may_be_emptied() -> None:
    assert set(rights()["without_wall"]) <= set(access()["unowned"])
    assert [table for table, words in rights()["rights"].items() if "TRUNCATE" in words] == []
    assert [table for table in access()["tables"] if "DELETE" in rights()["rights"][table]] == []
