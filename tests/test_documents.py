"""What the documents name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("alerts", "incidents", "insurance", "notifications", "reports", "sensors", "surveys", "tenants")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
CELLS = [line.split("|")[1:4] for line in GLOSSARY.splitlines() if line.startswith("| ")]
ROWS = [cells for cells in CELLS if cells[1].strip() != "In code"]


def _code() -> str:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    return "\n".join(path.read_text() for path in files)


@pytest.fixture(scope="module")
def words() -> set[str]:
    """Every name and plain string of the platform's code."""
    return set(re.findall(r"[A-Za-z_]+", _code()))


@pytest.mark.parametrize(("term", "code", "_meaning"), ROWS, ids=[row[0].strip() for row in ROWS])
def test_every_term_of_the_glossary_has_a_name_that_exists_in_the_code(
    term: str, code: str, _meaning: str, words: set[str]
) -> None:
    names = re.findall(r"`([^`]+)`", code)
    assert names, f"{term} has no name in the code"
    for name in names:
        if "." in name:
            room, model = name.split(".")
            assert apps.get_model(room, model) is not None
        else:
            assert name in words, name


MAPS = (
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "README.md",
    *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/**/*.md")),
)
# What stands in quotes and is no file of the tree: made at run time, on a box, or a path of an address.
_FILE = re.compile(
    r"`((?:[\w.-]+/)+[\w.-]*\.(?:py|toml|md|sql|html|yml|yaml|txt|svg|po)|[\w.-]+\.md)`|\]\(((?!https?:)[^)#\s]+)"
)
MADE = {"var/smoke/summary.json"}


@pytest.mark.parametrize("name", MAPS)
def test_every_file_a_document_names_exists(name: str) -> None:
    page = ROOT / name
    missing = []
    for mention in _FILE.finditer(page.read_text(encoding="utf-8")):
        path = mention[1] or mention[2]
        places = (ROOT / path, page.parent / path, ROOT / "tests" / path, ROOT / "docs" / path)
        in_rooms = any(ROOT.glob(f"*/{path}"))  # such as `ui/urls.py`: every room has one
        if path not in MADE and not in_rooms and not any(place.exists() for place in places):
            missing.append(path)
    assert not missing, f"{name} names {missing}"
