"""The short fault test, for every change: agent, worker, web and Redis each die once during 10,000 events."""

from __future__ import annotations

from pathlib import Path

from tests.faults import replays
from tests.faults.field import Field

ALERTS = 10_000
LINES_PER_S = 750


def test_every_event_is_stored_once_when_agent_worker_web_and_redis_die(field: Field, recordings: Path) -> None:
    recording = replays.recording_of(recordings, ALERTS, LINES_PER_S)
    strikes = [replays.agent_strike, replays.worker_strike, replays.web_strike, replays.redis_strike]
    replays.replay_struck(field, recording, strikes)
