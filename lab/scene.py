"""Puts a real sensor of the lab beside a running stack, or recorded events where the lab cannot run; ends tidily."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from lab import check
from lab.lab import Lab
from lab.network import LabError
from lab.story import Line
from ops.postgres import ServiceError
from ops.processes import ProcessError
from ops.stack import Stack

WIDTHS = (4, 40, 42)


@contextmanager
def sensor_in_place(stack: Stack, prefix: str) -> Iterator[Lab | None]:
    """A real sensor, activated for the demo firm and running; None after recorded events were replayed instead."""
    reason = check.problem()
    if reason:
        print(f"No real packets here ({reason}): recorded events are replayed through the same agent.", flush=True)
        replay_recorded(stack)
        yield None
        return
    folder = stack.directory / "sensor"
    shutil.rmtree(folder, ignore_errors=True)
    with Lab(folder, prefix=prefix, platform_url=stack.url) as lab:
        activate(lab, stack)
        lab.sensor_start()
        yield lab


def activate(lab: Lab, stack: Stack) -> None:
    """Activate the lab's box for the demo firm with a fresh one-time code. Raises LabError with the agent's words."""
    answer = lab.agent("activate", "--code", activation_code(stack))
    if answer.returncode != 0:
        raise LabError(f"activation: {answer.stderr.strip() or answer.stdout.strip()}")


def activation_code(stack: Stack) -> str:
    """A fresh one-time code for the demo firm's box."""
    if stack.consortium is None:
        raise ValueError("the stack has no demo consortium")
    return stack.manage("sensor_code", "--tenant", str(stack.consortium.firm_id)).strip().splitlines()[-1]


def replay_recorded(stack: Stack) -> None:
    """Ship recorded events of the scenario through a real agent (without Suricata) as the demo firm's box."""
    from lab import recorded

    recorded.replay(stack)


def errors_in_one_line(name: str, main: Callable[[], int]) -> int:
    """Run `main` → its exit status. Ctrl-C, SIGTERM and what a person can put right end it in one line."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT, too: a shell's background job starts with it ignored
        signal.signal(number, end)
    try:
        return main()
    except KeyboardInterrupt:
        print(f"{name}: stopped", file=sys.stderr)
        return 130
    except subprocess.CalledProcessError as problem:
        print(f"{name}: {' '.join(map(str, problem.cmd[1:3]))} failed, see above", file=sys.stderr)
    except (LabError, ProcessError, ServiceError) as problem:
        print(f"{name}: {problem}", file=sys.stderr)
    return 1


def table_head() -> str:
    """The table's first lines."""
    names = ("#", "what happens", "expected")
    return "  ".join(name.ljust(width) for name, width in zip(names, WIDTHS, strict=True)) + "  at        took  seen"


def table_line(line: Line) -> str:
    """One printed line of the story."""
    cells = (line.number, line.what, line.expected)
    mark = "ok " if line.ok else "NOT"
    left = "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    return f"{left}  {line.at}  {line.seconds:5.1f}  {mark} {line.seen}"
