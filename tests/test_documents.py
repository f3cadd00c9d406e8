"""What the documents name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("alerts", "incidents", "insurance", "notifications", "reports", "sensors", "surveys", "tenants")
ROWS = [line.split("|")[1:4] for line in (ROOT / "docs" / "glossary.md").read_text().splitlines() if line[:2] == "| "][
    1:
]


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
