"""Which detections a change of grading is about; plain data, no database.

The same functions decide at grading (alerts.reading) and when a proposal is tried on the past (alerts.tuning.replay).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

# What finds files stays as it is: whether a file is stopped is decided by its hash (sensors.shared_files).
UNTOUCHED = "av"


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a detection is about: the firm's machine, and the other end by its name ("" without one) and address."""

    signature_id: int
    direction: str
    ip: str
    mac: str
    host: str
    peer: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Detections by one mark; the narrower, the more of the rest is given. "" stands for any.

    `device`: MAC or address of a machine inside. `destination`: an address, a network, or a name with those below it.
    """

    signature_id: int
    direction: str = ""
    device: str = ""
    destination: str = ""

    def fits(self, traffic: Traffic) -> bool:
        """Whether a detection is meant."""
        if traffic.signature_id != self.signature_id or self.direction not in ("", traffic.direction):
            return False
        if self.device and self.device not in (traffic.mac, traffic.ip):
            return False
        return not self.destination or _leads_to(traffic, self.destination)


def _leads_to(traffic: Traffic, destination: str) -> bool:
    host = traffic.host.casefold().rstrip(".")
    if host == destination or host.endswith(f".{destination}"):
        return True
    if traffic.peer == destination:
        return True
    if "/" not in destination:
        return False
    try:
        return ip_address(traffic.peer) in ip_network(destination)
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Tuned:
    """A change in force: the row's number, what it is about, the importance it gives (0: a mere record)."""

    id: int
    pattern: Pattern
    grade: int


class Tunings:
    """The changes in force for one firm: of several that fit, the first counts."""

    def __init__(self, rows: Iterable[Tuned] = ()) -> None:
        self._by_signature: dict[int, list[Tuned]] = {}
        for row in rows:
            self._by_signature.setdefault(row.pattern.signature_id, []).append(row)

    def about(self, signature_id: int | None) -> bool:
        """Whether any is about this mark: most events are done with after this look."""
        return signature_id in self._by_signature

    def first(self, traffic: Traffic) -> Tuned | None:
        """The change that counts for a detection."""
        rows = self._by_signature.get(traffic.signature_id, ())
        return next((row for row in rows if row.pattern.fits(traffic)), None)
