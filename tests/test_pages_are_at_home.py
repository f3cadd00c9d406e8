"""A page lives in the room whose rows it shows; rooms lead upward only by what is published (docs/decisions/0006)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.templates import template_files
from web import addresses
from web.navigation import _below, _entries

ROOT = Path(__file__).resolve().parents[1]
# From the ground up; rooms of one floor stand together and know nothing of each other.
FLOORS = (
    {"web"},
    {"tenants"},
    {"notifications"},
    {"sensors"},
    {"alerts"},
    {"incidents"},
    {"insurance", "surveys"},
    {"reports"},
    {"portal"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in sorted(rooms)}
# Whose folder of `templates/` it is, where it is not named like the room.
FOLDERS = {
    "components": "web",
    "account": "tenants",
    "mfa": "tenants",
    "allauth": "tenants",
    "usersessions": "tenants",
    "soc": "alerts",
    "answers": "incidents",
    "breach": "incidents",
    "crisis": "incidents",
    "desk": "incidents",
    "desk_mail": "incidents",
    "dispatch": "incidents",
    "jobsheet": "incidents",
    "knowledge": "incidents",
    "boxes": "portal",
    "founding": "portal",
    "help": "portal",
    "staff": "portal",
    "vendor": "portal",
}
# Pages of portal that show rows of no room, or of one and words of all.
OF_ALL = {
    "audit_trail.py": "words for what every room did",
    "first_steps.py": "what a new firm does in every room",
    "home.py": "who comes here is led on",
    "navigation.py": "entries",
    "readiness.py": "the operator's view of every room",
    "showcase.py": "the components",
}


def _pages(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, str]]:
    """(URL name with its namespace, room of the view)."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _pages(pattern.url_patterns, space + inner)
        elif pattern.name:
            yield space + pattern.name, pattern.callback.__module__.split(".")[0]


PAGES = {name: room for name, room in _pages(get_resolver().url_patterns) if room in FLOOR and ":" in name}
_SPACES = "|".join(sorted({name.split(":")[0] for name in PAGES}))
_NAMED = re.compile(rf"[\"']((?:{_SPACES}):[a-z_]+)[\"']")


def _may_name(room: str, page: str) -> bool:
    return page not in PAGES or PAGES[page] == room or FLOOR[PAGES[page]] < FLOOR[room]


@pytest.mark.parametrize("room", [room for room in FLOOR if room != "portal"])
def test_no_room_names_a_page_of_a_room_above(room: str) -> None:
    modules = [path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    templates = [path for path, name in template_files() if FOLDERS.get(name.parts[0], name.parts[0]) == room]
    assert modules
    named = [
        f"{path.relative_to(ROOT)}: {name[1]}"
        for path in [*modules, *templates]
        for name in _NAMED.finditer(path.read_text(encoding="utf-8"))
        if not _may_name(room, name[1])
    ]
    assert named == []


def test_what_is_published_is_used_and_exists() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for place in (*FLOOR, "templates")
        for path in (ROOT / place).rglob("*.*")
        if path.suffix in {".py", ".html", ".txt"}
    )
    for page, url_name in addresses._names.items():
        assert url_name in PAGES, url_name
        assert re.search(rf"(published\(|page_url )[\"']{page}[\"']", text), f"nobody leads to {page}"


def test_every_entry_of_the_navigation_leads_to_pages_that_exist() -> None:
    assert _entries
    for entry in _entries:
        assert {entry.url_name, *entry.pages} <= set(PAGES), entry
    for below, pages in _below.items():
        assert {below, *pages} <= set(PAGES)


def _reached(path: Path, seen: set[Path]) -> set[str]:
    """The rooms a module of portal reaches, by itself and through its neighbours in portal."""
    rooms: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom) and node.module == "portal.ui":
            names = [f"portal.ui.{alias.name}" for alias in node.names]
        for name in names:
            neighbour = ROOT / (name.replace(".", "/") + ".py")
            if name.startswith("portal.") and neighbour.exists() and neighbour not in seen:
                seen.add(neighbour)
                rooms |= _reached(neighbour, seen)
            rooms |= {name.split(".")[0]} & set(FLOOR)
    return rooms - {"web", "tenants", "notifications", "portal"}


MODULES = sorted(path for path in (ROOT / "portal" / "ui").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_portal_keeps_only_what_puts_several_rooms_on_one_screen(path: Path) -> None:
    if path.name in OF_ALL or path.name.endswith("urls.py"):
        return
    assert len(_reached(path, {path})) >= 2, f"{path.name} belongs into its room's ui/"


def test_a_page_of_one_room_in_portal_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text("from incidents.models import Incident\nfrom tenants.models import User\n")
    assert _reached(page, set()) == {"incidents"}
