"""The SQL of the rooms stands in files, and a migration brings the database to the text of one.

`<room>/sql/functions/<name>.sql` holds a function of schema `sec` with its owner and callers,
`<room>/sql/views/<name>.sql` a view of it with its owner and readers, `<room>/sql/tables/<table>.sql` a table's
row-level security, policies, triggers and rights. These files are what is in force today, and the only place to read or
edit it. A migration names a file and the hash of the text it means. Once a
later migration means another text, the earlier one stands in `<room>/sql/past/<name>.<hash>.sql`: every migration does
the same for ever, and can be taken back.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import router
from django.db.migrations.operations.base import Operation

# In the order in which one may name those before it.
KINDS = ("functions", "views", "tables")
_HASH_LENGTH = 12
_FUNCTIONS = """
    SELECT p.oid::regprocedure::text,
           EXISTS (SELECT 1 FROM pg_depend d WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid),
           array(SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END
                 FROM aclexplode(p.proacl) a WHERE a.grantee <> p.proowner)
    FROM pg_proc p WHERE p.pronamespace = 'sec'::regnamespace AND p.proname = %s
"""
_POLICIES_AND_TRIGGERS = """
    SELECT format('DROP POLICY %%I ON %%s', polname, polrelid::regclass) FROM pg_policy WHERE polrelid = %s::regclass
    UNION ALL
    SELECT format('DROP TRIGGER %%I ON %%s', tgname, tgrelid::regclass) FROM pg_trigger
     WHERE tgrelid = %s::regclass AND NOT tgisinternal
"""


class TextMissing(RuntimeError):
    """No file has the text that a migration names."""


def text_hash(text: str) -> str:
    """How migrations name a text: the beginning of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH]


def sql_directory(room: str) -> Path:
    """`<room>/sql`."""
    return Path(apps.get_app_config(room).path, "sql")


def past_file(room: str, name: str, sha256: str) -> Path:
    """Where a text of a name like `functions/<name>` stands once a later migration has replaced it."""
    return sql_directory(room) / "past" / f"{name.partition('/')[2]}.{sha256}.sql"


def text_of(room: str, name: str, sha256: str) -> str:
    """The text of a name like `functions/<name>` with that hash, today's or a past one. Raises TextMissing."""
    for path in (sql_directory(room) / f"{name}.sql", past_file(room, name, sha256)):
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if text_hash(text) == sha256:
            return text
    raise TextMissing(
        f"a migration of {room} means {name} {sha256}, but neither {room}/sql/{name}.sql nor {room}/sql/past/ has that"
        f" text. After editing a file: python -m tests.generated.sql_migration --write '<what is now true>'"
    )


class SqlFile(Operation):
    """Bring the database from a file's text `was` to its text `sha256`; taken back, from `sha256` to `was`.

    No text (None) means that there is no such file: the function or view is dropped, the table has no policy and no
    trigger.
    """

    reversible = True

    def __init__(self, name: str, sha256: str | None, was: str | None = None) -> None:
        self.kind, _, self.subject = name.partition("/")
        if self.kind not in KINDS or not self.subject:
            raise ValueError(f"{name}: one of {KINDS}, then / and a name")
        self.name, self.sha256, self.was = name, sha256, was

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Django's picture of the models stays as it is."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Bring the text `sha256`."""
        self._bring(app_label, schema_editor, self.sha256)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Bring the text `was`."""
        self._bring(app_label, schema_editor, self.was)

    def describe(self) -> str:
        """A line of `migrate --plan`."""
        return f"SQL of {self.name}"

    def _bring(self, room: str, schema_editor: Any, sha256: str | None) -> None:
        if not router.allow_migrate(schema_editor.connection.alias, room):
            return
        text = text_of(room, self.name, sha256) if sha256 else ""
        # sqlmigrate prints what would run and asks no database.
        clearing = [] if schema_editor.collect_sql else self._clearing(schema_editor.connection, replaced=bool(text))
        for statement in [*clearing, text]:
            if statement:
                schema_editor.execute(statement, params=None)

    def _clearing(self, connection: Any, *, replaced: bool) -> list[str]:
        """Statements that take away what an earlier text made: nothing stays that the next text does not say."""
        with connection.cursor() as cursor:
            if self.kind == "tables":
                cursor.execute(_POLICIES_AND_TRIGGERS, [self.subject, self.subject])
                security = f"ALTER TABLE {self.subject} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY"
                return [*(row[0] for row in cursor.fetchall()), security]
            if self.kind == "views":  # policies read it: it is replaced where it stands
                return [] if replaced else [f"DROP VIEW sec.{self.subject}"]
            cursor.execute(_FUNCTIONS, [self.subject])
            statements = []
            for signature, is_used, callers in cursor.fetchall():
                if not (is_used and replaced):
                    statements.append(f"DROP FUNCTION {signature}")
                elif callers:  # policies and triggers hold it: it is replaced where it stands
                    statements.append(f"REVOKE ALL ON FUNCTION {signature} FROM {', '.join(callers)}")
            return statements
