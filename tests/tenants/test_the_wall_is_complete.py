"""Every table that holds a firm's data is behind the wall, and every way around it that others fell into is shut."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, connections, transaction
from django.db.models import ForeignKey

from tenants.tenancy.owned import TenantOwned
from tenants.tenancy.scope import tenant_scope
from tests.access.table import access
from tests.factories import Cast

ROOT = Path(__file__).resolve().parents[2]
# Tables that open a firm to somebody: their keys are asked across firms.
REGISTRY = {"tenants_enrolment", "tenants_accessgrant", "tenants_auditevent"}
# Unique across firms on purpose: a box or a code is looked up before its firm is known.
FIRST_CONTACT_KEYS = {
    ("sensors_sensor", "device_id"),
    ("sensors_sensorkey", "key_id"),
    ("sensors_activationcode", "lookup"),
    ("surveys_feedbackrequest", "token_hash"),
}
VIEWS = {"sight", "reach"}
PLAIN = {"search_fold", "phone_digits", "grams", "bare_words", "bare_name"}
# Behind the wall PostgreSQL uses no index of a text's parts: the door sec.desk_rows_worded asks these.
WORDED = {
    "attention_worded",
    "caller_worded",
    "case_worded",
    "contact_figures",
    "contact_worded",
    "device_worded",
    "escalation_worded",
    "incident_event_worded",
    "incident_worded",
    "message_worded",
    "note_worded",
    "task_worded",
}
DOORS = {name for name, door in access()["doors"].items() if "otasuke_app" in door.get("callers", ["otasuke_app"])}


def _rows(sql: str, *values: Any) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _owned_tables() -> set[str]:
    rows = _rows(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND a.attname = 'tenant_id'"
        " AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
    )
    return {str(row[0]) for row in rows}


def _owned_models() -> list[type[TenantOwned]]:
    return [model for model in apps.get_models() if issubclass(model, TenantOwned)]


def test_the_code_under_test_runs_as_the_application_role(database: None) -> None:
    assert _rows("SELECT current_user") == [("otasuke_app",)]


def test_every_table_with_a_firm_has_forced_row_level_security_and_a_policy(database: None) -> None:
    guarded = {
        str(row[0])
        for row in _rows(
            "SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND c.relforcerowsecurity"
            " AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)"
        )
    }
    assert _owned_tables() - guarded == set()
    assert {model._meta.db_table for model in _owned_models()} <= _owned_tables()


def test_no_policy_calls_a_function_per_row(database: None) -> None:
    for table, using in _rows("SELECT polrelid::regclass::text, pg_get_expr(polqual, polrelid) FROM pg_policy"):
        for call in re.findall(r"sec\.\w+\(", str(using)):
            assert f"( SELECT {call}" in str(using), (table, using)


def test_partitions_cannot_be_read_directly_not_even_one_made_later(database: None) -> None:
    _rows("SELECT sec.ensure_partitions('2031-01-01', '2031-02-01')")
    partitions = [str(row[0]) for row in _rows("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")]
    assert "alerts_alert_203102" in partitions
    assert "alerts_inboxbatch_203101" in partitions
    for name in partitions:
        with pytest.raises(ProgrammingError, match="permission denied"):
            _rows(f"SELECT 1 FROM {name}")


def test_references_between_firms_tables_carry_the_firm(database: None) -> None:
    composite = {
        (str(table), str(column))
        for table, column in _rows(
            "SELECT conrelid::regclass::text, (SELECT attname FROM pg_attribute"
            "  WHERE attrelid = conrelid AND attnum = conkey[2])"
            " FROM pg_constraint WHERE contype = 'f' AND array_length(conkey, 1) = 2"
        )
    }
    # An alert's group carries the box; both stand in the same firm by the group's own references.
    implied = {("alerts_alert", "sensor_id")}
    missing = {
        (model._meta.db_table, field.column)
        for model in _owned_models()
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey) and issubclass(field.related_model, TenantOwned)
    } - composite
    assert missing == implied


def test_unique_keys_begin_with_the_firm_so_that_they_tell_nothing_about_others(database: None) -> None:
    for table, columns, primary in _rows(
        "SELECT c.relname, array(SELECT attname::text FROM unnest(i.indkey::int[]) WITH ORDINALITY k(num, pos)"
        "   JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num ORDER BY k.pos), i.indisprimary"
        " FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " WHERE i.indisunique AND c.relname = ANY (%s)",
        sorted(_owned_tables() - REGISTRY),
    ):
        assert isinstance(columns, list)
        if columns == ["id"] and primary:
            continue
        assert columns[0] == "tenant_id" or (table, columns[0]) in FIRST_CONTACT_KEYS, (table, columns)


def test_no_view_and_no_index_that_row_level_security_cannot_use(database: None) -> None:
    assert _rows("SELECT relname FROM pg_class WHERE relkind = 'm'") == []
    leaking = _rows(
        "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
        " AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)"
    )
    assert leaking == []
    others = _rows(
        "SELECT x.relname::text FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid"
        " JOIN pg_am am ON am.oid = x.relam JOIN pg_class c ON c.oid = i.indrelid WHERE c.relname = ANY (%s)"
        " AND am.amname NOT IN ('btree', 'gist')",
        sorted(_owned_tables()),
    )
    assert {name for (name,) in others} == WORDED


def test_the_doors_through_the_wall_are_these_and_no_others(database: None) -> None:
    doors = _rows(
        "SELECT p.proname, p.prosecdef, array_to_string(p.proconfig, ',')"
        " FROM pg_proc p WHERE p.pronamespace = 'sec'::regnamespace AND has_function_privilege(p.oid, 'EXECUTE')"
    )
    views = _rows(
        "SELECT relname, relowner::regrole::text, 'security_barrier=true' = ANY (reloptions) FROM pg_class"
        " WHERE relnamespace = 'sec'::regnamespace AND relkind = 'v'"
    )
    assert {(str(name), owner, barrier) for name, owner, barrier in views} == {
        (name, "sec_definer", True) for name in VIEWS
    }
    assert {str(name) for name, _definer, _config in doors} == DOORS - VIEWS
    for name, definer, config in doors:
        if name in PLAIN:
            continue  # plain text in, plain text out: it has no rights of its own
        assert definer, name
        assert str(config).startswith("search_path=pg_catalog, public"), (name, config)
        assert "pg_temp" in str(config), (name, config)


def test_the_application_may_neither_truncate_nor_change_the_audit_trail(cast: Cast) -> None:
    for statement in (
        "TRUNCATE alerts_alertgroup CASCADE",
        "UPDATE tenants_auditevent SET code = 'x'",
        "DELETE FROM tenants_auditevent",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            _rows(statement)


def test_the_application_cannot_grant_itself_a_firm(cast: Cast) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)"
            " VALUES (%s, %s, 'desk', tstzrange(now(), NULL), 'x')",
            [cast.vendor.pk, cast.sakura_dental.pk],
        )


def test_copying_straight_into_a_guarded_table_is_refused_by_postgresql(cast: Cast) -> None:
    import io

    with (
        pytest.raises(psycopg2.errors.FeatureNotSupported),
        tenant_scope(cast.sakura_dental.pk),
        connection.cursor() as cursor,
    ):
        cursor.cursor.copy_expert("COPY sensors_sensor FROM STDIN", io.StringIO(""))


def test_an_empty_setting_left_by_an_earlier_commit_opens_nothing(cast: Cast) -> None:
    with transaction.atomic():
        _rows("SELECT set_config('otasuke.tenant', %s, true)", str(cast.sakura_dental.pk))
    assert _rows("SELECT current_setting('otasuke.tenant', true)") == [("",)]
    assert _rows("SELECT count(*) FROM sensors_sensor") == [(0,)]


def test_a_setting_made_outside_a_transaction_is_gone_at_once(cast: Cast) -> None:
    _rows("SELECT set_config('otasuke.tenant', %s, true)", str(cast.sakura_dental.pk))
    assert _rows("SELECT count(*) FROM sensors_sensor") == [(0,)]


def test_nothing_sets_the_scope_for_the_whole_session() -> None:
    for path in ROOT.glob("[a-z]*/**/*.py"):
        if path.parts[len(ROOT.parts)] in {"tests", "var"}:
            continue
        text = path.read_text()
        assert not re.search(r"set_config\([^)]*,\s*false\)", text, re.IGNORECASE), path
        assert not re.search(r"\bSET\s+(SESSION\s+)?otasuke\.", text, re.IGNORECASE), path


def test_the_application_refuses_to_work_as_superuser_or_owner(database: None) -> None:
    import os
    import subprocess
    import sys

    for variable in ("SUPERUSER_DATABASE_URL", "OWNER_DATABASE_URL"):
        answer = subprocess.run(
            [sys.executable, "-c", "import django; django.setup(); from django.db import connection as c; c.cursor()"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": os.environ[variable]},
            capture_output=True,
            text=True,
        )
        assert answer.returncode != 0
        assert "DATABASE_URL must name the application role" in answer.stderr


def test_the_owner_sees_no_row_of_a_firms_table_so_data_migrations_need_their_own_operation(cast: Cast) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sensors_sensor")
        assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE sensors_sensor SET name = 'x'")
        assert cursor.rowcount == 0


def test_a_data_migration_over_firms_rows_touches_them_and_leaves_the_wall_standing(cast: Cast) -> None:
    from tenants.tenancy import rls

    operation = rls.rewrite_rows("sensors_sensor", "UPDATE sensors_sensor SET name = '新しい名前'", expect="some")
    with transaction.atomic(using="owner"), connections["owner"].schema_editor() as editor:
        operation.code(apps, editor)  # type: ignore[arg-type]
    with tenant_scope(cast.sakura_dental.pk):
        assert _rows("SELECT name FROM sensors_sensor") == [("新しい名前",)]
    assert _rows("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'sensors_sensor'") == [(True,)]


def test_a_data_migration_that_should_touch_rows_and_touches_none_fails(cast: Cast) -> None:
    from tenants.tenancy import rls

    operation = rls.rewrite_rows("sensors_sensor", "UPDATE sensors_sensor SET name = '' WHERE false", expect="some")
    with (
        pytest.raises(rls.NothingRewritten),
        transaction.atomic(using="owner"),
        connections["owner"].schema_editor() as editor,
    ):
        operation.code(apps, editor)  # type: ignore[arg-type]


def test_migrations_use_no_bare_runpython() -> None:
    for path in ROOT.glob("*/migrations/*.py"):
        assert "RunPython" not in path.read_text(), f"{path}: use tenants.tenancy.rls.rewrite_rows"
