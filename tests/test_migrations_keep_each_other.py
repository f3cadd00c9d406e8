"""A function or a policy that is written anew keeps what an earlier change had given it.

A migration repeats the whole text of what it changes. Whoever starts from an older text takes back, unseen, what was
added in between; here every text is compared with all those before it, in the order of migration.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from django.db.migrations import RunSQL, SeparateDatabaseAndState
from django.db.migrations.loader import MigrationLoader

Migration = tuple[str, str]
Texts = list[tuple[Migration, str]]
PIECE = re.compile(r"(?s)\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|--[^\n]*|'(?:[^']|'')*'|;|[^;$'-]+|.")
DEFINITION = re.compile(
    r"(?is)\s*(?:CREATE\s+(?:OR\s+REPLACE\s+)?(FUNCTION|POLICY|TRIGGER|VIEW)|ALTER\s+(POLICY))\s+([\w.]+)"
)
SHAPE = {"or", "replace", "volatile", "varchar", "timestamptz", "to", "=", "create"}  # two ways to write the same
# (kind and name, migration that took them back): words an earlier migration had added, and why they may go.
TAKEN_BACK: dict[tuple[str, str], str] = {}


def _statements(operations: Sequence[Any]) -> Iterator[str]:
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from _statements(operation.database_operations)
        elif isinstance(operation, RunSQL):
            texts = [operation.sql] if isinstance(operation.sql, str) else operation.sql
            for text in texts:
                yield from _split(text if isinstance(text, str) else text[0])


def _split(text: str) -> list[str]:
    """The statements of a text without its comments; a body between dollars stays whole."""
    statements = [""]
    for piece in PIECE.finditer(text):
        if piece[0] == ";":
            statements.append("")
        elif not piece[0].startswith("--"):
            statements[-1] += piece[0]
    return statements


def _plan() -> tuple[MigrationLoader, list[Migration]]:
    loader = MigrationLoader(None)
    plan: list[Migration] = []
    for leaf in loader.graph.leaf_nodes():
        plan += [node for node in loader.graph.forwards_plan(leaf) if node not in plan]
    return loader, plan


def _written() -> tuple[MigrationLoader, dict[str, Texts]]:
    """Each object's texts in the order in which they reach a database."""
    loader, plan = _plan()
    texts: dict[str, Texts] = defaultdict(list)
    for node in plan:
        for statement in _statements(loader.get_migration(*node).operations):
            if found := DEFINITION.match(statement):
                kind, name = (found[1] or found[2]).lower(), found[3]
                table = re.search(r"(?i)\sON\s+([\w.]+)", statement) if kind in {"policy", "trigger"} else None
                texts[f"{kind} {name}{' on ' + table[1] if table else ''}"].append((node, statement))
    return loader, texts


def _words(statement: str) -> Counter[str]:
    words = re.findall(r"[\w.%]+|[^\s\w]", re.sub(r"--[^\n]*", "", statement).lower())
    return Counter(word for word in words if word not in SHAPE and re.search(r"\w", word))


def _losses(texts: Texts) -> Iterator[tuple[str, list[str]]]:
    """(migration, words) for every text that lacks what another before it had added to its own predecessor."""
    for later in range(2, len(texts)):
        kept, before = _words(texts[later][1]), _words(texts[later - 1][1])
        for middle in range(1, later):
            added = _words(texts[middle][1]) - _words(texts[middle - 1][1])
            lost = {word for word in added if kept[word] < before[word] and kept[word] < _words(texts[middle][1])[word]}
            if lost and texts[middle][0] != texts[later][0]:
                yield texts[later][0][1], sorted(lost)


def test_what_is_written_anew_keeps_what_came_in_between() -> None:
    _loader, written = _written()
    again = {name: texts for name, texts in written.items() if len(texts) > 1}
    assert len(again) > 30, "the definitions are found"
    losses = {(name, migration): words for name, texts in again.items() for migration, words in _losses(texts)}
    assert {place: words for place, words in losses.items() if place not in TAKEN_BACK} == {}


def test_a_line_taken_back_by_a_repeated_text_is_noticed() -> None:
    """What once happened to an approved application's industry."""
    first = "CREATE FUNCTION sec.f() RETURNS int AS $b$ INSERT INTO o VALUES (a.mail, '') $b$"
    middle = "CREATE OR REPLACE FUNCTION sec.f() RETURNS int AS $b$ INSERT INTO o VALUES (a.mail, a.industry) $b$"
    third = "CREATE OR REPLACE FUNCTION sec.f() RETURNS int AS $b$ INSERT INTO o VALUES (a.mail, '') LIMIT 5 $b$"
    texts = [(("r", "1"), first), (("r", "2"), middle), (("r", "3"), third)]
    assert list(_losses(texts)) == [("3", ["a.industry"])]


def test_two_changes_of_one_object_come_in_a_stated_order() -> None:
    """Without it a new database and one that was brought up to date would end with different texts."""
    loader, written = _written()
    for name, texts in written.items():
        for (earlier, _text), (later, _newer) in pairwise(texts):
            assert earlier in loader.graph.forwards_plan(later), f"{name}: {later} must depend on {earlier}"
