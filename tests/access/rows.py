"""Asks every table directly, as the application role, with the scope of every role and with none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.db import connection, transaction

from tests.access.table import access, may
from tests.access.world import CAPABILITY, FIRMS, Role, World, secret_of, superuser
from tests.factories import Kind

REFUSED = "42501"


class Invalid(RuntimeError):
    """PostgreSQL could not even understand the question: that refuses nobody."""


@dataclass(frozen=True)
class Case:
    """One question and both answers."""

    subject: str
    role: str
    verb: str
    firm: str
    expected: Any
    observed: Any

    @property
    def agrees(self) -> bool:
        """Whether the database answers as the table says."""
        return bool(self.expected == self.observed)

    def __str__(self) -> str:
        return f"{self.subject}: {self.role} {self.verb} {self.firm}: expected {self.expected}, found {self.observed}"


@dataclass
class Table:
    """A table of firms' rows, and its rows as the superuser sees them."""

    name: str
    rule: dict[str, Any]
    columns: list[str]
    rows: list[tuple[str, int, int | None, int | None]]  # place, firm, own user, holder
    samples: dict[int, list[Any]]
    sealed: bool  # the application has no right to change any column
    movable: bool  # the application may write the column that names the firm

    @property
    def firm(self) -> str:
        """The column that names the firm."""
        return str(self.rule.get("firm", "tenant_id"))

    def held(self, firm: int) -> int:
        """Rows of a firm."""
        return sum(row[1] == firm for row in self.rows)


def tables_read(world: World, names: Iterable[str] | None = None) -> list[Table]:
    """What there is of the world's firms in the listed tables (all of the access table)."""
    tables, server = [], superuser()
    with server, server.cursor() as cursor:
        for name, rule in access()["tables"].items():
            if names is None or name in names:
                tables.append(_table(cursor, name, rule, [*world.firms.values(), *world.partners]))
    server.close()
    return tables


def _table(cursor: Any, name: str, rule: dict[str, Any], firms: list[int]) -> Table:
    firm = rule.get("firm", "tenant_id")
    if "firm" in rule:
        firms = firms[: len(FIRMS)]  # what partners see of themselves is no firm's data
    own, holder = rule.get("own", "NULL"), rule.get("holder", "NULL")
    cursor.execute(
        f"SELECT tableoid || '/' || ctid, {firm}, {own}, {holder} FROM {name} WHERE {firm} = ANY (%s)", (firms,)
    )
    rows = cursor.fetchall()
    cursor.execute(
        "SELECT attname, attgenerated <> '' FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped ORDER BY attnum",
        (name,),
    )
    attributes = cursor.fetchall()
    columns = [column for column, generated in attributes if not generated]
    samples = {}
    for firm_id in {row[1] for row in rows}:
        cursor.execute(
            f"SELECT to_jsonb(t)::text FROM {name} t WHERE {firm} = %s ORDER BY to_jsonb(t) -> 'id' LIMIT 1", (firm_id,)
        )
        samples[firm_id] = cursor.fetchone()[0]
    cursor.execute(
        "SELECT has_any_column_privilege('otasuke_app', %s, 'UPDATE'),"
        " has_column_privilege('otasuke_app', %s, %s, 'UPDATE')",
        (name, name, firm),
    )
    changeable, movable = cursor.fetchone()
    return Table(name, rule, columns, rows, samples, not changeable, movable)


@contextmanager
def scope_of(role: Role | None, tenant: int | None = None) -> Iterator[Any]:
    """The settings of a role as PostgreSQL knows them, in a transaction that leaves nothing."""
    user = "" if role is None or role.user_id is None else str(role.user_id)
    organisation = "" if role is None or role.organisation_id is None else str(role.organisation_id)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('otasuke.tenant', %s, true), set_config('otasuke.user', %s, true),"
                " set_config('otasuke.organisation', %s, true), set_config('otasuke.token', %s, true)",
                ("" if tenant is None else str(tenant), user, organisation, _token(role)),
            )
            yield cursor.cursor
        transaction.set_rollback(True)


def _token(role: Role | None) -> str:
    if role is None or role.kind != "token":
        return ""
    return hashlib.sha256(secret_of(role.name.removeprefix("token:")).encode()).hexdigest()


def _tried(cursor: Any, sql: str, values: Sequence[Any] = ()) -> tuple[str, int]:
    """(error code or "", rows touched); what it did is undone."""
    cursor.execute("SAVEPOINT asked")
    try:
        cursor.execute(sql, values)
        answer = ("", cursor.rowcount)
    except psycopg2.Error as error:
        answer = (error.pgcode or "?", 0)
        if answer[0].startswith("42") and answer[0] != REFUSED:
            raise Invalid(f"{sql[:200]}: {error}") from error
    cursor.execute("ROLLBACK TO SAVEPOINT asked")
    return answer


def rows_check(world: World, names: Iterable[str] | None = None) -> Iterator[Case]:
    """Every table × role × verb × firm."""
    tables = tables_read(world, names)
    firm_ids = {world.firms[name]: name for name in FIRMS}
    for table in tables:
        yield Case(
            table.name, "superuser", "holds", "all", set(firm_ids), {row[1] for row in table.rows} & set(firm_ids)
        )
    for role in askers(world):
        for table in tables:
            with scope_of(role) as cursor:
                yield from _cases_of(cursor, table, role, world)
    for name, firm_id in world.firms.items():
        for table in tables:
            with scope_of(None, firm_id) as cursor:
                yield from _background(cursor, table, name, world)


def askers(world: World) -> list[Role]:
    """Every role, nobody at all, and people who say they act for an organisation that is not theirs."""
    lost, former = world.role("nobody"), world.role("former")
    places = [role for role in world.roles if role.inside == "owner" and role.name not in {"factorless", "double"}]
    strangers = [
        Role("stranger", person.user_id, place.organisation_id, place.kind, place.inside)
        for person in (lost, former, world.role("buyer:owner"))
        for place in places
        if place.organisation_id != person.organisation_id
    ]
    return [
        *world.roles,
        *world.spare,
        *strangers,
    ]


def _reach(role: Role, world: World) -> int | None:
    """The firm a role's capability reaches."""
    if not role.capability:
        return None
    return world.firms["foreign" if role.name == "outsider" else "assigned"]


def _cases_of(cursor: Any, table: Table, role: Role, world: World) -> Iterator[Case]:
    reach, rule, capability = _reach(role, world), table.rule, "none"
    adders = rule.get("adds", [])
    reads = reach is not None and may(role, rule.get("reads", []))
    if role.kind == "token":
        capability, reach = _token_capability(role, world)
        reads = capability in rule.get("reads", []) and capability != "job"  # single jobs are for people
    if role.name == "double" and rule.get("whoever_acts"):
        reads, reach = True, world.firms["assigned"]
    expected = {
        place
        for place, firm, own, holder in table.rows
        if (reads and firm == reach)
        or (own is not None and own == role.user_id)
        or (holder is not None and holder == role.organisation_id and role.name != "stranger" and role.kind != "token")
    }
    firms = list(world.firms.values()) + ([] if "firm" in rule else world.partners)
    cursor.execute(f"SELECT tableoid || '/' || ctid FROM {table.name} WHERE {table.firm} = ANY (%s)", (firms,))
    ids = {row[0] for row in cursor.fetchall()}
    yield Case(table.name, role.name, "reads", "all", expected, ids)
    for name, firm in world.firms.items():
        adds = firm == reach and (may(role, adders, writing=True) or f"{capability}:any" in adders)
        yield Case(table.name, role.name, "adds", name, adds, _adds(cursor, table, firm, role.user_id))
        changes = firm == reach and may(role, rule.get("changes", []), writing=True)
        count = table.held(firm) if changes else 0
        yield Case(table.name, role.name, "changes", name, count, _changes(cursor, table, firm, role.user_id))
        yield Case(table.name, role.name, "deletes", name, REFUSED, _deletes(cursor, table, firm))
    if reach is not None and may(role, rule.get("changes", []), writing=True):
        yield from _borders(cursor, table, reach, role.name, world)


def _token_capability(role: Role, world: World) -> tuple[str, int]:
    """A program may what people of its organisation may read; nothing through a broken glass or of single jobs."""
    name = role.name.removeprefix("token:")
    if name in world.firms:
        return "firm", world.firms[name]
    capability = CAPABILITY.get(Kind(role.inside), "none") if role.inside else "none"
    return "none" if capability == "breakglass" else capability, world.firms["assigned"]


def _background(cursor: Any, table: Table, name: str, world: World) -> Iterator[Case]:
    """A task or an intake works for one firm: its rows in full, no other's at all."""
    own, rule = world.firms[name], table.rule
    allowed = rule.get("background", "reads adds changes")
    who = f"background of {name}"
    firms = list(world.firms.values())
    cursor.execute(f"SELECT DISTINCT {table.firm} FROM {table.name} WHERE {table.firm} = ANY (%s)", (firms,))
    firms_read = {row[0] for row in cursor.fetchall()}
    if rule.get("background") == "adds":
        allowed = "reads adds" if "adds_with" not in rule else "reads"
    yield Case(table.name, who, "reads", "all", {own} if "reads" in allowed else set(), firms_read)
    for other, firm in world.firms.items():
        mine = firm == own
        yield Case(table.name, who, "adds", other, mine and "adds" in allowed, _adds(cursor, table, firm, None))
        count = table.held(firm) if mine and "changes" in allowed else 0
        yield Case(table.name, who, "changes", other, count, _changes(cursor, table, firm, None))
        yield Case(table.name, who, "deletes", other, REFUSED, _deletes(cursor, table, firm))
    if "changes" in allowed:
        yield from _borders(cursor, table, own, who, world)


def _adds(cursor: Any, table: Table, firm: int, user: int | None) -> bool:
    """Whether the wall lets a copy of one of the firm's rows in; that its key exists already shows it was let in."""
    sample = table.samples.get(firm)
    if sample is None:
        return False
    put = ", ".join(f"'{column}', {user if value == 'user' else value}" for column, value in _with(table, user))
    code, _count = _tried(
        cursor,
        f"INSERT INTO {table.name} ({', '.join(_quoted(table.columns))}) SELECT {', '.join(_quoted(table.columns))}"
        f" FROM jsonb_populate_record(NULL::{table.name}, %s::jsonb || jsonb_build_object({put}))",
        (sample,),
    )
    return code in {"", "23505", "23P01"}


def _with(table: Table, user: int | None) -> list[tuple[str, Any]]:
    wanted = table.rule.get("adds_with", {})
    return [
        (column, ("NULL" if user is None else user) if value == "user" else value) for column, value in wanted.items()
    ]


def _quoted(columns: list[str]) -> list[str]:
    return [f'"{column}"' for column in columns]


def _changes(cursor: Any, table: Table, firm: int, user: int | None) -> int | str:
    """How many of the firm's rows could be changed; "found" for rows that were found and only then refused."""
    put = table.rule.get("changes_set", f"{table.firm} = {table.firm}")
    put = put.replace("{user}", "NULL" if user is None else str(user))
    code, count = _tried(cursor, f"UPDATE {table.name} SET {put} WHERE {table.firm} = %s", (firm,))
    late = table.sealed or table.rule.get("refused_late")
    return "found" if code == REFUSED and not late else 0 if code else count


def _deletes(cursor: Any, table: Table, firm: int) -> str:
    return _tried(cursor, f"DELETE FROM {table.name} WHERE {table.firm} = %s", (firm,))[0]


def _borders(cursor: Any, table: Table, firm: int, who: str, world: World) -> Iterator[Case]:
    """Somebody who may change the firm's rows neither gives one away nor takes one, in a sentence that reads nothing.

    Without a WHERE the policies of reading do not help: those of changing must hold by themselves.
    """
    if not table.movable or not table.held(firm):
        return
    other = next(value for value in world.firms.values() if value != firm)
    code, count = _tried(cursor, f"UPDATE {table.name} SET {table.firm} = %s", (other,))
    yield Case(table.name, who, "gives away", str(firm), (REFUSED, 0), (code, count))
    code, count = _tried(cursor, f"UPDATE {table.name} SET {table.firm} = %s", (firm,))
    yield Case(table.name, who, "takes", str(firm), ("", table.held(firm)), (code, count))
