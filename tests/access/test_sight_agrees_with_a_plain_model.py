"""Random countries: what PostgreSQL shows to everybody, row by row, is what a few lines of plain Python say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.access.sight_model import (
    BY_FIRM,
    Actor,
    Country,
    Grant,
    Membership,
    actors,
    country_make,
    seen,
    settings_of,
)
from tests.access.world import superuser

SEEDS = range(8)
_FILL = {
    "integer": "0",
    "bigint": "0",
    "smallint": "0",
    "boolean": "false",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "uuid": "gen_random_uuid()",
    "jsonb": "'{}'",
    "ARRAY": "'{}'",
    "bytea": "''",
    "character varying": "''",
    "text": "''",
}
# What constraints of a table want of a row.
_FITTING = {
    "insurance_claim": {"state": "'withdrawn'", "approved_yen": "0"},
    "incidents_case": {"state": "'solved'"},
}


def _put(cursor: Any, table: str, **values: Any) -> None:
    """A row with these values, and something fitting in every other column that must have one."""
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
        " AND column_default IS NULL AND is_generated = 'NEVER' AND is_identity = 'NO'",
        [table],
    )
    filled = {name: _FILL[kind] for name, kind in cursor.fetchall()} | _FITTING.get(table, {})
    filled = {name: text for name, text in filled.items() if name not in values}
    columns, given = [*values, *filled], ", ".join(["%s"] * len(values) + [*filled.values()])
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE VALUES ({given})", [*values.values()]
    )


def _span(thing: Membership | Grant) -> str:
    until = "" if thing.until is None else f"{thing.until} days"
    return f"tstzrange(now() + interval '{thing.since} days', " + (f"now() + interval '{until}')" if until else "NULL)")


def _store(cursor: Any, country: Country) -> None:
    cursor.execute("SET LOCAL session_replication_role = replica")
    for pk, kind in country.kinds.items():
        _put(cursor, "tenants_organisation", id=pk, kind=kind, name=f"{kind} {pk}")
    for pk in country.users:
        _put(cursor, "tenants_user", id=pk, email=f"person{pk}@model.invalid")
    for programme, office in country.programmes.items():
        _put(cursor, "tenants_programme", id=programme, office_id=office, name=str(programme))
    for programme, organisation in country.partners:
        _put(cursor, "tenants_programmepartner", programme_id=programme, organisation_id=organisation)
    for membership in country.memberships:
        cursor.execute(
            "INSERT INTO tenants_membership (user_id, organisation_id, role, valid)"
            f" VALUES (%s, %s, %s, {_span(membership)})",
            [membership.user, membership.organisation, membership.role],
        )
    for grant in country.grants:
        cursor.execute(
            "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)"
            f" VALUES (%s, %s, %s, %s, {_span(grant)}, 'a random country')",
            [grant.holder, grant.firm, grant.capability, grant.subject],
        )
    for token in country.tokens:
        cursor.execute(
            "INSERT INTO tenants_apitoken (organisation_id, name, scopes, shown, token_hash, created_at, created_by_id,"
            " expires_at, revoked_at) VALUES (%s, 'model', '{}', '', %s, now(), %s, now() + %s * interval '1 day',"
            " CASE WHEN %s THEN now() END)",
            [token.organisation, _hash(token.secret), country.users[0], token.expires, token.revoked],
        )
    _store_rows(cursor, country)


def _store_rows(cursor: Any, country: Country) -> None:
    for table, rows in country.rows.items():
        for number, (pk, firm) in enumerate(rows.items(), start=1):
            values: dict[str, Any] = {"id": pk, "tenant_id": firm}
            if table == "insurance_claim":
                values |= {"insurer_id": country.insurers[pk], "job_id": pk, "number": number}
            if table in ("incidents_job", "incidents_case", "incidents_incident"):
                values["number"] = number
            if table in ("alerts_alertgroup", "incidents_incident"):
                values["family"] = str(pk)
            if table == "incidents_job":
                values |= {"state": "accepted", "incident_id": pk}
            _put(cursor, table, **values)
    cursor.execute("UPDATE incidents_job SET office_since = now() WHERE id = ANY (%s)", [[*country.handed_over]])


def _writable_column(cursor: Any, table: str) -> str:
    """A column that the application may change at all."""
    cursor.execute(
        "SELECT min(attname::text) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' AND has_column_privilege('otasuke_app', attrelid, attnum, 'UPDATE')",
        [table],
    )
    column: str = cursor.fetchone()[0]
    return column


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@contextmanager
def _as(cursor: Any, actor: Actor) -> Iterator[None]:
    """The application, in the scope of an actor; nothing it changes stays."""
    cursor.execute("SAVEPOINT actor")
    for name, value in settings_of(actor).items():
        text = _hash(value).hex() if name == "otasuke.token" and value else "" if value is None else str(value)
        cursor.execute("SELECT set_config(%s, %s, true)", [name, text])
    cursor.execute("SET LOCAL ROLE otasuke_app")
    yield
    cursor.execute("ROLLBACK TO SAVEPOINT actor")


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_sees_and_changes_exactly_the_rows_that_the_model_says(database: None, seed: int) -> None:
    country = country_make(seed)
    differences = []
    shown = 0
    server = superuser()
    with server.cursor() as cursor:
        _store(cursor, country)
        columns = {table: _writable_column(cursor, table) for table in BY_FIRM}
        for actor in actors(country):
            with _as(cursor, actor):
                for table in BY_FIRM:
                    cursor.execute(f"SELECT id FROM {table}")
                    read = {row[0] for row in cursor.fetchall()}
                    shown += len(read)
                    if read != seen(country, actor, table):
                        differences.append((actor, "reads", table, read ^ seen(country, actor, table)))
                    cursor.execute(f"UPDATE {table} SET {columns[table]} = {columns[table]} RETURNING id")
                    changed = {row[0] for row in cursor.fetchall()}
                    expected = seen(country, actor, table, to_change=True)
                    # Who may change a row but not read it changes none: PostgreSQL asks both policies.
                    if changed != expected & read:
                        differences.append((actor, "changes", table, changed ^ (expected & read)))
    server.rollback()
    server.close()
    assert differences == []
    assert shown > 100, "the country is too empty to say anything"
