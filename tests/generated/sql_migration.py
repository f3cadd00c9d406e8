"""Migrations for SQL files that were edited, made or deleted (base.sql_files).

`python -m tests.generated.sql_migration` names the files whose text is not the one their last migration means.
`--write "Leases are bounded"` writes the next migration of each room they stand in, `leases_are_bounded`, and keeps
the former texts, out of git, in `<room>/sql/past/`. Views come after the functions they call, policies and triggers
after both; other orders are for the author to see to.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

from base.sql_files import KINDS, SqlFile, past_file, sql_directory, text_hash
from tests.generated.state_diagrams import ROOMS

ROOT = Path(__file__).resolve().parents[2]
HOW = "python -m tests.generated.sql_migration --write '<what is now true>'"
_MIGRATION = '''"""{about}."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
{dependencies}    ]

    operations = [
{operations}    ]
'''


@dataclass(frozen=True)
class Load:
    """A migration's `SqlFile`."""

    room: str
    migration: str
    operation: SqlFile


@dataclass(frozen=True)
class Change:
    """A file whose text is not the one the last migration means; None: no text."""

    room: str
    name: str
    was: str | None
    now: str | None


def loads() -> list[Load]:
    """Every `SqlFile` of the migrations, in their order."""
    loader = MigrationLoader(None)
    plan: list[tuple[str, str]] = []
    for leaf in sorted(loader.graph.leaf_nodes()):
        plan += [node for node in loader.graph.forwards_plan(leaf) if node not in plan]
    return [
        Load(room, migration, operation)
        for room, migration in plan
        for operation in loader.graph.nodes[room, migration].operations
        if isinstance(operation, SqlFile)
    ]


def files() -> dict[tuple[str, str], str]:
    """(room, name) → text of today's files."""
    return {
        (room, f"{path.parent.name}/{path.stem}"): path.read_text(encoding="utf-8")
        for room in ROOMS
        for kind in KINDS
        for path in sorted((sql_directory(room) / kind).glob("*.sql"))
    }


def changes() -> list[Change]:
    """What the next migrations are to load, by room; kind after kind, edited files before deleted ones."""
    meant = {(load.room, load.operation.name): load.operation.sha256 for load in loads()}
    there: dict[tuple[str, str], str | None] = {place: text_hash(text) for place, text in files().items()}
    found = [
        Change(*place, was=meant.get(place), now=there.get(place))
        for place in {**meant, **there}
        if meant.get(place) != there.get(place)
    ]
    return sorted(found, key=_order)


def _order(change: Change) -> tuple[int, bool, int, str]:
    kind = KINDS.index(change.name.partition("/")[0])
    return ROOMS.index(change.room), change.now is None, kind, change.name


def write(about: str) -> Iterator[Path]:
    """Write the migrations and the past texts; yields what it wrote."""
    found = changes()
    loader = MigrationLoader(None)
    dependencies: list[tuple[str, str]] = []  # a room's new texts may call those of the rooms below
    for room in ROOMS:
        of_room = [change for change in found if change.room == room]
        if not of_room:
            continue
        for change in of_room:
            if change.was:
                yield from _keep(change.room, change.name, change.was)
        last = loader.graph.leaf_nodes(room)[0]
        name = f"{int(last[1][:4]) + 1:04}_{re.sub(r'[^a-z0-9]+', '_', about.lower()).strip('_')[:50]}"
        path = ROOT / room / "migrations" / f"{name}.py"
        path.write_text(
            _MIGRATION.format(
                about=about.rstrip("."),
                dependencies="".join(f'        ("{app}", "{one}"),\n' for app, one in [last, *dependencies]),
                operations="".join(f"        {_operation(change)},\n" for change in of_room),
            ),
            encoding="utf-8",
        )
        dependencies.append((room, name))
        yield path


def _operation(change: Change) -> str:
    now = f'"{change.now}"' if change.now else "None"
    was = f', was="{change.was}"' if change.was else ""
    return f'SqlFile("{change.name}", sha256={now}{was})'


def _keep(room: str, name: str, sha256: str) -> Iterator[Path]:
    """Put a former text where migrations find it, from the newest commit that has it."""
    path = past_file(room, name, sha256)
    if path.exists():
        return
    today = (sql_directory(room) / f"{name}.sql").relative_to(ROOT)
    for commit in _git("rev-list", "HEAD", "--", str(today)).split():
        text = _git("show", f"{commit}:{today}", may_fail=True)
        if text_hash(text) == sha256:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            yield path
            return
    raise SystemExit(
        f"no commit has {today} {sha256}: a migration that is not committed means it. Delete that one and run again."
    )


def _git(*arguments: str, may_fail: bool = False) -> str:
    answer = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=not may_fail)
    return answer.stdout


if __name__ == "__main__":
    import django

    os.environ.setdefault("DEBUG", "1")  # needs no database and no secret
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otasuke.settings")
    django.setup()
    if "--write" in sys.argv:
        for written in write(sys.argv[sys.argv.index("--write") + 1]):
            print(written.relative_to(ROOT))
    else:
        for change in changes():
            print(f"{change.room}/sql/{change.name}.sql: {change.was or 'new'} → {change.now or 'gone'}")
