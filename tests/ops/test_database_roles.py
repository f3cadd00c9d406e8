"""The database roles can do what they are for and nothing that passes the walls between firms."""

import os
import subprocess
from pathlib import Path

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege

from ops import services
from ops.postgres import BOOTSTRAP, programs_directory
from ops.services import Env


def query(url: str, sql: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@pytest.fixture(scope="module")
def env(service_directory: Path) -> Env:
    """Services with a table of two firms under forced row-level security, as migrations make them."""
    env = services.ensure(service_directory, durable=False)
    query(
        env.owner_database_url,
        """
        CREATE TABLE note (id bigserial PRIMARY KEY, tenant_id int NOT NULL, word text NOT NULL);
        INSERT INTO note (tenant_id, word) VALUES (1, 'ours'), (2, 'theirs');
        ALTER TABLE note ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY own ON note USING (tenant_id = 1);
        """,
    )
    return env


def test_no_login_role_may_pass_row_level_security_or_make_roles(env: Env) -> None:
    rows = query(
        env.database_url,
        "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles "
        "WHERE rolname LIKE 'otasuke%' OR rolname = 'sec_definer' ORDER BY 1",
    )
    assert rows == [
        ("otasuke_app", True, False, False, False, False),
        ("otasuke_maintenance", True, False, False, False, False),
        ("otasuke_owner", True, False, False, False, False),
        ("otasuke_report", True, False, False, False, False),
        ("sec_definer", False, False, True, False, False),
    ]


def test_the_application_reads_and_writes_only_what_policies_show(env: Env) -> None:
    query(env.database_url, "INSERT INTO note (tenant_id, word) VALUES (1, 'new')")
    query(env.database_url, "UPDATE note SET word = word || '!'")

    assert query(env.database_url, "SELECT word FROM note ORDER BY id") == [("ours!",), ("new!",)]
    query(env.database_url, "DELETE FROM note WHERE word = 'new!'")


@pytest.mark.parametrize(
    "forbidden",
    [
        "TRUNCATE note",
        "DROP TABLE note",
        "ALTER TABLE note NO FORCE ROW LEVEL SECURITY",
        "CREATE TABLE mine (id int)",
        "CREATE TABLE sec.mine (id int)",
        "CREATE SCHEMA mine",
        "SET ROLE sec_definer",
        "SET ROLE otasuke_owner",
        "COPY note TO PROGRAM 'cat'",
    ],
)
def test_the_application_may_not(env: Env, forbidden: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        query(env.database_url, forbidden)


def test_the_application_can_copy_rows_in_through_a_temporary_table(env: Env) -> None:
    query(env.database_url, "CREATE TEMPORARY TABLE incoming (LIKE note) ON COMMIT DROP")


@pytest.mark.parametrize("role", ["report_database_url", "maintenance_database_url"])
def test_reports_and_maintenance_see_no_table_by_default(env: Env, role: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        query(getattr(env, role), "SELECT * FROM note")


def test_a_function_that_passes_the_wall_is_callable_only_when_granted(env: Env) -> None:
    make = """
        CREATE FUNCTION sec.count_notes() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
          SET search_path = pg_catalog, pg_temp AS 'SELECT count(*) FROM public.note';
        ALTER FUNCTION sec.count_notes() OWNER TO sec_definer;
    """
    query(env.owner_database_url, make)
    with pytest.raises(InsufficientPrivilege):
        query(env.database_url, "SELECT sec.count_notes()")

    query(env.owner_database_url, "GRANT EXECUTE ON FUNCTION sec.count_notes() TO otasuke_app")

    assert query(env.database_url, "SELECT sec.count_notes()") == [(2,)]


def test_a_copied_database_has_the_same_rights(env: Env, service_directory: Path) -> None:
    postgres, _ = services.servers(service_directory, durable=False)
    postgres.database_create("copy_of_it", template="otasuke")
    copy = env.for_database("copy_of_it")

    assert query(copy.database_url, "SELECT word FROM note") == [("ours!",)]
    with pytest.raises(InsufficientPrivilege):
        query(copy.database_url, "TRUNCATE note")
    query(copy.owner_database_url, "CREATE TABLE later (id int)")
    assert query(copy.database_url, "SELECT * FROM later") == []
    postgres.database_drop("copy_of_it")


def test_extensions_are_there_and_the_bootstrap_can_run_again(env: Env, service_directory: Path) -> None:
    postgres, _ = services.servers(service_directory, durable=False)
    postgres.database_bootstrap("otasuke")

    names = {name for (name,) in query(env.database_url, "SELECT extname FROM pg_extension")}
    assert {"btree_gist", "pgcrypto", "pg_trgm"} <= names


def test_a_password_in_the_environment_becomes_the_roles(env: Env) -> None:
    """The way docker compose sets them; without the variable a role has none and cannot log in over the network."""
    assert env.superuser_database_url
    psql = [str(programs_directory() / "psql"), "-X", "-q", "-d", env.superuser_database_url, "-f", str(BOOTSTRAP)]
    environment = {**os.environ, "OTASUKE_APP_PASSWORD": "it's"}
    subprocess.run(psql, env=environment, check=True, capture_output=True)

    rows = query(env.superuser_database_url, "SELECT rolname FROM pg_authid WHERE rolpassword IS NOT NULL")
    assert rows == [("otasuke_app",)]
