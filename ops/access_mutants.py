"""`make access-mutants`: take away one policy, condition or check at a time; at least one case must then disagree.

What is taken away is found by ops.access_sources, in the database and in the code. Two processes share the mutants,
each with its own database that holds the world of tests/access. A mutant of the code is tried in a forked process that
imports the changed module; a mutant of the database is put in by SQL and taken out again.
"""

from __future__ import annotations

import importlib.machinery
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import Any

from ops.access_sources import ROOT, Mutant, code_mutants, database_mutants, rewritten

SLOTS = 2
LISTS = "tests/access/test_everything_is_listed.py"
GRANTS = "tests/access/test_grants_of_partners.py"
# Words of a mutant's name → the tests that should notice it first.
NEAREST = {
    ": for everybody": [LISTS],
    "sensor_key": ["tests/sensors"],
    "activation_code": ["tests/sensors"],
    "invitation": ["tests/tenants/test_invitations.py", "tests/tenants/test_invited_after_application.py"],
    "application": ["tests/tenants/test_invited_after_application.py"],
    "programme": ["tests/tenants/test_programme_settings.py", "tests/tenants/test_programmes_are_registry.py"],
    "membership_change": ["tests/tenants/test_members.py"],
    "token": ["tests/tenants/test_tokens_are_made_by_owners.py", "tests/api"],
    "audit": ["tests/tenants/test_audit_is_sealed.py", "tests/tenants/test_audit_tells_who_looked.py"],
}
# What else may notice, by room, when no page, no table and none of those did.
FALLBACK = {
    "database": [
        GRANTS, LISTS, "tests/tenants/test_the_wall_is_complete.py", "tests/tenants/test_members.py",
        "tests/tenants/test_invitations.py", "tests/tenants/test_invited_after_application.py",
    ],
    "tenants": ["tests/tenants"],
    "portal": ["tests/portal/test_a_page_is_for_its_own_people.py", "tests/tenants"],
    "sensors": ["tests/sensors"],
    "insurance": ["tests/insurance"],
}  # fmt: skip
# What a forked process imports anew, so that it meets the changed module: views and what stands around them.
IMPORTED_AGAIN = (
    "otasuke.urls", "portal.ui", "portal.access", "portal.urls", "insurance.ui", "sensors.api", "alerts.api",
    "incidents.api", "reports.api", "tenants.api", "tenants.ui", "tenants.middleware", "tenants.second_factor",
    "tenants.tokens", "tests.access",
)  # fmt: skip
ROWS_FIRST = ("visible_tenants", "writable_tenants", "own_organisations", "owned_organisations")


def _forked(work: Callable[[], bool]) -> bool:
    """Run in a process of its own with nothing on the terminal; True also when it fails: a broken page is seen."""
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        red = True
        try:
            red = work()
        except BaseException:
            traceback.print_exc()
        os._exit(1 if red else 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def _start() -> None:
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    import logging

    logging.disable(logging.CRITICAL)


def _world_store(path: Path) -> bool:
    _start()
    from tests.access.world import world_make
    from tests.conftest import _flush

    _flush()
    world_make().save(path)
    return False


def _tests(paths: list[str]) -> bool:
    import pytest

    # Warnings about this process having imported something before pytest are none of the tests'.
    return pytest.main(["-q", "-x", "-p", "no:cacheprovider", "-W", "ignore", *paths]) != 0


class _Changed(importlib.machinery.SourceFileLoader):
    """Imports the module of a mutant without its check."""

    def __init__(self, name: str, path: str, mutant: Mutant) -> None:
        super().__init__(name, path)
        self._mutant = mutant

    def get_code(self, fullname: str) -> Any:
        return compile(rewritten(self._mutant.path, self._mutant.number), self.path, "exec")


class _Finder:
    def __init__(self, mutant: Mutant) -> None:
        self._mutant, self._name = mutant, mutant.path.removesuffix(".py").replace("/", ".")

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != self._name:
            return None
        file = str(ROOT / self._mutant.path)
        return importlib.machinery.ModuleSpec(name, _Changed(name, file, self._mutant), origin=file)


def _pages_red(mutant: Mutant, world: Any) -> bool:
    """Addresses of the changed module first, then those whose module uses it."""
    from tests.access.pages import addresses, alone_check, pages_check

    name = mutant.path.removesuffix(".py").replace("/", ".")
    mine = {found.name for found in addresses() if found.module == name}
    using = {
        found.name
        for found in addresses()
        if found.module not in {"", name} and name in Path(sys.modules[found.module].__file__ or "").read_text()
    }
    names = mine or using or {"desk:task", "portal:alerts", "soc:alerts", "tenants:members"}
    cases = chain(pages_check(world, names, mixed=True), alone_check(world, names))
    return any(not case.agrees for case in cases)


def _with_mutant(mutant: Mutant) -> None:
    from django.urls import clear_url_caches

    for name in [name for name in sys.modules if name.startswith(IMPORTED_AGAIN)]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Finder(mutant))
    clear_url_caches()


def _code_pages_red(mutant: Mutant, path: Path) -> bool:
    _with_mutant(mutant)
    from tests.access.world import World

    return _pages_red(mutant, World.load(path))


def _code_tests_red(mutant: Mutant) -> bool:
    _with_mutant(mutant)
    return _tests(FALLBACK[mutant.room])


def _code_red(mutant: Mutant, path: Path) -> bool:
    if _forked(lambda: _code_pages_red(mutant, path)):
        return True
    red = _forked(lambda: _code_tests_red(mutant))
    _forked(lambda: _world_store(path))  # tests empty the database
    return red


def _nearest(mutant: Mutant) -> list[str]:
    first = [test for word, tests in NEAREST.items() if word in mutant.name for test in tests]
    return [test for test in dict.fromkeys([*first, *FALLBACK["database"]]) if (ROOT / test).exists()]


def _rows_red(mutant: Mutant, world: Any) -> bool:
    from tests.access.doors import doors_check
    from tests.access.rows import rows_check

    if not mutant.about and any(not case.agrees for case in doors_check(world)):
        return True
    if mutant.about and any(not case.agrees for case in rows_check(world, [mutant.about])):
        return True
    if mutant.about or any(name in mutant.name for name in ROWS_FIRST):
        return any(not case.agrees for case in rows_check(world))
    return False


def _database_red(mutant: Mutant, path: Path) -> bool:
    """In this process while tables answer; in a forked one, which empties the database, when tests must tell."""
    from django.db import connections

    from tests.access.table import access
    from tests.access.world import World, superuser

    server = superuser()
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(mutant.do)
        try:
            known = {"access": mutant.about in access()["tables"]}
            red = (known["access"] or not mutant.about) and _rows_red(mutant, World.load(path))
        except Exception:
            red = True
        connections.close_all()
        if not red:
            red = _forked(lambda: _tests(_nearest(mutant)))
            cursor.execute(mutant.undo)
            _forked(lambda: _world_store(path))
        else:
            cursor.execute(mutant.undo)
    server.close()
    return red


def _unchanged_red(number: int, path: Path) -> bool:
    """Whether what judges the mutants is red by itself; each process tries a part."""
    _start()
    from tests.access.rows import rows_check
    from tests.access.world import World

    if number == 0:
        tests = {test for tests in [*FALLBACK.values(), *NEAREST.values()] for test in tests}
        return _tests(sorted(test for test in tests if (ROOT / test).exists()))
    return any(not case.agrees for case in rows_check(World.load(path)))


def _share(number: int, wanted: str) -> Iterator[tuple[str, bool]]:
    """This process's part of the mutants, each with whether something went red."""
    sys.argv = [sys.argv[0]]
    import django.test  # noqa: F401
    import rest_framework.settings  # noqa: F401
    import weasyprint  # noqa: F401

    import tests.environment  # noqa: F401

    path = Path(tempfile.mkdtemp(prefix="otasuke-mutants-")) / "world.json"
    if _forked(lambda: _world_store(path)):
        raise RuntimeError("the world could not be made")
    if not wanted and _forked(lambda: _unchanged_red(number, path)):
        raise RuntimeError("something is red before anything is taken away: run make access-check and make test")
    _forked(lambda: _world_store(path))
    _start()
    from tests.access.pages import addresses

    addresses()  # imports every view once, for all forked processes
    control = Mutant("nothing taken away", path="portal/ui/desk.py")
    if _forked(lambda: _code_pages_red(control, path)):
        raise RuntimeError("a page is red before anything is taken away: run make access-check")
    for mutant in islice(code_mutants(), number, None, SLOTS):
        if wanted in mutant.name:
            yield mutant.name, _code_red(mutant, path)
    _forked(lambda: _world_store(path))
    from tests.access.table import access
    from tests.access.world import superuser

    doors = [name for name, door in access()["doors"].items() if door["kind"] in {"decides", "opens"}]
    server = superuser()
    with server, server.cursor() as cursor:
        found = database_mutants(cursor, doors)
    server.close()
    for mutant in islice(found, number, None, SLOTS):
        if wanted in mutant.name:
            yield mutant.name, _database_red(mutant, path)


def _slot(number: int, wanted: str) -> list[tuple[str, bool]]:
    done = []
    began = time.monotonic()
    for name, red in _share(number, wanted):
        done.append((name, red))
        if not red or "ACCESS_MUTANTS_LOUD" in os.environ:
            took, began = time.monotonic() - began, time.monotonic()
            print(f"{'red' if red else 'SURVIVED'} {took:.1f} s: {name}", file=sys.stderr, flush=True)
    return done


def main() -> int:
    """Exit status 0 when every mutant was noticed. An argument: only mutants whose name contains it."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    began = time.monotonic()
    with ProcessPoolExecutor(SLOTS) as pool:
        done = [pair for part in pool.map(_slot, range(SLOTS), [wanted] * SLOTS) for pair in part]
    survivors = sorted(name for name, red in done if not red)
    report = ROOT / "var" / "access-mutants.json"
    report.parent.mkdir(exist_ok=True)
    report.write_text(json.dumps({"mutants": sorted(name for name, _red in done), "survivors": survivors}, indent=1))
    for name in survivors:
        print(f"  survived: {name}")
    print(f"access-mutants: {len(done)} mutants, {len(survivors)} survivors, {time.monotonic() - began:.0f} s")
    return 1 if survivors or not done else 0


if __name__ == "__main__":
    sys.exit(main())
