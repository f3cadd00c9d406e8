"""Which tests could notice that a function, a table or a module changed: by names and by who imports whom."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.access.mutants.code import ROOMS, ROOT, module_of

# What everything else falls back on; and what never judges mutants: browsers, kills and replays, long by nature.
GENERAL = (
    "tests/access/test_grants_of_partners.py",
    "tests/tenants/test_the_wall_is_complete.py",
)
# The last four ask what the judge asked already, or nothing that a mutant changes.
NEVER = (
    "tests/e2e",
    "tests/ui",
    "tests/faults",
    "tests/sensor_agent",
    "tests/ops",
    "tests/portal/test_demo_data.py",
    "tests/access/test_pages_by_role",
    "tests/access/test_rows_by_scope.py",
    "tests/access/test_everything_is_listed.py",
    "tests/access/test_rights_of_the_application.py",
)
STEPS = 2  # importers of importers


@cache
def sources() -> dict[str, str]:
    """Path → text of our rooms' modules and of the tests."""
    texts = {}
    for room in (*ROOMS, "otasuke", "tests"):
        for path in sorted((ROOT / room).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if "/migrations/" not in name and not name.startswith(NEVER):
                texts[name] = path.read_text()
    return texts


@cache
def importers() -> dict[str, frozenset[str]]:
    """Module → paths that import it or something of it, or name it in an address list."""
    known = {module_of(path): path for path in sources()}
    by_module: dict[str, set[str]] = {name: set() for name in known}
    for path, text in sources().items():
        for name in _named(ast.parse(text, path)):
            if name in known:
                by_module[name].add(path)
    return {name: frozenset(paths) for name, paths in by_module.items()}


def _named(tree: ast.Module) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def users_of(module: str) -> list[str]:
    """Modules that hold something of `module`, and theirs, without tests; those to import anew when it changes."""
    users, fresh = {module}, [module]
    while fresh:
        for path in importers().get(fresh.pop(), ()):
            name = module_of(path)
            if not path.startswith("tests/") and name not in users:
                users.add(name)
                fresh.append(name)
    return sorted(users)


@cache
def nearest(about: str, room: str = "") -> tuple[str, ...]:
    """Test files for a function of schema sec, a table or a dotted module, likeliest first."""
    texts = sources()
    words = [about]
    if about.startswith(tuple(f"{app}_" for app in ROOMS)):
        words.append(_model(about))
    pattern = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words))
    level = {path for path in texts if pattern.search(texts[path])}
    if about in importers():
        level |= importers()[about]
    seen, order = set(level), sorted(_tests(level))
    for _step in range(STEPS):
        level = {path for name in level if not _test(name) for path in importers().get(module_of(name), ())} - seen
        seen |= level
        order += sorted(_tests(level))
    # Addresses lead from tests to modules without an import: all tests of the rooms that use it, and of portal, where
    # people walk through the pages of several rooms; its namesakes first.
    rooms = dict.fromkeys([room, *(user.split(".")[0] for user in users_of(about) if room), "portal" if room else ""])
    own = [
        name
        for each_room in rooms
        for name in sorted(texts)
        if each_room and name.startswith(f"tests/{each_room}/") and _test(name)
    ]
    namesake = about.rpartition(".")[2].removesuffix("s")
    own.sort(key=lambda name: namesake not in Path(name).stem)
    return tuple(dict.fromkeys([*order, *own, *GENERAL]))


def _model(table: str) -> str:
    """ "incidents_joboffer" → "JobOffer", as a model's class is called."""
    from django.apps import apps

    return next((model.__name__ for model in apps.get_models() if model._meta.db_table == table), table)


def _test(path: str) -> bool:
    return path.startswith("tests/") and Path(path).name.startswith("test_")


def _tests(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if _test(path)]
