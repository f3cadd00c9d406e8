"""What PostgreSQL's catalogue lets the application's role do with each table, against docs/rights.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.access.rows import REFUSED, Case, _tried, scope_of
from tests.access.world import superuser

PATH = Path(__file__).resolve().parents[2] / "docs" / "rights.toml"
APPLICATION = "otasuke_app"
# The rights of the application on a table, and on those of its columns for which the table's own right is missing.
RIGHTS = """
SELECT c.relname::text, v.verb, has_table_privilege(%(role)s, c.oid, v.verb),
       array(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
             AND NOT a.attisdropped AND v.verb IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
             AND has_column_privilege(%(role)s, c.oid, a.attnum, v.verb) ORDER BY a.attname)
  FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])
       WITH ORDINALITY v(verb, place)
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
 ORDER BY c.relname, v.place
"""
# Whoever else has a right on a table: nobody but its owner and sec_definer, as whom nobody logs in.
OTHERS = """
SELECT c.relname::text, array(SELECT DISTINCT coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC')
         FROM (SELECT c.relacl UNION ALL SELECT attacl FROM pg_attribute WHERE attrelid = c.oid) l(acl),
              aclexplode(l.acl) x WHERE x.grantee <> c.relowner) FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
WALLS = """
SELECT relname::text, relrowsecurity, relforcerowsecurity, relowner::regrole::text FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1
"""


@cache
def rights() -> dict[str, Any]:
    """docs/rights.toml."""
    return tomllib.loads(PATH.read_text())


def rights_check(names: Iterable[str] | None = None) -> Iterator[Case]:
    """Every table (or the named ones): its wall, what the application may, and that nobody else may anything."""
    wanted = None if names is None else set(names)
    listed, in_force = rights(), rights_found()
    with superuser() as server, server.cursor() as cursor:
        cursor.execute(WALLS)
        walls = cursor.fetchall()
        cursor.execute(OTHERS)
        others = dict(cursor.fetchall())
    server.close()
    for table, *wall in walls:
        if wanted is None or table in wanted:
            walled = table not in listed["without_wall"]
            yield Case(table, "everybody", "meets a wall", "all", [walled, walled, "otasuke_owner"], wall)
            yield Case(table, APPLICATION, "may", "all", listed["rights"].get(table, "(not listed)"), in_force[table])
            yield Case(table, "others", "may", "all", set(), set(others[table]) - {APPLICATION, "sec_definer"})
    if wanted is None:
        yield Case("docs/rights.toml", APPLICATION, "may", "all", sorted(in_force), sorted(listed["rights"]))
        partitions = {table for table in others if table not in in_force and set(others[table]) - {"sec_definer"}}
        yield Case("partitions", "everybody", "may", "all", set(), partitions)


def rights_found() -> dict[str, str]:
    """Table → "SELECT, INSERT, UPDATE (state, reason)", as a GRANT would say it."""
    by_table: dict[str, list[str]] = {}
    with superuser() as server, server.cursor() as cursor:
        cursor.execute(RIGHTS, {"role": APPLICATION})
        for table, verb, whole, columns in cursor.fetchall():
            words = by_table.setdefault(table, [])
            if whole:
                words.append(verb)
            elif columns:
                words.append(f"{verb} ({', '.join(columns)})")
    server.close()
    return {table: ", ".join(words) for table, words in by_table.items()}


def refusals_check(names: Iterable[str] | None = None) -> Iterator[Case]:
    """What the catalogue says is what happens: the application tries what it has no right to do with each table."""
    wanted = None if names is None else set(names)
    for table, words in rights()["rights"].items():
        if wanted is None or table in wanted:
            with scope_of(None) as cursor:
                for verb, sql in (
                    ("DELETE", f"DELETE FROM {table} WHERE false"),
                    ("TRUNCATE", f"TRUNCATE {table} CASCADE"),
                ):
                    expected = "" if verb in words.split(", ") else REFUSED
                    yield Case(table, APPLICATION, verb, "all", expected, _tried(cursor, sql)[0])
