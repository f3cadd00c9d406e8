"""Telling the platform at intervals that the box lives and how it is."""

import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from sensor_agent.clock import Clock
from sensor_agent.identity import Identity
from sensor_agent.platform import Platform, UnreachableError
from sensor_agent.ship import backoff_s


class Heart:
    """Sends what `facts()` says; a refused or lost beat is followed by the next one, never by a queue of old ones."""

    def __init__(
        self,
        platform: Platform,
        identity: Identity,
        clock: Clock,
        facts: Callable[[], Mapping[str, Any]],
        interval_s: float,
    ) -> None:
        self._platform = platform
        self._identity = identity
        self._clock = clock
        self._facts = facts
        self._interval_s = interval_s
        self.last_answer: Mapping[str, Any] = {}
        self._now = threading.Event()
        self._answered_at = 0.0

    def answered_since(self, moment: float) -> bool:
        """Whether a beat was answered since a moment (time.monotonic)."""
        return self._answered_at > moment

    def soon(self) -> None:
        """Something changed that the platform should know at once."""
        self._now.set()

    def run(self, stop: threading.Event) -> None:
        failures = 0
        while not stop.is_set():
            retry_after = None
            try:
                retry_after = self.beat()
                failures = 0
            except (UnreachableError, OSError):
                failures += 1
            wait = min(self._interval_s, backoff_s(failures, None)) if failures else self._interval_s
            self._wait(stop, max(wait, retry_after or 0.0) * random.uniform(0.9, 1.1))  # noqa: S311 - not secrecy

    def _wait(self, stop: threading.Event, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not stop.is_set() and time.monotonic() < until:
            if self._now.wait(min(1.0, max(0.0, until - time.monotonic()))):
                self._now.clear()
                return

    def beat(self) -> float | None:
        """One heartbeat; seconds the platform asks us to wait, if any. Raises UnreachableError."""
        body = json.dumps(self._facts(), separators=(",", ":")).encode()
        headers = self._identity.headers(
            "POST", self._platform.path("heartbeats"), body, self._clock.now(), self._clock.offset_ms
        )
        answer = self._platform.request("POST", "heartbeats", body, {**headers, "Content-Type": "application/json"})
        if answer.status == 401 and answer.error == "stale_clock":
            self._clock.measure(self._platform, self._identity)
        if answer.status == 200:
            self.last_answer = answer.data
            self._answered_at = time.monotonic()
        return answer.retry_after_s
