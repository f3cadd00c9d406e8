"""Which way the harm goes: inbound, outbound or inside (OSK 表3-7, 表4-22).

The side that opened the flow and the side that is attacked decide, never the packet's sender: the answer of a
command server (`to_client`) to an infected machine is still outbound.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from alerts.eve import Event

Network = IPv4Network | IPv6Network


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    EXTERNAL = "external"  # both ends outside HOME_NET: the box's HOME_NET setting is probably wrong
    UNKNOWN = "unknown"  # an end is missing: decoder events, broken packets


LABELS: dict[Direction, dict[str, str]] = {
    Direction.INBOUND: {"ja": "外部からの攻撃", "en": "Attack from outside"},
    Direction.OUTBOUND: {"ja": "外部への不正通信", "en": "Malicious traffic to the outside"},
    Direction.INTERNAL: {"ja": "内部の脆弱性", "en": "Internal weakness"},
    Direction.EXTERNAL: {"ja": "外部どうしの通信", "en": "Traffic between outside addresses"},
    Direction.UNKNOWN: {"ja": "方向不明", "en": "Direction unknown"},
}

DEFAULT_HOME_NET = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10")


class HomeNet:
    """The networks of the firm. Hashed by identity: build it once and keep it."""

    def __init__(self, networks: tuple[str, ...] = DEFAULT_HOME_NET) -> None:
        """Raises ValueError when a network cannot be read."""
        self.networks: tuple[Network, ...] = tuple(ip_network(text.strip(), strict=False) for text in networks)
        self._contains = lru_cache(maxsize=65536)(self._look_up)

    def contains(self, ip: str) -> bool:
        """Whether the address is inside. Group and broadcast addresses, link-local and loopback never leave the
        firm's own wire and count as inside."""
        return self._contains(ip)

    def _look_up(self, ip: str) -> bool:
        address: IPv4Address | IPv6Address = ip_address(ip)
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if _stays_on_the_wire(address):
            return True
        return any(address.version == network.version and address in network for network in self.networks)


def _stays_on_the_wire(address: IPv4Address | IPv6Address) -> bool:
    return (
        address.is_multicast
        or address.is_link_local
        or address.is_loopback
        or address.is_unspecified
        or str(address) == "255.255.255.255"
    )


DEFAULT = HomeNet()


@dataclass(frozen=True, slots=True)
class End:
    """One end of a flow. `mac` only when the sensor logs it and only truly the device's on the LAN side."""

    ip: str | None
    port: int | None
    mac: str | None


def opener_is_sender(event: Event) -> bool:
    """Whether the alerting packet was sent by the side that opened the flow."""
    flow = event.flow
    if flow is not None and flow.src_ip is not None and flow.src_ip != flow.dest_ip:
        if flow.src_ip == event.src_ip:
            return True
        if flow.src_ip == event.dest_ip:
            return False
    return packet_way(event) != "to_client"


def packet_way(event: Event) -> str | None:
    """`to_server` or `to_client`. Our antivirus event says it of the file: its source is the file's sender."""
    if event.direction is None and event.antivirus is not None:
        return event.antivirus.direction
    return event.direction


def file_way(event: Event) -> str | None:
    """The way the event's file went: our antivirus event says it itself."""
    return event.antivirus.direction if event.antivirus and event.antivirus.direction else event.direction


def addresses(event: Event) -> tuple[str | None, str | None]:
    """(opener, responder) of the flow. `flow` is believed before the packet: X-Forwarded-For in overwrite mode
    changes `src_ip` itself (EVE-NOTES 14)."""
    flow = event.flow
    if flow is not None and flow.src_ip is not None and flow.dest_ip is not None:
        return flow.src_ip, flow.dest_ip
    if packet_way(event) == "to_client":
        return event.dest_ip, event.src_ip
    return event.src_ip, event.dest_ip


def ends(event: Event) -> tuple[End, End]:
    """(opener, responder) with port and MAC."""
    sender_mac = event.ether.src_mac if event.ether else None
    receiver_mac = event.ether.dest_mac if event.ether else None
    sender = (event.src_port, sender_mac)
    receiver = (event.dest_port, receiver_mac)
    if not opener_is_sender(event):
        sender, receiver = receiver, sender
    opener_ip, responder_ip = addresses(event)
    flow = event.flow
    opener_port = flow.src_port if flow and flow.src_port is not None else sender[0]
    responder_port = flow.dest_port if flow and flow.dest_port is not None else receiver[0]
    return End(opener_ip, opener_port, sender[1]), End(responder_ip, responder_port, receiver[1])


def lan_device(event: Event, home_net: HomeNet = DEFAULT) -> End | None:
    """The firm's machine the alert is about: the opener when it is inside, else the inside responder."""
    for end in ends(event):
        if end.ip is not None and home_net.contains(end.ip):
            return end
    return None


def classify(event: Event, home_net: HomeNet = DEFAULT, *, attack: bool = False) -> Direction:
    """`attack` says the rule describes an attack on somebody (an exploit, an exploit kit's page): then an answer that
    attacks the LAN client which opened the flow is an attack from outside. Malware at work, phishing, stolen
    passwords, fraud and adware are none: that is the firm's own traffic going out, whatever side the rule fires on."""
    opener, responder = addresses(event)
    if opener is None or responder is None:
        return Direction.UNKNOWN
    opener_inside = home_net.contains(opener)
    if home_net.contains(responder):
        return Direction.INTERNAL if opener_inside else Direction.INBOUND
    if not opener_inside:
        return Direction.EXTERNAL
    if attack and _opener_is_attacked(event, opener):
        return Direction.INBOUND
    return Direction.OUTBOUND


def _opener_is_attacked(event: Event, opener: str) -> bool:
    target = event.alert.target if event.alert else None
    if target is not None and target.ip is not None:
        return target.ip == opener
    return packet_way(event) == "to_client"
