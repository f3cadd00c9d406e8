"""Migration operations for the tables of firms.

Every reference between two of them is a composite foreign key (tenant_id, id), because plain foreign-key checks do not
obey row-level security. Their policies and rights stand in `<room>/sql/tables/` (base.sql_files).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.db import migrations


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


class NothingRewritten(RuntimeError):
    """A data migration that should have touched rows touched none."""


def rewrite_rows(
    table: str, sql: str, *, expect: Literal["some", "any"], reads: Sequence[str] = (), back: str = ""
) -> migrations.RunPython:
    """A data migration over a firm's table: `sql` (one UPDATE or DELETE) runs with the wall lowered for its owner only.

    Under FORCE the owner would see and change no row, silently. `expect="some"` raises NothingRewritten when
    the table has rows but none was touched. `reads`: other firms' tables the statement reads. `back`: the statement
    of the way back.
    """

    def run(apps: Any, schema_editor: Any) -> None:
        filled, touched = _rewrite(schema_editor, table, sql, reads)
        if expect == "some" and filled and not touched:
            raise NothingRewritten(f"no row of {table} was touched by: {sql}")

    def run_back(apps: Any, schema_editor: Any) -> None:
        if back:
            _rewrite(schema_editor, table, back, reads)

    return migrations.RunPython(run, run_back)


def _rewrite(schema_editor: Any, table: str, sql: str, reads: Sequence[str]) -> tuple[bool, int]:
    """(whether the table has rows, how many were touched)."""
    with schema_editor.connection.cursor() as cursor:
        for name in (table, *reads):
            cursor.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
        filled = cursor.fetchone()[0]
        cursor.execute(sql)
        touched = cursor.rowcount
        # The table cannot be altered while foreign-key checks of this change wait.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in (table, *reads):
            cursor.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    return filled, touched
