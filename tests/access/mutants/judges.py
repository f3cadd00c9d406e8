"""Judges one mutant at a time: tables, doors and pages asked as every role, then the tests near it.

A mutant is dead only when a case disagrees with docs/access.toml or a test fails; a mutant that cannot run at all
(wrong SQL, a module that does not import) is `broken`, which ends the whole run with an error.
"""

from __future__ import annotations

import importlib.machinery
import json
import logging
import os
import re
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.access.mutants.code import ROOT, Place, rewritten
from tests.access.mutants.nearby import nearest, users_of
from tests.access.mutants.sources import Mutant

# What a mutant that is no valid program says.
INVALID = ("SyntaxError", "UndefinedColumn", "UndefinedTable", "UndefinedFunction", "AmbiguousColumn", "ImportError")
STATEMENT = "30s"  # for one statement
FILES = 6  # test files in one forked process
AT_MOST = 240.0  # seconds of tests for one mutant
PATIENTLY = 1800.0  # seconds for one whose tests had not ended by then: it is judged once more, after all others
WHOLE = 7200.0  # seconds for all pages that noticed something


@dataclass(frozen=True)
class Verdict:
    """`by`: the case or test that noticed ("" when none did). `broken`: why it could not be judged.

    `unfinished`: none noticed, and tests were left when the time was over.
    """

    by: str = ""
    broken: str = ""
    unfinished: bool = False


def forked(work: Callable[[], Verdict], seconds: float = 2 * PATIENTLY) -> Verdict:
    """Run in a process of its own with nothing on the terminal, for so many seconds at most."""
    from django.db import connections

    connections.close_all()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        try:
            found = work()
        except BaseException:
            found = Verdict(broken=traceback.format_exc()[-1500:])
        os.write(write, json.dumps([found.by, found.broken, found.unfinished]).encode()[:60000])
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        ready, _, _ = select.select([pipe], [], [], seconds)
        if not ready:
            os.kill(child, signal.SIGKILL)
        told = pipe.read()
    os.waitpid(child, 0)
    return Verdict(*json.loads(told)) if told else Verdict(broken="its process ended without a word")


class Databases:
    """Two copies of the migrated database: one keeps the world of tests/access, tests empty the other."""

    def __init__(self) -> None:
        from ops.services import servers
        from tests.environment import DIRECTORY

        self.green: set[str] = set()  # tests that noticed a mutant and pass without it
        self.red: set[str] = set()  # tests that fail with nothing taken away: they judge nobody
        self.patience = AT_MOST  # seconds of tests for one mutant
        self._tests = urlsplit(os.environ["SUPERUSER_DATABASE_URL"]).path.strip("/")
        self._world = f"{self._tests}_world"
        postgres, _redis = servers(DIRECTORY, durable=False)
        self._postgres = postgres
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "world.json"
            made = forked(lambda: _world_make(path))
            if made.broken:
                raise RuntimeError(f"the world could not be made: {made.broken}")
            from tests.access.world import World

            self.world = World.load(path)
        postgres.database_create(self._world, template=self._tests)
        self._hasten()

    def use(self, which: str) -> None:
        """From now on this process asks the database of the "world" or of the "tests"."""
        from django.db import connections

        connections.close_all()
        name = self._world if which == "world" else self._tests
        for variable in ("DATABASE_URL", "OWNER_DATABASE_URL", "SUPERUSER_DATABASE_URL"):
            os.environ[variable] = urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{name}"))
        for alias in connections:
            connections.databases[alias]["NAME"] = name
            connections[alias].settings_dict["NAME"] = name

    def _hasten(self) -> None:
        """A mutant that asks for ever is told so, in every connection to either database."""
        import psycopg2

        server = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"])
        server.autocommit = True
        with server.cursor() as cursor:
            for name in (self._tests, self._world):
                cursor.execute(f"ALTER DATABASE {name} SET statement_timeout = '{STATEMENT}'")
        server.close()

    def drop(self) -> None:
        """The world's copy goes."""
        self._postgres.database_drop(self._world)


def _world_make(path: Path) -> Verdict:
    from tests.access.world import world_make
    from tests.conftest import _flush

    _flush()
    world_make().save(path)
    return Verdict()


def first_wrong(cases: Iterable[Any]) -> Verdict:
    """The first case that disagrees."""
    return next((Verdict(by=f"case {case}"[:400]) for case in cases if not case.agrees), Verdict())


# -- tests


class _Listener:
    """Runs those first that noticed others of the same kind; remembers the first test that failed; ends in time."""

    def __init__(self, first: Sequence[str], without: Collection[str], seconds: float) -> None:
        self.failed = self.words = ""
        self.stopped = False
        self._first = {name: place for place, name in enumerate(first)}
        self._without = without
        self._until = time.monotonic() + seconds

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [item for item in items if item.nodeid not in self._without]
        items.sort(key=lambda item: self._first.get(item.nodeid, len(self._first)))

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.failed:
            self.failed, self.words = report.nodeid, str(report.longrepr)

    def pytest_runtest_makereport(self, item: Any) -> None:
        if time.monotonic() > self._until:
            self.stopped, item.session.shouldstop = True, "long enough for one mutant"


def tests_run(
    paths: Iterable[str],
    first: Sequence[str] = (),  # noqa: PT028
    without: Collection[str] = (),  # noqa: PT028
    seconds: float = AT_MOST,  # noqa: PT028
) -> Verdict:
    """Run tests in this process; the first red one. `first`: tests to begin with; `without`: tests left out."""
    import pytest

    listener = _Listener(first, without, seconds)
    # Warnings about this process having imported something before pytest are none of the tests'.
    options = ["-q", "-x", "-p", "no:cacheprovider", "-W", "ignore", "-m", "not e2e", "--rootdir", str(ROOT)]
    status = pytest.main([*options, *paths], plugins=[listener])
    if status == 1 and listener.failed:
        broken = next((word for word in INVALID if f"{word}:" in listener.words), "")
        if broken:
            return Verdict(broken=f"{broken} in {listener.failed}: {listener.words[-600:]}")
        return Verdict(by=listener.failed)
    if listener.stopped:
        return Verdict(unfinished=True)
    return Verdict(broken="" if status in {0, 5} else f"pytest ended with {status}")


def _near(
    bases: Databases, paths: Iterable[str], first: Sequence[str] = (), before: Callable[[], None] = lambda: None
) -> Verdict:
    """Tests of the nearest files, a handful at a time in a forked process: `first` and the first files decide most."""

    def work(some: list[str]) -> Verdict:
        logging.disable(logging.NOTSET)  # tests may ask what was logged
        bases.use("tests")
        _tries_forget()
        before()
        return tests_run(some, first, bases.red, until - time.monotonic())

    ordered = list(dict.fromkeys([*(name.split("::")[0] for name in first), *paths]))
    until = time.monotonic() + bases.patience
    for start in range(0, len(ordered), FILES):
        if time.monotonic() > until:
            return Verdict(unfinished=True)
        found = forked(lambda start=start: work(ordered[start : start + FILES]))  # type: ignore[misc]
        if found != Verdict():
            return found
    return Verdict()


def _tries_forget() -> None:
    """No limit of tries remembers that the same test ran for another mutant a moment ago."""
    from django.core.cache import cache

    cache.clear()


def _sound(bases: Databases, judge: Callable[[], Verdict]) -> Verdict:
    """What `judge` finds, once the test that noticed has passed with nothing taken away."""

    def alone(name: str) -> Verdict:
        bases.use("tests")
        _tries_forget()
        return tests_run([name])

    while True:
        found = judge()
        if not found.by or found.by in bases.green:
            return found
        again = forked(lambda name=found.by: alone(name))  # type: ignore[misc]
        if not again.by and not again.broken:
            bases.green.add(found.by)
            return found
        bases.red.add(found.by)


# -- PostgreSQL


class DatabaseJudge:
    """Puts a mutant of the database in, asks, and takes it out again."""

    def __init__(self, bases: Databases, *, cases_only: bool = False) -> None:
        from tests.access.world import superuser

        self._bases, self._cases_only = bases, cases_only
        self._lately: dict[str, list[str]] = {}  # what noticed others of the same function or table
        bases.use("world")
        with superuser() as server, server.cursor() as cursor:
            cursor.execute(
                "SELECT proname::text, prosrc FROM pg_proc WHERE pronamespace = 'sec'::regnamespace"
                " UNION ALL SELECT relname::text, pg_get_viewdef(oid) FROM pg_class"
                " WHERE relnamespace = 'sec'::regnamespace AND relkind = 'v'"
            )
            self._functions = dict(cursor.fetchall())
            cursor.execute("SELECT tablename::text, coalesce(qual, '') || coalesce(with_check, '') FROM pg_policies")
            self._policies = cursor.fetchall()

    def verdict(self, mutant: Mutant) -> Verdict:
        """What noticed it: tables and doors first, in the database of the world; then tests."""
        self._bases.use("world")
        found = self._with(mutant, lambda: self._cases_verdict(mutant))
        if found.by or found.broken or self._cases_only:
            return found
        first = self._lately.setdefault(mutant.about, [])
        self._bases.use("tests")
        near = nearest(mutant.about)
        found = _sound(self._bases, lambda: self._with(mutant, lambda: _near(self._bases, near, first)))
        if found.by and found.by not in first:
            first.insert(0, found.by)
        return found

    def _with(self, mutant: Mutant, judge: Callable[[], Verdict]) -> Verdict:
        import psycopg2

        from tests.access.world import superuser

        server = superuser()
        server.autocommit = True
        with server.cursor() as cursor:
            try:
                cursor.execute(mutant.do)
            except psycopg2.Error as error:
                return Verdict(broken=str(error))
            try:
                return judge()
            finally:
                from django.db import connections

                connections.close_all()
                cursor.execute(mutant.undo)
                server.close()

    def _cases_verdict(self, mutant: Mutant) -> Verdict:
        from tests.access.doors import callers_check, doors_check
        from tests.access.rights import rights_check
        from tests.access.rows import Invalid, rows_check
        from tests.access.scenes import scenes_check
        from tests.access.sentences import sentences_check
        from tests.access.table import access

        functions = self._using(mutant.about)
        tables = [mutant.about] if mutant.about not in self._functions else self._tables(functions)
        listed = [table for table in tables if table in access()["tables"]]
        doors = functions & set(access()["doors"])
        try:
            if mutant.kind in {"wall", "right"}:
                return first_wrong(rights_check([mutant.about]))
            if mutant.kind == "right to call":
                return first_wrong(callers_check())
            if mutant.kind == "constraint":
                return first_wrong(scenes_check(self._bases.world, [mutant.about]))
            doors_first = chain(scenes_check(self._bases.world, functions), doors_check(self._bases.world, doors))
            rows: Iterable[Any] = chain(
                sentences_check(self._bases.world, tables),
                chain.from_iterable(rows_check(self._bases.world, [table]) for table in listed),
            )
            return first_wrong(chain(doors_first, rows) if mutant.about in self._functions else rows)
        except Invalid as error:
            return Verdict(broken=str(error))
        except psycopg_error() as error:
            if (error.pgcode or "").startswith("42") and error.pgcode != "42501":
                return Verdict(broken=str(error))
            return Verdict(by=f"an error instead of an answer: {str(error)[:200]}")

    def _using(self, function: str) -> set[str]:
        """The function or view and those that ask it, theirs too."""
        found = {function}
        while True:
            more = {name for name, text in self._functions.items() if _names(text, found)}
            if more <= found:
                return found
            found |= more

    def _tables(self, functions: set[str]) -> list[str]:
        return sorted({table for table, text in self._policies if _names(text, functions)})


def _names(text: str, functions: Collection[str]) -> bool:
    return any(re.search(rf"\bsec\.{name}\b", text) for name in functions)


def psycopg_error() -> type[Any]:
    """What the driver raises."""
    import psycopg2

    return psycopg2.Error


# -- code


class _Changed(importlib.machinery.SourceFileLoader):
    """Imports the module of a mutant without its check."""

    def __init__(self, name: str, path: str, place: Place) -> None:
        super().__init__(name, path)
        self._place = place

    def get_code(self, fullname: str) -> Any:
        return compile(rewritten(self._place.path, self._place.number), self.path, "exec")


class _Finder:
    def __init__(self, place: Place) -> None:
        self._place = place

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != self._place.module:
            return None
        file = str(ROOT / self._place.path)
        return importlib.machinery.ModuleSpec(name, _Changed(name, file, self._place), origin=file)


def _imported_anew(place: Place) -> None:
    """In a forked process: everything that holds something of the module meets its changed form."""
    from django.urls import clear_url_caches

    for name in users_of(place.module):
        module = sys.modules.pop(name, None)
        if module is not None and "." in name:
            # `from package import name` would find the old one there.
            package, _, last = name.rpartition(".")
            if getattr(sys.modules.get(package), last, None) is module:
                delattr(sys.modules[package], last)
    sys.meta_path.insert(0, _Finder(place))
    clear_url_caches()


def _pages_of(module: str) -> set[str]:
    """Names of the addresses whose views stand in the module or use something of it."""
    from tests.access.pages import addresses

    mine = {found.name for found in addresses() if found.module == module}
    users = set(users_of(module))
    return mine or {found.name for found in addresses() if found.module in users}


def code_verdict(bases: Databases, place: Place) -> Verdict:
    """What noticed it: pages as every role, then tests of the room."""

    def pages() -> Verdict:
        from tests.access.guards import guards_check
        from tests.access.pages import alone_check, pages_check

        names = _pages_of(place.module)
        bases.use("world")
        _imported_anew(place)
        world = bases.world
        first = {role.name for role in world.roles if place.concerns(role.name, role.inside)}
        asked = pages_check(world, names, mixed=True, first=first)
        return first_wrong(chain(guards_check(world, names), asked, alone_check(world, names)))

    found = forked(pages)
    if found.by or found.broken:
        return found
    near = nearest(place.module, place.path.split("/", 1)[0])
    return _sound(bases, lambda: _near(bases, near, before=lambda: _imported_anew(place)))


# -- nothing taken away


def unchanged(bases: Databases, part: int, parts: int) -> Verdict:
    """Tables, rights and doors judge the world green as it is."""
    from tests.access.doors import doors_check
    from tests.access.rights import rights_check
    from tests.access.rows import rows_check
    from tests.access.scenes import scenes_check
    from tests.access.sentences import sentences_check
    from tests.access.table import access

    bases.use("world")
    world, names = bases.world, sorted(access()["tables"])[part::parts]
    first = chain(rights_check(), doors_check(world), sentences_check(world), scenes_check(world)) if part == 0 else ()
    return first_wrong(chain(rows_check(world, names), first))


def cases_green(bases: Databases, noticed: Iterable[str]) -> Verdict:
    """Every page that noticed a mutant answers rightly when nothing is taken away; tests: _sound."""

    def pages() -> Verdict:
        from tests.access.pages import alone_check, pages_check

        words = frozenset(
            told.removeprefix("case ").split(": expected", 1)[0] for told in noticed if told.startswith("case ")
        )
        bases.use("world")
        return first_wrong(chain(pages_check(bases.world, words=words), alone_check(bases.world, words=words)))

    return forked(pages, WHOLE)
