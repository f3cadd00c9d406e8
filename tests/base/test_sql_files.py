"""A migration brings the database to the text of a file, and back to the one before, in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from base import sql_files
from base.sql_files import SqlFile, TextMissing, past_file, text_hash
from tests.sql_state import sql_state

FIRST = """CREATE OR REPLACE FUNCTION sec.answer() RETURNS integer LANGUAGE sql AS $body$ SELECT 41 $body$;
REVOKE ALL ON FUNCTION sec.answer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.answer TO otasuke_app, otasuke_report;
"""
SECOND = """CREATE OR REPLACE FUNCTION sec.answer(add integer) RETURNS bigint LANGUAGE sql AS $body$ SELECT 42 $body$;
REVOKE ALL ON FUNCTION sec.answer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.answer TO otasuke_app;
"""
TABLE = """ALTER TABLE words ENABLE ROW LEVEL SECURITY;
ALTER TABLE words FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON words FOR SELECT USING (sec.answer() = 41);
CREATE POLICY adds ON words FOR INSERT WITH CHECK (true);
"""
FEWER = """ALTER TABLE words ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON words FOR SELECT USING (false);
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A room's directory of SQL files that is empty."""
    monkeypatch.setattr(sql_files, "sql_directory", lambda room: tmp_path)
    return tmp_path


@pytest.fixture
def editor(database: None) -> Iterator[Any]:
    """The owner's schema editor with a table `words`; nothing of it stays."""
    with transaction.atomic(using="owner"), connections["owner"].schema_editor() as found:
        found.execute("CREATE TABLE words (word text)")
        yield found
        found.deferred_sql.clear()
        transaction.set_rollback(True, using="owner")


def _write(room: Path, name: str, text: str) -> str:
    """A file edited as a person does and then kept: the former text goes to `past`. → the hash of the new one."""
    path = room / f"{name}.sql"
    if path.exists():
        former = path.read_text()
        kept = past_file("tenants", name, text_hash(former))
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(former)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return text_hash(text)


def _states(editor: Any, *steps: Any) -> list[dict[str, str]]:
    states = []
    with editor.connection.cursor() as cursor:
        for step in steps:
            step("tenants", editor, None, None)
            states.append(sql_state(cursor))
    return states


def test_forward_back_and_forward_again_of_a_changed_function(editor: Any, room: Path) -> None:
    first = SqlFile("functions/answer", _write(room, "functions/answer", FIRST))
    second = SqlFile("functions/answer", _write(room, "functions/answer", SECOND), was=first.sha256)
    made, changed, back, again, back_again, gone = _states(
        editor,
        first.database_forwards,
        second.database_forwards,
        second.database_backwards,
        second.database_forwards,
        second.database_backwards,
        first.database_backwards,
    )
    assert "SELECT 41" in made["function answer"]
    assert "SELECT 42" in changed["function answer"]
    assert "SELECT 41" not in changed["function answer"], "the former signature is gone"
    assert (back, again, back_again) == (made, changed, made)
    assert "function answer" not in gone


def test_what_a_policy_calls_is_replaced_where_it_stands_and_loses_callers(editor: Any, room: Path) -> None:
    first = SqlFile("functions/answer", _write(room, "functions/answer", FIRST))
    table = SqlFile("tables/words", _write(room, "tables/words", TABLE))
    narrow = FIRST.replace("SELECT 41", "SELECT 43").replace(", otasuke_report", "")
    second = SqlFile("functions/answer", _write(room, "functions/answer", narrow), was=first.sha256)
    first.database_forwards("tenants", editor, None, None)
    made, changed, back = _states(editor, table.database_forwards, second.database_forwards, second.database_backwards)
    assert "otasuke_report" in made["function answer"]
    assert "otasuke_report" not in changed["function answer"]
    assert "SELECT 43" in changed["function answer"]
    assert back == made


def test_a_table_keeps_no_policy_that_its_new_text_does_not_make(editor: Any, room: Path) -> None:
    answer = SqlFile("functions/answer", _write(room, "functions/answer", FIRST))
    first = SqlFile("tables/words", _write(room, "tables/words", TABLE))
    second = SqlFile("tables/words", _write(room, "tables/words", FEWER), was=first.sha256)
    before, made, changed, back, gone = _states(
        editor,
        answer.database_forwards,
        first.database_forwards,
        second.database_forwards,
        second.database_backwards,
        first.database_backwards,
    )
    assert {name for name in made if name not in before} == {
        "policy reads on words",
        "policy adds on words",
        "security of words",
    }
    assert "policy adds on words" not in changed
    assert made["security of words"] != changed["security of words"], "FORCE is not said any more"
    assert (back, gone) == (made, before)


def test_a_file_that_goes_comes_back(editor: Any, room: Path) -> None:
    first = SqlFile("functions/answer", _write(room, "functions/answer", FIRST))
    last = SqlFile("functions/answer", None, was=first.sha256)
    made, gone, back = _states(editor, first.database_forwards, last.database_forwards, last.database_backwards)
    assert "function answer" not in gone
    assert back == made


def test_an_edited_file_without_a_migration_stops_with_what_to_do(editor: Any, room: Path) -> None:
    meant = _write(room, "functions/answer", FIRST)
    (room / "functions" / "answer.sql").write_text(SECOND)
    with pytest.raises(TextMissing, match=r"functions/answer \w{12}.*sql_migration --write"):
        SqlFile("functions/answer", meant).database_forwards("tenants", editor, None, None)


def test_only_functions_views_and_tables_have_files() -> None:
    with pytest.raises(ValueError, match="triggers/answer: one of"):
        SqlFile("triggers/answer", "0" * 12)
