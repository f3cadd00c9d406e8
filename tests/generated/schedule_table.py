"""`docs/schedule.md`: what runs when. Written from beat's schedule and the due jobs, compared by a test.

`python -m tests.generated.schedule_table --write`
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.module_loading import import_string

PAGE = Path(__file__).resolve().parents[2] / "docs" / "schedule.md"
_HEAD = """# What runs when

Generated from `otasuke/celery.py` and `portal/due.py` by `python -m tests.generated.schedule_table --write`; a test
compares.
There is one scheduler, Celery's beat. It only wakes workers: what waits is always a row in PostgreSQL; a lost message
costs the time until the next sweep. `manage.py run_due --at T` does all due jobs, in their order, as if it were T.
"""


def page() -> str:
    """The page as it should be."""
    return "\n".join([*_lines(), ""])


def _lines() -> Iterator[str]:
    from otasuke.celery import app
    from portal.due import DUE, SWEPT

    yield _HEAD
    yield "## Sweeps"
    yield ""
    yield "| Entry | Every | Queue | Task | Does |"
    yield "| --- | --- | --- | --- | --- |"
    for name, entry in sorted(app.conf.beat_schedule.items(), key=lambda item: (item[1]["schedule"], item[0])):
        queue = entry.get("options", {}).get("queue") or _queue_of(entry["task"])
        task = import_string(entry["task"])
        yield f"| {name} | {entry['schedule']:.0f} s | {queue} | `{entry['task']}` | {_first_line(task.run)} |"
    yield ""
    yield "## Due jobs"
    yield ""
    yield "`run-due` does these every minute, one after the other; those of a sweep are left to it."
    yield ""
    yield "| Job | Function | Does | Sweep of its own |"
    yield "| --- | --- | --- | --- |"
    for name, act in DUE.items():
        function = _function(act)
        where = f"{function.__module__}.{function.__qualname__}"
        yield f"| {name} | `{where}` | {_first_line(function)} | {SWEPT.get(name, '')} |"


def _queue_of(task: str) -> str:
    from otasuke.queues import DEFAULT, LANES

    return next((lane.queue for lane in LANES for pattern in lane.tasks if fnmatch(task, pattern)), DEFAULT.queue)


def _function(act: Callable[..., Any]) -> Callable[..., Any]:
    return act.func if isinstance(act, partial) else act


def _first_line(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0]


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otasuke.settings")
    django.setup()
    if "--write" in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
