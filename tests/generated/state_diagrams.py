"""docs/states.md: every state machine there is, drawn from the dictionaries that decide.

A machine is a module's `<NAME>_MOVES: dict[State, dict[State, Move]]` (base.moves); writing one is registering it.
The state it begins in is the first of its enumeration; comments beside the states become notes.

`python -m tests.generated.state_diagrams --write` makes the page anew.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any

from django.db.models import TextChoices

from base.moves import Move
from ops.accounts import CHECKOUT

PAGE = CHECKOUT / "docs" / "states.md"
ROOMS = ("tenants", "notifications", "sensors", "alerts", "incidents", "insurance", "surveys", "reports")
_DECLARED = re.compile(r"^([A-Z]+(?:_[A-Z]+)*)_MOVES\b[^=\n]*=", re.MULTILINE)
_MEMBER = re.compile(r"^\s+([A-Z_]+) = .*?  # (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Machine:
    """A state machine and where it stands."""

    module: str
    constant: str
    moves: Mapping[Any, Mapping[Any, Move]]

    @property
    def states(self) -> type[StrEnum] | type[TextChoices]:
        """The enumeration of its states."""
        return type(next(iter(self.moves)))

    @property
    def title(self) -> str:
        """`JOB_MOVES` → `Job`."""
        return self.constant.removesuffix("_MOVES").replace("_", " ").capitalize()


def machines() -> list[Machine]:
    """Every machine, by title."""
    tables = []
    for room in ROOMS:
        for path in sorted((CHECKOUT / room).rglob("*.py")):
            names = _DECLARED.findall(path.read_text())
            if names and "migrations" not in path.parts:
                module = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts)
                loaded = import_module(module)
                tables += [Machine(module, f"{name}_MOVES", getattr(loaded, f"{name}_MOVES")) for name in names]
    return sorted(tables, key=lambda machine: machine.title)


def page() -> str:
    """docs/states.md."""
    lines = [
        "# States and who moves them",
        "",
        "Drawn by `python -m tests.generated.state_diagrams --write` from the dictionaries the code decides with; a"
        " test says when this page is old. `rule` is the platform itself: a detection, a time that has come. “why”"
        " means the step is refused without a reason.",
    ]
    for machine in machines():
        lines += ["", *_section(machine)]
    return "\n".join(lines) + "\n"


def _section(machine: Machine) -> Iterator[str]:
    states = machine.states
    yield f"## {machine.title}"
    yield ""
    yield f"{inspect.getdoc(states)} `{machine.module}.{machine.constant}`"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"  [*] --> {next(iter(states)).value}"
    for old, steps in machine.moves.items():
        for new, move in steps.items():
            yield f"  {old.value} --> {new.value}: {_who(move)}{' (why)' if move.reason else ''}"
        if not steps:
            yield f"  {old.value} --> [*]"
    yield "```"
    yield ""
    yield "| From | To | Who | Must say why |"
    yield "| --- | --- | --- | --- |"
    for old, steps in machine.moves.items():
        for new, move in steps.items():
            yield f"| {old.value} | {new.value} | {_who(move)} | {'yes' if move.reason else ''} |"
    notes = _MEMBER.findall(inspect.getsource(states))
    if notes:
        yield ""
        yield from (f"* `{states[name].value}`: {note}" for name, note in notes)


def _who(move: Move) -> str:
    return ", ".join(sorted(party.value for party in move.by))


if __name__ == "__main__":
    import django
    from django.conf import settings

    settings.configure()  # the dictionaries stand in plain modules
    django.setup()
    if "--write" in sys.argv:
        PAGE.write_text(page())
    else:
        sys.stdout.write(page())
