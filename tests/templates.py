"""Where templates stand: those of the rooms in `templates/`, the components every page is made of in `web/`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (ROOT / "templates", ROOT / "web" / "templates")


def template_files() -> Iterator[tuple[Path, Path]]:
    """Each template as (its path, the name Django knows it by), in order of their names."""
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.*")):
            yield path, path.relative_to(folder)
