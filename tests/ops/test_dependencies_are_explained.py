"""docs/dependencies.md says of every package that is asked for by name why it is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_direct_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    requirements = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    explained = set(re.findall(r"[\w-]+", (ROOT / "docs" / "dependencies.md").read_text()))
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in requirements}
    assert {name for name in names if not name.startswith("types-")} - explained == set()
