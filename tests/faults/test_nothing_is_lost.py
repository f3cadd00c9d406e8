"""kill -9 of any program in the middle of 100,000 events: afterwards exactly the sent events are stored, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import replays
from tests.faults.field import Field
from tests.faults.replays import Strike

ALERTS = 100_000
LINES_PER_S = 4_000
STRIKES = 3


@pytest.mark.parametrize(
    "strike",
    [
        pytest.param(replays.agent_strike, id="agent"),
        pytest.param(replays.web_strike, id="web"),
        pytest.param(replays.worker_strike, id="worker"),
        pytest.param(replays.redis_strike, id="redis"),
        pytest.param(replays.database_strike, id="postgresql"),
        pytest.param(replays.backend_strike, id="one-database-backend"),
    ],
)
def test_every_event_is_stored_once_whatever_is_killed(field: Field, recordings: Path, strike: Strike) -> None:
    recording = replays.recording_of(recordings, ALERTS, LINES_PER_S)
    replays.replay_struck(field, recording, [strike] * STRIKES)
