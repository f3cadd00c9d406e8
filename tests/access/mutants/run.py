"""`make access-mutants`: take away one policy, condition or check at a time; at least one test must then go red.

What is taken away is found by `sources` in PostgreSQL's catalogue and by `code` in the code; nothing is listed by
hand. Two processes share the mutants, each with a database that holds the world of tests/access and one for tests. A
mutant of the code is tried in a forked process that imports the changed module; a mutant of the database is put in by
SQL and taken out again (`judges`). Everything that noticed a mutant is run once more with nothing taken away, and
must be green.
"""

from __future__ import annotations

import importlib
import json
import logging
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import entry_points
from itertools import chain
from typing import Any

from tests.access.mutants.code import ROOT, Place, code_places
from tests.access.mutants.judges import PATIENTLY, DatabaseJudge, Databases, cases_green, code_verdict, unchanged
from tests.access.mutants.sources import Mutant, database_mutants

PROCESSES = int(os.environ.get("ACCESS_MUTANTS_PROCESSES", "2"))
LOUD = "ACCESS_MUTANTS_LOUD" in os.environ
QUICK = "ACCESS_MUTANTS_QUICK" in os.environ  # the database only, judged by cases only: a quarter of the time
Told = dict[str, Any]


def _start() -> None:
    sys.argv = [sys.argv[0]]
    import django
    import pytest  # noqa: F401

    import tests.environment  # noqa: F401

    django.setup()
    logging.disable(logging.CRITICAL)
    importlib.import_module("weasyprint")  # once, for all forked processes
    for plugin in entry_points(group="pytest11"):
        plugin.load()


def _everything() -> list[Mutant | Place]:
    """All mutants, those that take longest first."""
    from tests.access.table import access
    from tests.access.world import superuser

    deciding = [name for name, door in access()["doors"].items() if door["kind"] in {"decides", "opens"}]
    with superuser() as server, server.cursor() as cursor:
        found: list[Mutant | Place] = [*database_mutants(cursor, deciding)]
    found.sort(key=lambda mutant: "function" not in mutant.kind)
    return found if QUICK else [*code_places(), *found]


def _work(part: int, wanted: str, taken: Any, told: Any) -> None:
    """One process: takes the next mutant that nobody took until none is left."""
    try:
        _start()
        bases = Databases()
        try:
            _judge(bases, part, wanted, taken, told)
        finally:
            bases.drop()
    except BaseException as error:
        told.put({"broken": f"process {part}: {error!r}"})
        raise
    finally:
        told.put(None)


def _judge(bases: Databases, part: int, wanted: str, taken: Any, told: Any) -> None:
    from tests.access.pages import addresses

    red = unchanged(bases, part, PROCESSES)
    if red.by or red.broken:
        raise RuntimeError(f"red before anything is taken away: {red}")
    addresses()  # imports every view once, for all forked processes
    judge = DatabaseJudge(bases, cases_only=QUICK)
    noticed: list[str] = []
    mutants = [found for found in _everything() if wanted in found.name]
    if part == 0:
        for mutant in mutants:
            if reason := _out(mutant):
                told.put({"left_out": mutant.name, "reason": reason, "broken": ""})
    unfinished: list[Mutant | Place] = []
    for mutant in chain(_next(taken, [found for found in mutants if not _out(found)]), _patiently(bases, unfinished)):
        began = time.monotonic()
        verdict = code_verdict(bases, mutant) if isinstance(mutant, Place) else judge.verdict(mutant)
        if verdict.unfinished and bases.patience < PATIENTLY:
            unfinished.append(mutant)
            continue
        noticed.append(verdict.by)
        kind = f"{mutant.kind} in code" if isinstance(mutant, Place) else mutant.kind
        seconds = round(time.monotonic() - began, 1)
        told.put({"name": mutant.name, "kind": kind, "by": verdict.by, "broken": verdict.broken, "seconds": seconds})
    for name in sorted(bases.red):
        told.put({"broken": f"red with nothing taken away: {name}"})
    for red in (unchanged(bases, part, PROCESSES), cases_green(bases, noticed)):
        if red.by or red.broken:
            raise RuntimeError(f"red with nothing taken away: {red}")


def _patiently(bases: Databases, unfinished: list[Mutant | Place]) -> Iterator[Mutant | Place]:
    """Those whose tests had not ended, once more with time enough: a busy machine makes no survivors."""
    bases.patience = PATIENTLY
    yield from list(unfinished)


def _out(mutant: Mutant | Place) -> str:
    return "" if isinstance(mutant, Place) else mutant.no_difference


def _next(taken: Any, mutants: list[Mutant | Place]) -> Iterator[Mutant | Place]:
    while True:
        with taken.get_lock():
            number, taken.value = taken.value, taken.value + 1
        if number >= len(mutants):
            return
        yield mutants[number]


def _gathered(told: Any) -> Iterator[Told]:
    """What the processes say, until all have ended."""
    left = PROCESSES
    while left:
        said = told.get()
        if said is None:
            left -= 1
        else:
            yield said
            if "left_out" in said:
                continue
            if said["broken"] or LOUD or not said["by"]:
                word = "BROKEN" if said["broken"] else "red" if said["by"] else "SURVIVED"
                words = f"{word} {said.get('seconds')} s: {said.get('name')} {said['broken'] or said['by']}"
                print(words, file=sys.stderr, flush=True)


def main() -> int:
    """Exit status 0 when every mutant was noticed. An argument: only mutants whose name contains it."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    taken, told = context.Value("i", 0), context.Queue()
    processes = [context.Process(target=_work, args=(part, wanted, taken, told)) for part in range(PROCESSES)]
    for process in processes:
        process.start()
    said = list(_gathered(told))
    for process in processes:
        process.join()
    mutants = [one for one in said if "name" in one]
    survivors = sorted(str(one["name"]) for one in mutants if not one["by"] and not one["broken"])
    broken = sorted(str(one.get("name", one["broken"])) for one in said if one["broken"])
    report = ROOT / "var" / "access-mutants.json"
    report.parent.mkdir(exist_ok=True)
    report.write_text(
        json.dumps(sorted((one for one in said if not one["broken"]), key=str), indent=1, ensure_ascii=False)
    )
    for reason, count in sorted(Counter(one["reason"] for one in said if "left_out" in one).items()):
        print(f"  {count:5} left out: {reason}")
    for kind, count in sorted(Counter(one["kind"] for one in mutants).items()):
        print(f"  {count:5} {kind}")
    for words, names in (("survived", survivors), ("broken", broken)):
        for name in names:
            print(f"  {words}: {name}")
    print(
        f"access-mutants: {len(mutants)} mutants, {len(survivors)} survivors, {len(broken)} broken,"
        f" {time.monotonic() - began:.0f} s"
    )
    return 1 if survivors or broken or not mutants else 0
