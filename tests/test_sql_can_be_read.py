"""What PostgreSQL does for the platform stands in one file each: file, last migration and database agree."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

from django.db import connections, transaction

from base.sql_files import SqlFile, TextMissing, past_file, sql_directory, text_of
from tests.generated.sql_migration import HOW, ROOT, Load, changes, files, loads
from tests.generated.state_diagrams import ROOMS
from tests.sql_state import sql_state

MADE = {
    "functions": re.compile(r"^CREATE OR REPLACE FUNCTION sec\.(\w+)\(", re.MULTILINE),
    "views": re.compile(r"^CREATE OR REPLACE VIEW sec\.(\w+) WITH \(security_barrier\)", re.MULTILINE),
    "tables": re.compile(r"^(?:CREATE (?:POLICY \w+ ON|TRIGGER [^;]*? ON)|ALTER TABLE) (\w+)", re.MULTILINE),
}


def test_every_edited_file_has_its_migration() -> None:
    assert changes() == [], f"a file has another text than its last migration loads. Run: {HOW}"


def test_every_text_a_migration_names_is_kept() -> None:
    missing = []
    for load in loads():
        for sha256 in (load.operation.sha256, load.operation.was):
            try:
                text_of(load.room, load.operation.name, sha256) if sha256 else ""
            except TextMissing as missed:
                missing.append(str(missed))
    assert missing == []


def test_every_change_begins_with_the_text_before_it() -> None:
    """Otherwise going back would end with another text than the one that was there."""

    def place(load: Load) -> tuple[str, str]:
        return load.room, load.operation.name

    for (room, name), history in groupby(sorted(loads(), key=place), key=place):
        before = None
        for load in history:
            assert load.operation.was == before, f"{room}.{load.migration}: {name}"
            before = load.operation.sha256


def test_no_past_text_is_kept_that_no_migration_names() -> None:
    named = {
        past_file(load.room, load.operation.name, sha256)
        for load in loads()
        for sha256 in (load.operation.sha256, load.operation.was)
        if sha256
    }
    assert {path for room in ROOMS for path in sql_directory(room).glob("past/*")} <= named


def test_a_file_makes_what_its_name_says_and_nothing_else() -> None:
    for (room, name), text in files().items():
        kind, subject = name.split("/")
        if kind != "tables":
            assert MADE[kind].findall(text) == [subject], (room, name)
        assert set(MADE["tables"].findall(text)) <= ({subject} if kind == "tables" else set()), (room, name)


def test_a_name_stands_in_one_room() -> None:
    names = [name for _room, name in files()]
    assert len(names) == len(set(names)) > 150


def test_the_database_has_what_the_files_say(database: None) -> None:
    """All files again, in the order of migration: nothing changes, and nothing is there that no file makes."""
    last = {(load.room, load.operation.name): load.operation.sha256 for load in loads()}
    with transaction.atomic(using="owner"), connections["owner"].schema_editor() as editor:
        with editor.connection.cursor() as cursor:
            before = sql_state(cursor)
            for room in ROOMS:
                for name in [name for of_room, name in last if of_room == room and last[room, name]]:
                    SqlFile(name, last[room, name]).database_forwards(room, editor, None, None)
            after = sql_state(cursor)
        transaction.set_rollback(True, using="owner")
    assert {name for name in before | after if before.get(name) != after.get(name)} == set()
    named = {name.replace("/", " ") for _room, name in files()}
    for thing in before:
        kind, _, rest = thing.partition(" ")
        wanted = {"function": f"functions {rest}", "view": f"views {rest}"}
        wanted |= dict.fromkeys(("policy", "trigger"), f"tables {rest.partition(' on ')[2]}")
        wanted |= {"security": f"tables {rest.removeprefix('of ')}"}
        assert wanted.get(kind, "") in {*named, ""}, f"{thing} stands in no file"


def test_migrations_themselves_hold_no_function_view_policy_or_trigger() -> None:
    forbidden = re.compile(r"(?i)\b(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|VIEW|POLICY|TRIGGER)\b")
    assert [
        str(path.relative_to(ROOT))
        for path in Path(ROOT).glob("*/migrations/*.py")
        if forbidden.search(path.read_text(encoding="utf-8"))
    ] == []
