"""Migration operations that put the database's wall around a table.

Every owned table gets row-level security with FORCE and one policy; every reference between owned tables is a
composite foreign key (tenant_id, id), because plain foreign-key checks do not obey row-level security.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.db import migrations

CAPABILITIES = ("watch", "desk", "office", "breakglass")
JOB_CAPABILITIES = ("job", "job_offer", "office")


def protect(table: str, *, opens_for: Sequence[str] = (), column: str = "tenant_id") -> migrations.RunSQL:
    """Row-level security for `table`: rows of the firms visible to the open scope.

    `opens_for`: capabilities of grants that open this table to a partner (tenants.AccessGrant.Capability);
    none means the firm itself only.
    """
    unknown = set(opens_for) - set(CAPABILITIES)
    if unknown:
        raise ValueError(f"unknown capabilities {unknown}")
    arguments = ", ".join(f"'{name}'" for name in opens_for) or "VARIADIC ARRAY[]::text[]"
    test = f"{column} = ANY ((SELECT sec.visible_tenants({arguments}))::bigint[])"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY firm_rows ON {table} USING ({test}) WITH CHECK ({test});",
        f"DROP POLICY firm_rows ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def guard(
    table: str,
    *,
    reads: Sequence[str] = (),
    adds: Sequence[str] = (),
    changes: Sequence[str] = (),
    of_job: str = "",
    jobs_read: Sequence[str] = (),
    jobs_add: Sequence[str] = (),
    jobs_change: Sequence[str] = (),
    of_claim: str = "",
    claims: Sequence[str] = (),
) -> migrations.RunSQL:
    """Rights on a firm's table, each verb apart: what new tables use, and what replaces `protect`.

    The firm's own people read; background work of the firm (tenant_scope) reads, adds and changes. `reads`, `adds`
    and `changes` name the capabilities that may besides ("firm" in the last two: the firm's own people who may
    write). Nobody deletes.

    `of_job`: the column that names the job a row belongs to. `jobs_read`, `jobs_add` and `jobs_change` then name the
    capabilities that may for single jobs: "job" (the vendor that took it), "job_offer" (the vendor asked), "office"
    (the office, once the desk has asked it to step in).

    `of_claim`: the column that names the claim a row belongs to. `claims` then names what the claim's insurer may, of
    "reads", "adds" and "changes".
    """
    unknown = {*reads, *adds, *changes} - {*CAPABILITIES, "firm"}
    unknown |= {*jobs_read, *jobs_add, *jobs_change} - {*JOB_CAPABILITIES}
    if unknown or "firm" in reads:
        raise ValueError(f"unknown capabilities {unknown or reads}")
    if bool(of_job) != bool(jobs_read or jobs_add or jobs_change):
        raise ValueError("of_job and the capabilities of jobs belong together")
    if bool(of_claim) != bool(claims) or set(claims) - {"reads", "adds", "changes"}:
        raise ValueError("of_claim and what insurers may belong together")
    insurer = {verb: _claims("visible" if verb == "reads" else "writable", of_claim) for verb in claims}
    seen = _firms("visible", reads) + _jobs("visible", of_job, jobs_read) + insurer.get("reads", "")
    added = _firms("writable", adds) + _jobs("writable", of_job, jobs_add) + insurer.get("adds", "")
    changed = _firms("writable", changes) + _jobs("writable", of_job, jobs_change) + insurer.get("changes", "")
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"DROP POLICY IF EXISTS firm_rows ON {table};"
        f"CREATE POLICY reads ON {table} FOR SELECT USING ({seen});"
        f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({added});"
        f"CREATE POLICY changes ON {table} FOR UPDATE USING ({changed}) WITH CHECK ({changed});"
        f"REVOKE DELETE, TRUNCATE ON {table} FROM otasuke_app;",
        f"DROP POLICY reads ON {table}; DROP POLICY adds ON {table}; DROP POLICY changes ON {table};"
        f"CREATE POLICY firm_rows ON {table} USING ({seen}) WITH CHECK ({seen});"
        f"GRANT DELETE ON {table} TO otasuke_app;",
    )


def _firms(kind: Literal["visible", "writable"], capabilities: Sequence[str]) -> str:
    return f"tenant_id = ANY ((SELECT sec.{kind}_tenants({_names(capabilities)}))::bigint[])"


def _jobs(kind: Literal["visible", "writable"], column: str, capabilities: Sequence[str]) -> str:
    if not capabilities:
        return ""
    return f" OR {column} = ANY ((SELECT sec.{kind}_jobs({_names(capabilities)}))::bigint[])"


def _claims(kind: Literal["visible", "writable"], column: str) -> str:
    return f" OR {column} = ANY ((SELECT sec.{kind}_claims())::bigint[])"


def _names(capabilities: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in capabilities) or "VARIADIC ARRAY[]::text[]"


def referable(table: str) -> migrations.RunSQL:
    """Make (tenant_id, id) of `table` a key that composite foreign keys can point to."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_id_key UNIQUE (tenant_id, id);",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_tenant_id_key;",
    )


def same_firm_reference(table: str, column: str, target: str, *, on_delete: str = "RESTRICT") -> migrations.RunSQL:
    """Foreign key (tenant_id, `column`) → `target` (tenant_id, id): a row can only point inside its own firm."""
    name = f"{table}_{column}_same_firm"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column})"
        f" REFERENCES {target} (tenant_id, id) ON DELETE {on_delete} DEFERRABLE INITIALLY DEFERRED;",
        f"ALTER TABLE {table} DROP CONSTRAINT {name};",
    )


def definer_function(
    signature: str,
    returns: str,
    body: str,
    *,
    volatility: str = "VOLATILE",
    callers: Sequence[str] = ("otasuke_app",),
    language: Literal["sql", "plpgsql"] = "sql",
) -> migrations.RunSQL:
    """A SECURITY DEFINER function `sec.<signature>` owned by sec_definer, callable by `callers` only.

    These are the only doors through row-level security; tests/tenants/test_definer_functions.py lists them.
    `body` is one statement (or a plpgsql block); `signature` names arguments and types without defaults.
    """
    return migrations.RunSQL(
        f"CREATE FUNCTION sec.{signature} RETURNS {returns} LANGUAGE {language} {volatility} SECURITY DEFINER "
        f"SET search_path = pg_catalog, public, sec, pg_temp AS $body$ {body} $body$;"
        f"ALTER FUNCTION sec.{signature} OWNER TO sec_definer;"
        f"REVOKE ALL ON FUNCTION sec.{signature} FROM PUBLIC;"
        f"GRANT EXECUTE ON FUNCTION sec.{signature} TO {', '.join(callers)};",
        f"DROP FUNCTION sec.{signature};",
    )


class NothingRewritten(RuntimeError):
    """A data migration that should have touched rows touched none."""


def rewrite_rows(table: str, sql: str, *, expect: Literal["some", "any"]) -> migrations.RunPython:
    """A data migration over a firm's table: `sql` (one UPDATE or DELETE) runs with the wall lowered for its owner only.

    Under FORCE the owner would see and change no row, silently. `expect="some"` raises NothingRewritten when
    the table has rows but none was touched.
    """

    def run(apps: Any, schema_editor: Any) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
            filled = cursor.fetchone()[0]
            cursor.execute(sql)
            touched = cursor.rowcount
            # The table cannot be altered while foreign-key checks of this change wait.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        if expect == "some" and filled and not touched:
            raise NothingRewritten(f"no row of {table} was touched by: {sql}")

    return migrations.RunPython(run, migrations.RunPython.noop)
