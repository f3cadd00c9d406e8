"""One replay that is struck in the middle, and what must be true afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.recording import recording_write
from tests.faults.field import Box, Field

Strike = Callable[[Field, Box, "Recording"], None]


@dataclass(frozen=True)
class Recording:
    """A file with so many alerts, to be replayed at so many lines a second."""

    path: Path
    alerts: int
    lines_per_s: int


def agent_strike(field: Field, box: Box, recording: Recording) -> None:
    """kill -9 of the agent on the box; it is started again, as systemd would."""
    box.kill()
    box.replay(recording.path, recording.lines_per_s)


def web_strike(field: Field, box: Box, recording: Recording) -> None:
    field.program_strike("web")


def worker_strike(field: Field, box: Box, recording: Recording) -> None:
    field.program_strike("worker-intake")


def redis_strike(field: Field, box: Box, recording: Recording) -> None:
    field.redis_strike()


def database_strike(field: Field, box: Box, recording: Recording) -> None:
    field.postgres_strike()


def backend_strike(field: Field, box: Box, recording: Recording) -> None:
    field.backend_strike()


def recording_of(folder: Path, alerts: int, lines_per_s: int) -> Recording:
    """The recording with so many alerts; written once."""
    path = folder / f"eve-{alerts}.json"
    if not path.exists():
        recording_write(path, alerts)
    return Recording(path, alerts, lines_per_s)


def replay_struck(field: Field, recording: Recording, strikes: Sequence[Strike]) -> None:
    """Replay to the end; the strikes fall evenly over the time in which events are taken and made alerts.

    Then every alert of the recording must be stored exactly once: by its place in the sequence, by the number it
    carries, and in what people are shown of it (the groups).
    """
    box, alerts = field.box_make(), recording.alerts
    box.replay(recording.path, recording.lines_per_s)
    for number, strike in enumerate(strikes, start=1):
        mark = alerts * number // (len(strikes) + 1)
        # The agent must be alive to be hit; the others are hit when the worker is that far.
        far = field.taken if strike is agent_strike else field.processed
        field.wait_until(lambda far=far, mark=mark: far(box) >= mark, f"{mark} lines", box)  # type: ignore[misc]
        assert field.processed(box) < alerts, "all was over before the strike: it proves nothing"
        if strike is agent_strike:
            assert box.running(), "the agent had finished before the strike: it proves nothing"
        strike(field, box, recording)
    field.wait_until(lambda: not box.running(), "the agent's end", box)
    assert box.process is not None
    assert box.process.returncode == 0, box.log.read_text()[-600:]
    field.wait_until(lambda: field.held(box).waiting == 0, "the inbox's end", box)
    field.stack.supervisor.check()  # whoever was not killed has lived through it
    held = field.held(box)
    assert (held.alerts, held.positions) == (alerts, alerts)
    assert held.numbers == (alerts, 1, alerts)
    assert held.grouped == alerts
    assert held.taken == held.alerts + held.aggregates
    assert (held.quarantined, held.conflicts) == (0, 0)
