"""The agent's part of cutting machines off: what an order wants becomes the guard's file, its outcome is reported."""

import ipaddress
import logging
import socket
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sensor_agent.clock import Clock
from sensor_agent.config import Config
from sensor_agent.isolation import (
    Opening,
    Wanted,
    WantedUnreadable,
    by_this_clock,
    isolated_read,
    wanted_read,
    wanted_write,
)
from sensor_agent.order import Order

LOOK_UP_S = 60.0
GIVEN_S = 3600.0  # an address the names no longer have is closed after this time
log = logging.getLogger(__name__)
Reports = dict[str, tuple[str, str, str]]


class Isolations:
    """Belongs to the thread that asks for orders. `platform_url`: that host stays open to isolated machines."""

    def __init__(self, config: Config, clock: Clock, platform_url: str) -> None:
        self._state_dir = config.state_dir
        self._clock = clock
        self._platform_host = urlsplit(platform_url).hostname or ""
        self._looked_up_at = -LOOK_UP_S
        self._acknowledged: Reports = {}

    def take(self, order: Order) -> None:
        """Have the guard do what an order says, before the engine is asked about the rest of it. Raises OSError."""
        try:
            before = wanted_read(self._state_dir)
        except WantedUnreadable as problem:
            log.warning("written anew: %s", problem)
            before = None
        isolations = by_this_clock(order.isolations, self._clock.offset_ms / 1000)
        if before is not None and not isolations and not before.isolations:
            return
        looked_up = before.looked_up if before is not None and _names_stay(before.opening, order.opening) else {}
        wanted_write(self._state_dir, Wanted(time.time(), isolations, order.opening, looked_up))
        self._looked_up_at = -LOOK_UP_S

    def look_up(self) -> None:
        """While a machine is cut off: find the addresses of names that stay open, once a minute. Raises OSError."""
        if time.monotonic() - self._looked_up_at < LOOK_UP_S:
            return
        self._looked_up_at = time.monotonic()
        try:
            wanted, now = wanted_read(self._state_dir), time.time()
        except WantedUnreadable:  # the guard complains, the next order writes it anew
            return
        if not wanted.isolations:
            return
        names = [*wanted.opening.names, *([self._platform_host] if wanted.opening.platform else [])]
        known = {address: at for address, at in wanted.looked_up.items() if at > now - GIVEN_S}
        looked_up = known | dict.fromkeys(addresses_of(names), now)
        if set(looked_up) != set(wanted.looked_up) or now - min(wanted.looked_up.values(), default=now) > GIVEN_S / 2:
            wanted_write(self._state_dir, replace(wanted, looked_up=looked_up))

    def reports(self) -> Reports:
        """What became of each, by its number: outcome, platform time, detail."""
        offset_s = self._clock.offset_ms / 1000
        results = isolated_read(self._state_dir).results
        return {
            str(number): (
                result.outcome,
                datetime.fromtimestamp(result.at + offset_s, UTC).isoformat(timespec="milliseconds"),
                result.detail,
            )
            for number, result in results.items()
        }

    def acknowledge(self, reports: Reports) -> None:
        """The platform has taken these."""
        self._acknowledged = reports

    def has_news(self) -> bool:
        """Whether something became of one that the platform has not heard."""
        return _outcomes(self.reports()) != _outcomes(self._acknowledged)


def _names_stay(before: Opening, now: Opening) -> bool:
    return before.names == now.names and before.platform == now.platform


def _outcomes(reports: Reports) -> dict[str, str]:
    return {number: outcome for number, (outcome, _at, _detail) in reports.items()}


def addresses_of(names: Iterable[str]) -> set[str]:
    """Addresses the resolver of this machine gives for names now; a name nobody knows gives none."""
    addresses = set[str]()
    for name in names:
        try:
            answers = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as problem:
            log.info("%s: %s", name, problem)
            continue
        for *_, end in answers:
            address = ipaddress.ip_address(str(end[0]).partition("%")[0])
            addresses.add(str(address))
    return addresses
