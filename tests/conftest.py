"""Fixtures: a real database with real commits, and a small cast of which two firms always exist."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg2
import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests import factories

# A busy machine is no fault of the code: no example is judged by the clock.
settings.register_profile("otasuke", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("otasuke")

KEPT = ("django_migrations", "django_content_type", "auth_permission")


def _flush() -> None:
    """Empty every table that has rows and begin all numbers anew, as superuser: the application role may not.

    TRUNCATE would make new files for each table and index; deleting a test's few rows takes a quarter of the time.
    """
    connection = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " AND c.relname <> ALL (%s)",
            (list(KEPT),),
        )
        tables = [row[0] for row in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM {t})" for t in tables))
        filled = [row[0] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger, no order of references
        cursor.execute("".join(f"DELETE FROM {table};" for table in filled) or "SELECT 1")
        cursor.execute(
            "SELECT setval(quote_ident(schemaname) || '.' || quote_ident(sequencename), start_value, false)"
            " FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename <> ALL (%s)",
            ([f"{table}_id_seq" for table in KEPT],),
        )
    connection.close()


@pytest.fixture(autouse=True)
def japanese_again() -> Iterator[None]:
    """A page asked for in English leaves its language active; the next test begins in the programme's."""
    yield
    translation.deactivate()


@pytest.fixture
def database(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The worker's own PostgreSQL database, used as the application role, with real commits; emptied afterwards."""
    from django.db import connections

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield
        connections.close_all()
    _flush()


@pytest.fixture
def cast(database: None) -> factories.Cast:
    """One programme: two firms (sakura_dental, yamada_works) with a box each, a SOC, a desk, an office, a vendor."""
    return factories.cast_make()
