"""Every table, function of schema sec, task, mail and paper stands in docs/access.toml, and none that is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from celery import current_app

from tests.access.doors import callers_check
from tests.access.mutants.code import NO_RIGHT, every_check
from tests.access.table import access
from tests.access.world import superuser

ROOT = Path(__file__).resolve().parents[2]


def _rows(sql: str) -> list[tuple[Any, ...]]:
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute(sql)
        rows = list(cursor.fetchall())
    server.close()
    return rows


def test_every_table_is_a_firms_or_says_why_not(database: None) -> None:
    tables = {
        row[0]
        for row in _rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relispartition"
        )
    }
    assert tables == set(access()["tables"]) | set(access()["unowned"])


def test_every_door_is_listed_and_opened_only_by_those_it_names(database: None) -> None:
    doors = _rows(
        "SELECT proname::text FROM pg_proc WHERE pronamespace = 'sec'::regnamespace"
        " UNION ALL SELECT relname::text FROM pg_class WHERE relnamespace = 'sec'::regnamespace AND relkind = 'v'"
    )
    assert {name for (name,) in doors} == set(access()["doors"])
    assert [str(case) for case in callers_check() if not case.agrees] == []


# What several firms met is no firm's own: the warning shows it to all of them.
NO_IDS = {
    "spreading": {"kind text", "value text"},
    "detections_to_count": {"month date"},
    "months_to_count": {"month date"},
}


def test_a_sweep_gives_ids_and_nothing_that_is_said(database: None) -> None:
    for name, answer in _rows(
        "SELECT proname::text, pg_get_function_result(oid) FROM pg_proc WHERE pronamespace = 'sec'::regnamespace"
    ):
        if access()["doors"][name]["kind"] == "sweep":
            columns = set(answer.removeprefix("TABLE(").removesuffix(")").split(", ")) - NO_IDS.get(name, set())
            kinds = {column.split(" ", 1)[1] for column in columns}
            assert kinds <= {"bigint", "uuid"}, (name, answer)


def test_every_task_is_listed() -> None:
    import otasuke.celery

    otasuke.celery.app.loader.import_default_modules()
    ours = {name for name in current_app.tasks if not name.startswith(("celery.", "tests."))}
    assert ours == set(access()["tasks"])


@pytest.mark.parametrize(
    ("section", "pattern", "ending"),
    [("mails", "mail/*.subject.txt", ".subject.txt"), ("papers", "pdf/[!_b]*.html", ".html")],
)
def test_every_mail_and_paper_is_listed(section: str, pattern: str, ending: str) -> None:
    names = {path.name.removesuffix(ending) for path in (ROOT / "templates").glob(pattern)}
    whole = {name for name in names if "_" not in name or section == "mails"}
    assert whole == set(access()[section])


def test_the_page_about_access_says_what_the_table_says() -> None:
    from tests.access.check import page

    assert (ROOT / "docs" / "access.md").read_text() == page(), "run: python -m tests.access.check --write"


def test_a_refusal_that_asks_nothing_about_a_person_stands_in_the_code() -> None:
    assert set(NO_RIGHT) - {what for what, _place in every_check()} == set()
