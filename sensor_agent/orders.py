"""Orders are pulled, checked, tried by the engine before they count, and taken back when the box fares badly after."""

import base64
import binascii
import json
import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sensor_agent import protection, suricata
from sensor_agent.clock import Clock
from sensor_agent.config import Config
from sensor_agent.filestore import KnownFiles
from sensor_agent.guard_keeper import GuardKeeper
from sensor_agent.heartbeat import Heart
from sensor_agent.identity import Identity, platform_key_today
from sensor_agent.isolations import Isolations
from sensor_agent.order import Order, OrderRefusedError, OrderStore, order_verify, record_read, record_write
from sensor_agent.platform import Platform, UnreachableError
from sensor_agent.ship import backoff_s

RELOAD_S = 180.0
NEWS_S = 0.5
SETTLE_S = 3.0  # the engine must have inspected so long with the new order
CONFIRM_S = 90.0  # and the platform must have heard from the box
log = logging.getLogger(__name__)


@dataclass
class Parts:
    """What an order acts on."""

    known: KnownFiles
    guard: GuardKeeper | None
    heart: Heart
    hits: Callable[[], Mapping[int, tuple[int, str]]]
    in_force: Callable[[Order | None], None]
    isolations: Isolations


class Orders:
    """`run` blocks until `stop` is set."""

    def __init__(self, config: Config, platform: Platform, identity: Identity, clock: Clock, parts: Parts) -> None:
        self._config = config
        self._platform = platform
        self._identity = identity
        self._clock = clock
        self._parts = parts
        self._store = OrderStore(config.state_dir)
        self._record: dict[str, Any] = record_read(config.state_dir)
        self._engine = suricata.CommandSocket(config.suricata.command_socket, RELOAD_S)

    def run(self, stop: threading.Event) -> None:
        if self._record.get("state") == "applying":
            self._confirm(stop)  # killed while an order was being tried
        failures = 0
        while not stop.is_set():
            try:
                again = self.pull(stop)
                failures = 0
                if again:
                    continue  # tell at once how it went
            except (UnreachableError, OSError, suricata.SuricataError) as problem:
                failures += 1
                log.info("orders: %s", problem)
            wait = backoff_s(failures, None) if failures else self._config.orders_s
            wait *= random.uniform(0.9, 1.1)  # noqa: S311 - spreading, not secrecy
            self._rest(stop, wait, listens=not failures)

    def _rest(self, stop: threading.Event, seconds: float, *, listens: bool) -> None:
        """Wait; what became of an isolation is told at once, unless the platform does not answer."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not stop.wait(min(NEWS_S, left)):
            if listens and self._parts.isolations.has_news():
                return

    def pull(self, stop: threading.Event) -> bool:
        """Ask once; True when there was an order. Raises UnreachableError, OSError."""
        state = {
            name: self._record.get(name, default) for name, default in (("seen", 0), ("state", ""), ("detail", ""))
        }
        self._parts.isolations.look_up()
        hits = {str(key): value for key, value in self._parts.hits().items()}
        reports = self._parts.isolations.reports()
        body = json.dumps({**state, "hits": hits, "isolations": reports}).encode()
        headers = self._headers("POST", "orders", body)
        answer = self._platform.request("POST", "orders", body, {**headers, "Content-Type": "application/json"})
        if answer.status == 200:
            self._parts.isolations.acknowledge(reports)
        if answer.status != 200 or not answer.data.get("manifest"):
            return False
        self._take(answer.data, stop)
        return True

    def _take(self, data: Mapping[str, Any], stop: threading.Event) -> None:
        seen = int(self._record.get("seen", 0))
        try:
            manifest, signature = (
                base64.b64decode(str(data[name]), validate=True) for name in ("manifest", "signature")
            )
            order = order_verify(
                manifest,
                signature,
                platform_key=platform_key_today(self._identity.device.platform_public_key, data.get("rotations")),
                device_id=self._identity.device.device_id,
                newer_than=seen,
                now=self._clock.now(),
            )
        except (OrderRefusedError, KeyError, binascii.Error) as problem:
            # Not shown to be the platform's: its number counts for nothing, or a forger could block real orders.
            log.warning("an order was refused: %s", problem)
            stop.wait(self._config.orders_s)
            return
        self._parts.isolations.take(order)
        if self._is_known_to_engine(order):
            self._store.replace(manifest)
            self._parts.in_force(order)
            self._note(order.version, "applied", "; ".join((*order.problems, *self._left_out())))
            return
        try:
            self._fetch(order)
            left_out = self._try(order)
        except (OrderRefusedError, suricata.SuricataError, ValueError) as problem:
            self._note(order.version, "refused", str(problem))
            return
        except (OSError, UnreachableError):
            raise  # this order again, later
        except Exception as problem:  # a fault of ours with this order must not stop the next one
            log.exception("order %d", order.version)
            self._note(order.version, "refused", repr(problem))
            return
        self._record["left_out"] = [each for each in left_out if each not in order.problems]
        self._note(order.version, "applying", "; ".join(left_out))
        self._store.replace(manifest)
        try:
            self._apply(order)
        except suricata.SuricataError as problem:
            self._take_back(order.version, f"the engine would not read it: {problem}")
            return
        self._confirm(stop)

    def _is_known_to_engine(self, order: Order) -> bool:
        """Whether it changes nothing about what the engine does: it needs no test, no reload and no time to settle."""
        current = self._store.current()
        return self._record.get("state") == "applied" and current is not None and current.same_for_engine(order)

    def _fetch(self, order: Order) -> None:
        for sha256 in (sha256 for hashes in order.files.values() for sha256 in hashes):
            if self._store.has(sha256):
                continue
            name = f"files/{sha256}"
            answer, content = self._platform.download(name, self._headers("GET", name, b""))
            if answer.status != 200:
                raise UnreachableError(f"{name}: {answer.status}")
            self._store.file_store(sha256, content)

    def _try(self, order: Order) -> tuple[str, ...]:
        """Write everything beside what is in use and let the engine test it first.

        → what had to be left out: one bad suppression or name must not keep the rest from the box.
        """
        aside = self._config.state_dir / "orders" / "tried"
        tried = replace(self._config, suricata=replace(self._config.suricata, work_dir=aside))
        left_out = protection.write(tried, order, self._store)
        protection.ordered_hashes(order, self._store)
        if self._config.suricata.run:
            suricata.configuration_test(tried.suricata)
        return left_out

    def _apply(self, order: Order | None) -> None:
        protection.write(self._config, order, self._store)
        self._parts.known.order(protection.ordered_hashes(order, self._store))
        self._parts.in_force(order)
        if self._config.suricata.run:
            try:
                self._engine.rules_reload()
            except OSError as problem:
                log.info("the engine reads it at its next start: %s", problem)
        self._store.tidy()

    def _confirm(self, stop: threading.Event) -> None:
        """Keep the order when the box fares well with it, else go back to the one before."""
        version, began = int(self._record["seen"]), time.monotonic()
        deaths = self._deaths()
        while not stop.is_set():
            waited = time.monotonic() - began
            if self._deaths() != deaths:
                return self._take_back(version, "the engine ended after it was applied")
            if waited > SETTLE_S and self._inspecting() and self._parts.heart.answered_since(began):
                return self._note(version, "applied", str(self._record.get("detail", "")))
            if waited > CONFIRM_S:
                reason = "the platform could not be reached" if self._inspecting() else "the engine did not inspect"
                return self._take_back(version, f"{reason} after it was applied")
            self._parts.heart.soon()
            stop.wait(0.5)
        return None

    def _take_back(self, version: int, reason: str) -> None:
        log.warning("order %d is taken back: %s", version, reason)
        self._store.go_back()
        self._apply(self._store.current())
        self._note(version, "rolled_back", reason)

    def _left_out(self) -> list[str]:
        """What the engine's part of the order in force had to do without."""
        kept = self._record.get("left_out")
        return [str(each) for each in kept] if isinstance(kept, list) else []

    def _note(self, version: int, state: str, detail: str) -> None:
        self._record |= {"seen": version, "state": state, "detail": detail[-500:]}
        record_write(self._config.state_dir, self._record)
        log.info("order %d: %s %s", version, state, detail)

    def _inspecting(self) -> bool:
        return self._parts.guard is None or self._parts.guard.inspecting

    def _deaths(self) -> int:
        report = self._parts.guard.report if self._parts.guard is not None else None
        return report.deaths + report.hangs if report is not None else 0

    def _headers(self, method: str, name: str, body: bytes) -> dict[str, str]:
        return self._identity.headers(method, self._platform.path(name), body, self._clock.now(), self._clock.offset_ms)
