"""The guard's part of cutting machines off: has the kernel do what isolations.json says, and says what became of it.

It ends each isolation by itself when its time is over, whether or not the platform can be reached.
"""

import logging
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sensor_agent.bridge import BRIDGE, exists, learnt_at, own_macs
from sensor_agent.isolation import (
    Isolated,
    Isolation,
    Outcome,
    Result,
    Wanted,
    WantedUnreadable,
    isolated_read,
    isolated_write,
    wanted_read,
)
from sensor_agent.isolation_rules import REMOVE, ruleset
from sensor_agent.neighbours import WireFacts, wire_facts_read

LOOK_S = 0.5
AGAIN_S = 10.0  # a firewall of this machine that begins anew empties the kernel's tables
KEPT_S = 7 * 86_400.0
MOST_KEPT = 100
EXPIRED = "expired"
UNKNOWN = object()
log = logging.getLogger(__name__)


class NftError(Exception):
    """nft(8) is missing or the kernel refused; the text is its complaint."""


def nft(text: str) -> None:
    """Carry out a text for nft as one transaction. Raises NftError."""
    try:
        done = subprocess.run(["nft", "-f", "-"], input=text, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError) as problem:
        raise NftError(f"nft: {problem}") from problem
    if done.returncode != 0:
        raise NftError(f"nft: {done.stderr.strip()[:300]}")


class Isolator(threading.Thread):
    """`look` once before the ports are joined, so that a restart lets nobody out; then `start`."""

    def __init__(self, wan: str, state_dir: Path, home_net: Callable[[], tuple[str, ...]]) -> None:
        super().__init__(name="isolator", daemon=True)
        self._wan = wan
        self._state_dir = state_dir
        self._home_net = home_net
        before = isolated_read(state_dir)
        self._results = dict(before.results)
        self._written = before
        self._in_kernel: object = UNKNOWN  # what the table was made of; None: there is none
        self._made_at = 0.0
        self._failed_at = self._complained_at = -AGAIN_S
        self._able = _kernel_is_able()

    def run(self) -> None:
        while True:
            time.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """Bring kernel and file to what is wanted now. What is in force stays so while that cannot be read."""
        try:
            wanted, now = wanted_read(self._state_dir), time.time()
        except WantedUnreadable as problem:
            self._complain(str(problem))
            return
        due = [isolation for isolation in wanted.isolations if self._is_due(isolation, wanted, now)]
        self._end_all_but({isolation.number for isolation in wanted.isolations}, now)
        if time.monotonic() - self._failed_at >= AGAIN_S:
            self._bring(wanted, due, now)
        self._write(now)

    def _complain(self, problem: str) -> None:
        if time.monotonic() - self._complained_at >= AGAIN_S:
            self._complained_at = time.monotonic()
            log.warning("%s", problem)

    # -- which ones -------------------------------------------------------------------------------------------------

    def _is_due(self, isolation: Isolation, wanted: Wanted, now: float) -> bool:
        """Whether it is to be in force; notes the end of its time, and the refusal of one that must not be."""
        known = self._results.get(isolation.number)
        if known is not None and known.outcome in (Outcome.REFUSED, Outcome.ENDED):
            return False
        if wanted.left_s(isolation, now) <= 0:
            self._note(isolation.number, Outcome.ENDED, now, EXPIRED)
            return False
        if known is not None and known.outcome == Outcome.APPLIED:
            return True
        if not exists(BRIDGE):
            return False  # where it stands cannot be seen yet
        reason = refusal(isolation.mac, self._wire(), learnt_at(self._wan), own_macs(), now)
        if reason:
            self._note(isolation.number, Outcome.REFUSED, now, reason)
        return not reason

    def _end_all_but(self, wanted: set[int], now: float) -> None:
        for number, result in self._results.items():
            if number not in wanted and result.outcome in (Outcome.APPLIED, Outcome.FAILING):
                self._note(number, Outcome.ENDED, now)

    # -- the kernel -------------------------------------------------------------------------------------------------

    def _bring(self, wanted: Wanted, due: list[Isolation], now: float) -> None:
        try:
            if due:
                self._make(wanted, due, now)
            elif self._in_kernel is not None and self._able:
                nft(REMOVE)
                self._in_kernel = None
        except (NftError, ValueError) as problem:
            log.warning("%s", problem)
            self._in_kernel, self._failed_at = UNKNOWN, time.monotonic()
            for isolation in due:
                self._note(isolation.number, Outcome.FAILING, now, str(problem))
            return
        for isolation in due:
            self._note(isolation.number, Outcome.APPLIED, now)

    def _make(self, wanted: Wanted, due: list[Isolation], now: float) -> None:
        near = (*self._home_net(), *self._wire().resolvers_at(now))
        content = (due, near, wanted.open_networks(), wanted.opening.name_service)
        if content == self._in_kernel and time.monotonic() - self._made_at < AGAIN_S:
            return
        text = ruleset(
            self._wan,
            [(isolation, wanted.left_s(isolation, now)) for isolation in due],
            near=near,
            open_networks=wanted.open_networks(),
            name_service=wanted.opening.name_service,
        )
        nft(text)
        self._in_kernel, self._made_at = content, time.monotonic()

    def _wire(self) -> WireFacts:
        return wire_facts_read(self._state_dir)

    # -- telling ----------------------------------------------------------------------------------------------------

    def _note(self, number: int, outcome: Outcome, now: float, detail: str = "") -> None:
        known = self._results.get(number)
        if known is not None and (known.outcome, known.detail) == (outcome, detail):
            return
        self._results[number] = Result(outcome, round(now, 3), detail[:300])
        log.info("isolation %d: %s %s", number, outcome, detail)

    def _write(self, now: float) -> None:
        kept = sorted(self._results.items(), key=lambda each: (each[1].outcome == Outcome.APPLIED, each[1].at))
        fresh = [each for each in kept if each[1].outcome == Outcome.APPLIED or now - each[1].at < KEPT_S]
        self._results = dict(fresh[-MOST_KEPT:])
        state = Isolated(self._able, dict(self._results))
        if state == self._written:
            return
        with suppress(OSError):  # the disk is full: what is in force stays so, the file is written at a later look
            isolated_write(self._state_dir, state)
            self._written = state


def _kernel_is_able() -> bool:
    """Whether a table can be made."""
    try:
        nft("add table bridge otasuke_probe\ndelete table bridge otasuke_probe\n")
    except NftError as problem:
        log.warning("no machine can be cut off here: %s", problem)
        return False
    return True


def refusal(mac: str, wire: WireFacts, at_wan: set[str], own: set[str], now: float) -> str:
    """Why a machine cannot or must not be cut off here, as a code; "" when it may be."""
    if mac in own:
        return "own"
    if mac in wire.routers_at(now):
        return "router"
    if mac in at_wan:
        return "router_side"
    placement = wire.placement(now)
    return placement if placement in ("swapped", "above_router") else ""
