"""The kernel's rules that cut machines off: a table of the bridge family for nft(8).

They stand between the WAN port and whatever else the bridge holds, so they work with the engine and around it, in
kernel memory, without any of our programs. The direction is part of every rule: what stands at the router's side, the
router above all, is never cut off. Each machine's entry ends by itself.

LAN machine ── … ── bridge ── WAN port ── router        `outward`: to the router's side, `inward`: from it
"""

import ipaddress
import math
from collections.abc import Iterable, Mapping, Sequence

from sensor_agent.isolation import Isolation

TABLE = "otasuke"
REMOVE = f"add table bridge {TABLE}\ndelete table bridge {TABLE}\n"
_PRIORITY = -200  # where the bridge family filters
_NEAR_ALWAYS = ("255.255.255.255/32", "fe80::/10", "ff02::/16")  # DHCP, what is of this wire only (RFC 4291)
_FROM_MACHINE = "nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert"
_FROM_ROUTER = "nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert"


def ruleset(
    wan: str,
    machines: Sequence[tuple[Isolation, float]],
    *,
    near: Iterable[str],
    open_networks: Iterable[str],
    name_service: bool,
) -> str:
    """Text for `nft -f -` that replaces the table in one step.

    `machines`: with the seconds each has left. `near`: the firm's own networks and its resolvers, where DHCP and name
    service may be asked; `open_networks`: open whatever is spoken.
    """
    near, open_networks = [*near, *_NEAR_ALWAYS], [*open_networks]
    macs = _longest((isolation.mac, left) for isolation, left in machines)
    addresses = _longest((address, left) for isolation, left in machines for address in isolation.addresses)
    sets = [
        _set("machines", "ether_addr", "timeout", _timed(macs)),
        _set("addresses4", "ipv4_addr", "timeout", _timed(addresses, without=":")),
        _set("addresses6", "ipv6_addr", "timeout", _timed(addresses, without=".")),
        _set("near4", "ipv4_addr", "interval", _networks4(near)),
        _set("near6", "ipv6_addr", "interval", _networks6(near)),
        _set("open4", "ipv4_addr", "interval", _networks4(open_networks)),
        _set("open6", "ipv6_addr", "interval", _networks6(open_networks)),
    ]
    forward = [
        f"type filter hook forward priority {_PRIORITY}; policy accept;",
        f'oifname "{wan}" ether saddr @machines jump outward',
        f'oifname "{wan}" ip saddr @addresses4 jump outward',
        f'oifname "{wan}" ip6 saddr @addresses6 jump outward',
        f'iifname "{wan}" ether daddr @machines jump inward',
        f'iifname "{wan}" ip daddr @addresses4 jump inward',
        f'iifname "{wan}" ip6 daddr @addresses6 jump inward',
    ]
    outward = [
        "ether type arp accept",
        "ip daddr @near4 udp sport 68 udp dport 67 accept",
        "ip6 daddr @near6 udp sport 546 udp dport 547 accept",
        f"icmpv6 type {{ {_FROM_MACHINE} }} accept",
        *(_name_service("daddr", "dport") if name_service else ()),
        "ip daddr @open4 accept",
        "ip6 daddr @open6 accept",
        "counter drop",
    ]
    inward = [
        "ether type arp accept",
        "ip saddr @near4 udp sport 67 udp dport 68 accept",
        "ip6 saddr @near6 udp sport 547 udp dport 546 accept",
        f"icmpv6 type {{ {_FROM_ROUTER} }} accept",
        *(_name_service("saddr", "sport") if name_service else ()),
        "ip saddr @open4 accept",
        "ip6 saddr @open6 accept",
        "counter drop",
    ]
    chains = {"outward": outward, "inward": inward, "forward": forward}
    blocks = [*sets, *(_block("chain", name, lines) for name, lines in chains.items())]
    return f"{REMOVE}table bridge {TABLE} {{\n{''.join(blocks)}}}\n"


def _name_service(end: str, port: str) -> list[str]:
    """DNS with the resolvers of the firm's own network only: to anywhere it would carry data out."""
    speaks = f"meta l4proto {{ tcp, udp }} th {port} 53 accept"
    return [f"ip {end} @near4 {speaks}", f"ip6 {end} @near6 {speaks}"]


def _longest(ends: Iterable[tuple[str, float]]) -> dict[str, float]:
    longest = dict[str, float]()
    for element, left in ends:
        longest[element] = max(left, longest.get(element, 0.0))
    return longest


def _timed(ends: Mapping[str, float], *, without: str = "-") -> list[str]:
    return [f"{element} timeout {max(1, math.ceil(left))}s" for element, left in ends.items() if without not in element]


def _networks4(networks: Iterable[str]) -> list[str]:
    """Each once, without those inside another: nft refuses overlaps."""
    read = (ipaddress.IPv4Network(network) for network in networks if ":" not in network)
    return [str(network) for network in ipaddress.collapse_addresses(read)]


def _networks6(networks: Iterable[str]) -> list[str]:
    read = (ipaddress.IPv6Network(network) for network in networks if ":" in network)
    return [str(network) for network in ipaddress.collapse_addresses(read)]


def _set(name: str, kind: str, flags: str, elements: list[str]) -> str:
    filled = [f"elements = {{ {', '.join(elements)} }}"] if elements else []
    return _block("set", name, [f"type {kind}", f"flags {flags}", *filled])


def _block(what: str, name: str, lines: list[str]) -> str:
    inside = "".join(f"    {line}\n" for line in lines)
    return f"  {what} {name} {{\n{inside}  }}\n"
