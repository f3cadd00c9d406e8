"""Sending spooled batches, oldest first, until the platform has each of them safely."""

import random
import threading
from collections import Counter
from enum import Enum

from sensor_agent.clock import Clock
from sensor_agent.identity import Identity
from sensor_agent.platform import Answer, Platform, UnreachableError
from sensor_agent.spool import Batch, Spool

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 300.0
# The platform will say the same however often these bytes come.
REFUSED_FOR_GOOD = frozenset({400, 409, 413, 415})


class Outcome(Enum):
    NOTHING = "nothing to send"
    STORED = "stored"
    REJECTED = "rejected"
    LOST = "lost"
    LATER = "later"


def backoff_s(failures: int, retry_after_s: float | None) -> float:
    """Seconds to wait: what the platform asked, else doubling; jittered so that boxes do not return together."""
    wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures - 1, 16))
    if retry_after_s is not None:
        return retry_after_s + random.uniform(0, max(1.0, retry_after_s * 0.1))  # noqa: S311 - spreading, not secrecy
    return random.uniform(wait / 2, wait)  # noqa: S311 - spreading, not secrecy


class Shipper:
    """`step` sends at most one batch; `run` does so until stopped. Counts are in `events` by outcome."""

    def __init__(self, spool: Spool, platform: Platform, identity: Identity, clock: Clock) -> None:
        self._spool = spool
        self._platform = platform
        self._identity = identity
        self._clock = clock
        self._failures = 0
        self.events: Counter[Outcome] = Counter()
        self.batches: Counter[Outcome] = Counter()
        self.wait_s = 0.0
        self.last_problem = ""

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Ship until `stop`; `wake` is set by the reader when a batch was stored."""
        while not stop.is_set():
            wake.clear()
            outcome = self.step()
            if outcome is Outcome.LATER:
                stop.wait(self.wait_s)
            elif outcome is Outcome.NOTHING:
                wake.wait(1.0)

    def step(self) -> Outcome:
        if self._clock.due():
            self._clock.measure(self._platform, self._identity)
        batch = self._spool.oldest()
        if batch is None:
            return Outcome.NOTHING
        try:
            outcome = self._send(batch)
        except OSError as problem:  # the disk is full or broken: the batch stays, and is repeated if it was taken
            outcome = self._later(f"disk: {problem}", None)
        if outcome is not Outcome.LATER:
            self._failures = 0
            self.events[outcome] += batch.count
            self.batches[outcome] += 1
        return outcome

    def _send(self, batch: Batch) -> Outcome:
        try:
            body = self._spool.body(batch)
        except FileNotFoundError:
            self._spool.lost(batch)
            return Outcome.LOST
        try:
            answer = self._post(batch, body)
            stale = answer.status == 401 and answer.error == "stale_clock"
            if stale and self._clock.measure(self._platform, self._identity):
                answer = self._post(batch, body)
        except UnreachableError as problem:
            return self._later(str(problem), None)
        if answer.status == 202:
            self._spool.sent(batch)
            return Outcome.STORED
        if answer.status in REFUSED_FOR_GOOD:
            self.last_problem = f"{answer.status} {answer.error}: batch {batch.batch_id} put aside"
            self._spool.reject(batch)
            return Outcome.REJECTED
        return self._later(f"{answer.status} {answer.error}", answer.retry_after_s)

    def _later(self, problem: str, retry_after_s: float | None) -> Outcome:
        self._failures += 1
        self.last_problem = problem
        self.wait_s = backoff_s(self._failures, retry_after_s)
        return Outcome.LATER

    def _post(self, batch: Batch, body: bytes) -> Answer:
        headers = self._identity.headers(
            "POST",
            self._platform.path("batches"),
            body,
            self._clock.now(),
            self._clock.offset_ms,
            batch=batch.batch_id,
            epoch=str(batch.epoch),
            first_seq=str(batch.first_seq),
            last_seq=str(batch.last_seq),
            count=str(batch.count),
        )
        headers["Content-Type"] = "application/x-ndjson"
        headers["Content-Encoding"] = batch.encoding
        return self._platform.request("POST", "batches", body, headers)
