"""Which machine may be cut off, and when nobody of the firm needs to be asked. Plain rules on plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Any, Final

from notifications.hours import BusinessHours

# After its end a box that does not report is taken to have ended it: it does so by itself.
GRACE: Final = timedelta(minutes=5)
MOST_ADDRESSES: Final = 16


class Why(StrEnum):
    """Why a machine is not cut off."""

    ROUTER = "router"  # never: everybody behind it would be cut off
    BOX_UNABLE = "box_unable"  # its programs are too old, or its kernel cannot
    BOX_MISPLACED = "box_misplaced"  # above the router, or with its cables swapped: it would cut off the wrong side
    NO_BOX = "no_box"  # given back, or not in use yet


@dataclass(frozen=True)
class BoxFacts:
    """What a box last said that matters here."""

    able: bool
    gateway: str
    routers: frozenset[str]
    placement: str


def box_facts(heartbeat: Mapping[str, Any]) -> BoxFacts:
    """From a heartbeat as it was stored; whatever is missing or strange counts as not said."""
    isolation, line, routers = (heartbeat.get(name) for name in ("isolation", "line", "routers"))
    return BoxFacts(
        able=isinstance(isolation, dict) and isolation.get("able") is True,
        gateway=str(line.get("gateway") or "") if isinstance(line, dict) else "",
        routers=frozenset(str(mac) for mac in routers) if isinstance(routers, list) else frozenset(),
        placement=str(heartbeat.get("placement") or ""),
    )


def refusal_of(*, mac: str, address: str, box: BoxFacts, active: bool) -> Why | None:
    """Why this machine is not cut off by this box; None when it may be."""
    if mac in box.routers or (address and address == box.gateway):
        return Why.ROUTER
    if not active:
        return Why.NO_BOX
    if box.placement in ("above_router", "swapped"):
        return Why.BOX_MISPLACED
    return None if box.able else Why.BOX_UNABLE


def addresses_meant(addresses: Iterable[str], *, networks: Iterable[str], box: BoxFacts) -> list[str]:
    """Of a machine's addresses those inside the firm's networks, without the router's; each once, in one spelling."""
    inside = [ip_network(network, strict=False) for network in networks]
    read = {ip_address(address) for address in addresses if address}
    meant = sorted(str(each) for each in read if any(each in network for network in inside))
    return [address for address in meant if address != box.gateway][:MOST_ADDRESSES]


def is_night(hours: BusinessHours, at: datetime) -> bool:
    """Whether nobody of the firm is there to be asked: outside the hours it named with its consent."""
    return not hours.is_open(at)
