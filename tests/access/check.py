"""`make access-check`: who sees what, tried on everything there is, against docs/access.toml.

Every address × method × role × own, expired and foreign thing; every table × role × verb × firm; then the tests of
grants, doors and background work. `--write` makes docs/access.md anew from the table.
"""

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from ops.accounts import CHECKOUT

TABLE = CHECKOUT / "docs" / "access.toml"
PAGE = CHECKOUT / "docs" / "access.md"
PARTS = 2


def page() -> str:
    """docs/access.md, from the table and the words before it."""
    table = tomllib.loads(TABLE.read_text())
    words = (CHECKOUT / "docs" / "access.words.md").read_text()
    lines = [words.rstrip(), "", "## Tables of firms", ""]
    lines += _rows(
        ("Table", "Holds", "Read by", "Added to by", "Changed by", "Background work"),
        [
            (
                f"`{name}`",
                rule["words"],
                _who(rule.get("reads")),
                _who(rule.get("adds")),
                _who(rule.get("changes")),
                rule.get("background", "reads, adds, changes") or "nothing",
            )
            for name, rule in table["tables"].items()
        ],
    )
    lines += ["", "## Tables without a firm", ""]
    lines += _rows(("Table", "Why"), [(f"`{name}`", why) for name, why in table["unowned"].items()])
    lines += ["", "## Pages and API", ""]
    lines += _rows(("Address", "What", "Method: who"), [_page(name, rule) for name, rule in table["pages"].items()])
    lines += ["", "Addresses of the libraries:", ""]
    families = [(f"`{name}…`", rule["words"], _who(rule["who"])) for name, rule in table["families"].items()]
    lines += _rows(("Names", "What", "Who"), families)
    lines += ["", "## Functions through the wall", ""]
    doors = [
        (f"`sec.{name}`", door["kind"], door.get("checks", "ids only"), _who(door.get("callers", ["otasuke_app"])))
        for name, door in table["doors"].items()
    ]
    lines += _rows(("Function", "Kind", "Checks", "Callers"), doors)
    for title, section in (("Background work", "tasks"), ("Mails", "mails"), ("Papers", "papers")):
        lines += ["", f"## {title}", ""]
        lines += _rows(("Name", "What it touches"), [(f"`{name}`", what) for name, what in table[section].items()])
    return "\n".join(lines) + "\n"


def _rows(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, tuple("---" for _ in head), *rows)]


def _who(names: list[str] | None) -> str:
    return ", ".join(names) if names else "–"


def _page(name: str, rule: dict[str, Any]) -> tuple[str, str, str]:
    methods = ("any", "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    who = "; ".join(f"{method}: {_who(rule[method])}" for method in methods if method in rule)
    return f"`{name}`", rule["words"], who


def _part(number: int) -> tuple[int, int, list[str]]:
    """One process: its own database with the world, its share of the addresses, and (the first) every table."""
    os.environ["PYTEST_XDIST_WORKER"] = f"gw{40 + number}"
    sys.argv = [sys.argv[0]]
    import django

    import tests.environment  # noqa: F401

    django.setup()
    import logging

    logging.disable(logging.CRITICAL)
    from tests.access.pages import addresses, pages_check
    from tests.access.rows import rows_check
    from tests.access.world import world_make
    from tests.conftest import _flush

    _flush()
    world = world_make()
    names = sorted({address.name for address in addresses()})[number::PARTS]
    rows = list(rows_check(world)) if number == 0 else []
    cases = list(pages_check(world, names))
    wrong = [str(case) for case in [*rows, *cases] if not case.agrees]
    return len(cases), len(rows), wrong


def main() -> int:
    """Exit status 0 when all agrees."""
    if "--write" in sys.argv:
        PAGE.write_text(page())
        return 0
    began = time.monotonic()
    with ProcessPoolExecutor(PARTS) as pool:
        parts = list(pool.map(_part, range(PARTS)))
    opened, questions = sum(part[0] for part in parts), sum(part[1] for part in parts)
    wrong = [line for part in parts for line in part[2]]
    for line in wrong:
        print(line, file=sys.stderr)
    tests = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "tests/access",
            "--deselect",
            "tests/access/test_pages_by_role.py::test_every_address_answers_every_role_as_the_table_of_rights_says",
            "--deselect",
            "tests/access/test_rows_by_scope.py::test_every_table_answers_every_role_as_the_table_of_rights_says",
        ],
        cwd=CHECKOUT,
        check=False,
    )
    agreed = not wrong and tests.returncode == 0
    print(
        f"access-check: {opened + questions} cases ({opened} requests, {questions} questions to tables),"
        f" {'all agree' if agreed else f'{len(wrong)} DISAGREE'}, {time.monotonic() - began:.0f} s"
    )
    return 0 if agreed else 1


if __name__ == "__main__":
    sys.exit(main())
