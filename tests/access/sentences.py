"""Single sentences of SQL, asked as every role: what may be written into a row and which rows they reach.

rows.py asks every table of firms the same; here stands what is different about a table: tables of a programme, columns
that only one value may have, rows of callers whom nobody has identified yet, jobs handed to the office. All is asked in
one transaction that leaves nothing, over a few more rows (sentences_scene.py).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg2

from tests.access.rows import REFUSED, Case, Invalid, _token
from tests.access.sentences_scene import scene_make
from tests.access.world import Role, World, superuser

REFUSES = "refused"
# Whose row it is at all, though they belong to a kind: people who left, who act elsewhere, of another firm.
APART = {"stranger", "former", "double", "outsider", "task"}
OWNER = "otasuke_owner"


@dataclass(frozen=True)
class Sentence:
    """`sql` with {user}, {other} (somebody else), {firm}, {office}, {programme}, …; `counts`: who → rows it reaches.

    Who: "everybody", "sme", "sme:owner+member", or a role's name ("outsider"). All others get `otherwise`.
    `put`: a copy of the first row that `sql` (a condition) finds is added, with these columns; 1: let in.
    `ask`: only these kinds, where everybody's answers would say nothing new.
    """

    table: str
    sql: str
    counts: dict[str, Any] = field(default_factory=dict)
    otherwise: Any = 0
    put: dict[str, str] | None = None
    ask: tuple[str, ...] = ()
    role: str = "otasuke_app"


def reads(table: str, counts: dict[str, Any], where: str = "true", **more: Any) -> Sentence:
    """Rows that can be read."""
    return Sentence(table, f"SELECT 1 FROM {table} WHERE {where}", counts, **more)


def changes(table: str, put: str, counts: dict[str, Any], **more: Any) -> Sentence:
    """Rows that a change reaches. Without a WHERE the policies of reading do not help those of changing."""
    return Sentence(table, f"UPDATE {table} SET {put}", counts, **more)


def adds(table: str, counts: dict[str, Any], of: str = "true", **put: str) -> Sentence:
    """Whether a copy of a row is let in, with these columns changed."""
    return Sentence(table, of, counts, REFUSES, put)


def sentences_check(world: World, names: Collection[str] | None = None) -> Iterator[Case]:
    """Every sentence about the named tables (all) as everybody."""
    from tests.access.sentences_list import SENTENCES

    wanted = [sentence for sentence in SENTENCES if names is None or sentence.table in names]
    if not wanted:
        return
    server = superuser()
    try:
        with server.cursor() as cursor:
            words = scene_make(cursor, world)
            samples = {_words(each): _sample(cursor, each, words) for each in wanted if each.put is not None}
            words["count"] = _counts(cursor, wanted, words)
            cursor.execute("SAVEPOINT scene")
            for actor in _actors(world, words):
                yield from _cases_of(cursor, actor, wanted, samples, words)
    finally:
        server.rollback()
        server.close()


@dataclass(frozen=True)
class Actor:
    """A role and the settings PostgreSQL knows it by."""

    role: Role
    settings: dict[str, str]

    def fits(self, who: str) -> bool:
        """Whether it is among `who`."""
        kind, _, inside = who.partition(":")
        if who in {self.role.name, "everybody"}:
            return True
        member = kind == self.role.kind and self.role.name.split(" ")[0] not in APART
        return member and (not inside or self.role.inside in inside.split("+"))


def _actors(world: World, words: dict[str, Any]) -> Iterator[Actor]:
    """Everybody, people who say they act for an organisation they left or never knew, and tasks."""
    places = [role for role in world.roles if role.inside == "owner" and role.name not in APART | {"factorless"}]
    strangers = [
        Role("stranger", person.user_id, place.organisation_id, place.kind, place.inside)
        for person in (world.role("nobody"), world.role("former"))
        for place in places
    ]
    for role in (*world.roles, *strangers):
        settings = {"user": role.user_id, "organisation": role.organisation_id, "token": _token(role) or None}
        yield Actor(role, {name: str(value) for name, value in settings.items() if value is not None})
    for name, firm in world.firms.items():
        yield Actor(Role(f"task of {name}", None, None, "task"), {"tenant": str(firm)})
    # Whoever founds the programme: a key instead of a person.
    yield Actor(Role("founder", None, None, "founder"), {"founding": words["founding"]})
    for name in ("programme", "elsewhere"):
        yield Actor(Role(f"task of {name}", None, None, "task"), {"programme": str(words[name])})


def _sample(cursor: Any, sentence: Sentence, words: dict[str, Any]) -> str:
    """The row that the sentence copies, as the superuser sees it."""
    where = sentence.sql.format_map(words)
    cursor.execute(f"SELECT to_jsonb(t)::text FROM {sentence.table} t WHERE {where} ORDER BY id DESC LIMIT 1")
    row = cursor.fetchone()
    if row is None:
        raise Invalid(f"no row of {sentence.table} where {where}")
    text: str = row[0]
    return text


def _counts(cursor: Any, wanted: list[Sentence], words: dict[str, Any]) -> dict[tuple[str, bool], int]:
    """(Table, only of the job) → rows there are, for sentences that reach all of them."""
    totals = {}
    for sentence in wanted:
        for all_of in {str(count) for count in (*sentence.counts.values(), sentence.otherwise)}:
            if all_of.startswith("all"):
                where = f" WHERE job_id = {words['job']}" if "job" in all_of else ""
                cursor.execute(f"SELECT count(*) FROM {sentence.table}{where}")
                totals[sentence.table, "job" in all_of] = cursor.fetchone()[0]
    return totals


def _cases_of(
    cursor: Any, actor: Actor, wanted: list[Sentence], samples: dict[str, str], words: dict[str, Any]
) -> Iterator[Case]:
    person = actor.role.user_id
    mine = words | {"user": "NULL" if person is None else person, "other": _other(person, words)}
    cursor.execute("ROLLBACK TO SAVEPOINT scene")
    for name, value in actor.settings.items():
        cursor.execute("SELECT set_config('otasuke.' || %s, %s, true)", (name, value))
    for role in ("otasuke_app", OWNER) if actor.role.name == "anonymous" else ("otasuke_app",):
        # Each sentence begins by undoing the one before.
        cursor.execute(f"SET LOCAL ROLE {role}; SAVEPOINT asked")
        for sentence in wanted:
            if sentence.role == role and (not sentence.ask or actor.role.kind in sentence.ask):
                expected = next(
                    (count for who, count in sentence.counts.items() if actor.fits(who)), sentence.otherwise
                )
                if str(expected).startswith("all"):
                    expected = words["count"][sentence.table, "job" in str(expected)]
                observed = _outcome(cursor, sentence, samples, mine)
                who = actor.role.name if actor.role.name != "stranger" else f"stranger in {actor.role.kind}"
                yield Case(sentence.table, who, _words(sentence), "", expected, observed)
        cursor.execute("ROLLBACK TO SAVEPOINT asked")


def _other(person: int | None, words: dict[str, Any]) -> int:
    """Somebody else."""
    first, second = words["others"]
    return int(second if person == first else first)


def _outcome(cursor: Any, sentence: Sentence, samples: dict[str, str], words: dict[str, Any]) -> int | str:
    """Rows reached; "refused"; or the code of another error."""
    try:
        if sentence.put is None:
            cursor.execute(f"ROLLBACK TO SAVEPOINT asked; {sentence.sql.format_map(words)}")
        else:
            _add(cursor, sentence, samples[_words(sentence)], words)
        outcome: int | str = cursor.rowcount
    except psycopg2.Error as error:
        code = error.pgcode or "?"
        if code.startswith("42") and code != REFUSED:
            raise Invalid(f"{sentence.sql[:200]}: {error}") from error
        # The wall is asked before keys and checks: a row that stumbles over these was let in.
        outcome = REFUSES if code == REFUSED else 1 if sentence.put is not None and code.startswith("23") else code
    return outcome


def _add(cursor: Any, sentence: Sentence, sample: str, words: dict[str, Any]) -> None:
    columns = ", ".join(f'"{column}"' for column in json.loads(sample))
    put = ", ".join(f"'{column}', {value.format_map(words)}" for column, value in (sentence.put or {}).items())
    cursor.execute(
        f"ROLLBACK TO SAVEPOINT asked; INSERT INTO {sentence.table} ({columns}) SELECT {columns} FROM"
        f" jsonb_populate_record(NULL::{sentence.table}, %s::jsonb || jsonb_build_object({put}))",
        (sample,),
    )


def _words(sentence: Sentence) -> str:
    if sentence.put is None:
        return sentence.sql
    return f"adds to {sentence.table} like {sentence.sql} with {sentence.put}"
