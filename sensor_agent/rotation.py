"""Every file that grows on the box has an end.

eve.json is renamed at a size and the engine told to begin a new one (SIGHUP); the agent removes a renamed file once all
of it is stored for sending. When the agent does not come to that, the oldest go at a bound: the reader counts what
it never saw. What programs print is kept twice its bound, the older half in `.old`.
"""

import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from sensor_agent.generations import generations, rotation_number

OUTPUT_BYTES = 4 * 1024 * 1024


class Rotation:
    """Of one log. `reopen` has its writer open it anew."""

    def __init__(self, path: Path, reopen: Callable[[], None], *, rotate_bytes: int, most_bytes: int) -> None:
        self._path = path
        self._reopen = reopen
        self._rotate_bytes = rotate_bytes
        self._most_bytes = most_bytes

    def keep(self) -> None:
        """Rename a log that is large, have one that is missing begun, remove the oldest above the bound."""
        files = generations(self._path)
        live = files[-1] if files and files[-1].live else None
        if live is not None and live.size > self._rotate_bytes:
            number = max(rotation_number(each.path) for each in files) + 1
            self._path.rename(self._path.with_name(f"{self._path.name}.{number:08d}"))
            self._reopen()
        elif live is None and files:  # renamed, and the writer has not heard
            self._reopen()
        total = sum(each.size for each in files)
        for each in files:
            if total <= self._most_bytes or each.live:
                return
            if rotation_number(each.path):
                each.path.unlink(missing_ok=True)
                total -= each.size


def taken_over_remove(path: Path, taken_over: Iterable[Path]) -> None:
    """Remove renamed files that hold nothing new. The newest stays: its writer may not have let go of it yet."""
    ours = [each.path for each in generations(path) if rotation_number(each.path)]
    for old in set(ours[:-1]) & set(taken_over):
        old.unlink(missing_ok=True)


def outputs_trim(folder: Path, most_bytes: int = OUTPUT_BYTES) -> None:
    """Programs append to their outputs; one above the bound is copied to `.old` and emptied."""
    for path in [*folder.glob("*.log"), *folder.glob("*.out")]:
        with suppress(OSError):  # a full disk: empty it all the same
            if path.stat().st_size <= most_bytes:
                continue
            with suppress(OSError):
                shutil.copy(path, path.with_name(path.name + ".old"))
            with path.open("r+b") as file:
                file.truncate(0)
