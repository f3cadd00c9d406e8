"""What PostgreSQL does for the platform stands in one file each, as it is after all migrations."""

from __future__ import annotations

from tests.generated.sql_text import ROOT, files, pages


def test_every_function_policy_and_trigger_in_force_stands_in_its_file() -> None:
    wanted = pages()
    different = [
        str(path)
        for path, text in wanted.items()
        if not (ROOT / path).exists() or (ROOT / path).read_text(encoding="utf-8") != text
    ]
    assert different == [], "run: python -m tests.generated.sql_text --write"
    assert files() == set(wanted), "files without anything in the database"


def test_a_function_has_one_file() -> None:
    names = [path.name for path in files() if path.parent.name == "functions"]
    assert len(names) == len(set(names)) > 100
