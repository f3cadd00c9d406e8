"""What machines on the wire say by themselves: names, where the router is, whether a PPPoE login passes the box;
and what connection the box itself has.

The guard listens at both ports, in whatever state it leads traffic; the kernel hands over only the few frames below. It
writes what it learnt to neighbours.json, which the agent reads.
"""

import contextlib
import ctypes
import json
import socket
import struct
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from select import select
from typing import Any

from sensor_agent.host_names import name_of, resolvers_of
from sensor_agent.line import gateway, line_facts

FILE = "neighbours.json"
MOST_NAMES = 500
MOST_ROUTERS, MOST_RESOLVERS = 8, 8
RESOLVER_HOLDS_S = 30 * 86_400.0  # a lease may be as long
HOLDS_S = 86_400.0  # an older observation says nothing about where the cables are now
WRITE_S = 5.0
LINE_S = 60.0
_ALL, _ARP, _IPV4, _IPV6, _DISCOVERY, _SESSION, _LCP = 0x0003, 0x0806, 0x0800, 0x86DD, 0x8863, 0x8864, 0xC021
_ATTACH_FILTER = 26  # linux/socket.h: SO_ATTACH_FILTER
_LOAD_HALF, _LOAD_BYTE, _LOAD_HEADER, _LOAD_HALF_X, _IS, _HAS, _RETURN = 0x28, 0x30, 0xB1, 0x48, 0x15, 0x45, 0x06


@dataclass
class WireFacts:
    """What is known of the wire. Times are seconds since 1970, 0.0 is never; `names` is by MAC address.

    `routers` (MAC addresses at the router's side) and `resolvers` (addresses the DHCP server names): when last seen.
    """

    pppoe: float = 0.0
    router_at_wan: float = 0.0
    router_at_lan: float = 0.0
    names: dict[str, str] = field(default_factory=dict)
    line: dict[str, Any] = field(default_factory=dict)  # line.facts_of
    routers: dict[str, float] = field(default_factory=dict)
    resolvers: dict[str, float] = field(default_factory=dict)

    def placement(self, now: float) -> str:
        """`above_router`: the login passes the box; `swapped`: the router is at the LAN port; `ok`; `` unknown yet."""
        recent = now - HOLDS_S
        if self.pppoe > recent:
            return "above_router"
        if self.router_at_lan > max(recent, self.router_at_wan):
            return "swapped"
        return "ok" if self.router_at_wan > recent else ""

    def routers_at(self, now: float) -> list[str]:
        """MAC addresses of routers at the side where they belong."""
        return sorted(mac for mac, at in self.routers.items() if at > now - HOLDS_S)

    def resolvers_at(self, now: float) -> list[str]:
        """Addresses of resolvers that machines were given."""
        return sorted(address for address, at in self.resolvers.items() if at > now - RESOLVER_HOLDS_S)


def wire_facts_read(state_dir: Path) -> WireFacts:
    """What the guard's ears last wrote; empty when there is nothing to read."""
    try:
        stored = json.loads((state_dir / FILE).read_text(encoding="utf-8"))
        facts = WireFacts(**stored)
        facts.names = {str(mac): str(name) for mac, name in facts.names.items()}
        facts.line = dict(facts.line)
        facts.routers = {str(mac): float(at) for mac, at in facts.routers.items()}
        facts.resolvers = {str(address): float(at) for address, at in facts.resolvers.items()}
        facts.placement(0.0)
    except (OSError, ValueError, TypeError, AttributeError):
        return WireFacts()
    return facts


class Neighbours(threading.Thread):
    """Listens at the LAN and the WAN port until the process ends."""

    def __init__(self, ports: tuple[str, str], state_dir: Path) -> None:
        super().__init__(name="neighbours", daemon=True)
        self._lan, self._wan = ports
        self._path = state_dir / FILE
        self._ranks: dict[str, int] = {}
        self._changed = False
        self._written_at = self._looked_at = -LINE_S
        self.facts = wire_facts_read(state_dir)

    def run(self) -> None:
        while True:
            with contextlib.suppress(OSError):  # a port may be gone for a moment
                self._listen()
            time.sleep(1.0)

    def _listen(self) -> None:
        with _ear(self._lan) as lan, _ear(self._wan) as wan:
            while True:
                for ear in select([lan, wan], [], [], WRITE_S)[0]:
                    frame, address = ear.recvfrom(2048)
                    if address[2] != socket.PACKET_OUTGOING:
                        self.take(frame, at_lan=ear is lan, now=time.time())
                self._look_at_line()
                self._write_when_due()

    def take(self, frame: bytes, *, at_lan: bool, now: float) -> None:
        """Learn from one Ethernet frame that came in at a port; anything strange is passed over."""
        if len(frame) < 34:
            return
        (kind,) = struct.unpack_from("!H", frame, 12)
        if kind in (_DISCOVERY, _SESSION):
            self.facts.pppoe, self._changed = now, True
        elif _from_router(frame, kind):
            if at_lan:
                self.facts.router_at_lan = now
            else:
                self.facts.router_at_wan = now
                _keep(self.facts.routers, frame[6:12].hex(":"), now, MOST_ROUTERS)
            for resolver in resolvers_of(frame) if kind == _IPV4 else ():
                _keep(self.facts.resolvers, resolver, now, MOST_RESOLVERS)
            self._changed = True
        elif at_lan and (ranked_name := name_of(frame)) is not None:
            self._learn_name(frame[6:12].hex(":"), *ranked_name)

    def _learn_name(self, mac: str, rank: int, name: str) -> None:
        """Keep a name unless a better source named the machine; when there are too many, the first goes."""
        names = self.facts.names
        if rank < self._ranks.get(mac, 0) or names.get(mac) == name:
            return
        if mac not in names and len(names) >= MOST_NAMES:
            oldest = next(iter(names))
            del names[oldest]
            self._ranks.pop(oldest, None)
        self._ranks[mac] = rank
        names[mac] = name
        self._changed = True

    def _look_at_line(self) -> None:
        if time.monotonic() - self._looked_at < LINE_S:
            return
        self._looked_at = time.monotonic()
        if (line := line_facts()) != self.facts.line:
            self.facts.line, self._changed = line, True

    def _write_when_due(self) -> None:
        if not self._changed or time.monotonic() - self._written_at < WRITE_S:
            return
        self._written_at, self._changed = time.monotonic(), False
        temporary = self._path.with_suffix(".tmp")
        with contextlib.suppress(OSError):  # the disk is full: written at a later try
            temporary.write_text(json.dumps(asdict(self.facts)), encoding="utf-8")
            temporary.rename(self._path)


def _keep(seen: dict[str, float], what: str, now: float, most: int) -> None:
    """Note when something was seen; when there are too many, what was seen first goes."""
    seen.pop(what, None)
    seen[what] = now
    while len(seen) > most:
        del seen[next(iter(seen))]


def _from_router(frame: bytes, kind: int) -> bool:
    """A router advertisement of this wire, a DHCP server's answer, or an ARP answer of our own gateway."""
    if kind == _IPV6:
        return len(frame) > 54 and frame[20] == 58 and frame[21] == 255 and frame[54] == 134
    if kind == _IPV4:
        at = 14 + (frame[14] & 15) * 4
        return frame[23] == 17 and len(frame) >= at + 4 and struct.unpack_from("!HH", frame, at) == (67, 68)
    if kind == _ARP and len(frame) >= 42 and frame[20:22] == b"\0\2":
        ours = gateway(Path("/proc/net/route").read_text(encoding="ascii"))
        return ours is not None and socket.inet_aton(ours[1]) == frame[28:32]
    return False


def _ear(port: str) -> socket.socket:
    """A socket that hears what comes in at a port and is of use to `take`; the kernel drops the rest."""
    ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    try:
        program = _program()
        steps = (ctypes.c_char * len(program)).from_buffer_copy(program)
        described = struct.pack("HL", len(program) // 8, ctypes.addressof(steps))
        ear.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, described)
        ear.bind((port, _ALL))
    except OSError:
        ear.close()
        raise
    return ear


def _program(steps: Mapping[str, list[tuple[int, int, str, str]]] | None = None) -> bytes:
    """The filter for the kernel (classic BPF): each step is (operation, number, label when true, label when false)."""
    lines = [(label, step) for label, part in (steps or _STEPS).items() for step in part]
    first: dict[str, int] = {}
    for number, (label, _step) in enumerate(lines):
        first.setdefault(label, number)
    code = b""
    for number, (_label, (operation, value, yes, no)) in enumerate(lines):
        jumps = [first[to] - number - 1 if to else 0 for to in (yes, no)]
        code += struct.pack("HBBI", operation, *jumps, value)
    return code


# PPPoE discovery and LCP (not its sessions' data), ARP answers, router advertisements, DHCP, mDNS and NetBIOS names.
_STEPS: dict[str, list[tuple[int, int, str, str]]] = {
    "kind": [(_LOAD_HALF, 12, "", ""), (_IS, _DISCOVERY, "take", "kind session")],
    "kind session": [(_IS, _SESSION, "session", "kind arp")],
    "kind arp": [(_IS, _ARP, "arp", "kind v6")],
    "kind v6": [(_IS, _IPV6, "v6", "kind v4")],
    "kind v4": [(_IS, _IPV4, "v4", "leave")],
    "session": [(_LOAD_HALF, 20, "", ""), (_IS, _LCP, "take", "leave")],
    "arp": [(_LOAD_HALF, 20, "", ""), (_IS, 2, "take", "leave")],
    "v6": [(_LOAD_BYTE, 20, "", ""), (_IS, 58, "v6 kind", "leave")],
    "v6 kind": [(_LOAD_BYTE, 54, "", ""), (_IS, 134, "take", "leave")],
    "v4": [(_LOAD_BYTE, 23, "", ""), (_IS, 17, "udp", "leave")],
    "udp": [(_LOAD_HALF, 20, "", ""), (_HAS, 0x1FFF, "leave", "ports")],  # a later fragment has no ports
    "ports": [(_LOAD_HEADER, 14, "", ""), (_LOAD_HALF_X, 14, "", ""), (_IS, 67, "take", "to")],
    "to": [(_LOAD_HALF_X, 16, "", ""), (_IS, 67, "take", "to mdns")],
    "to mdns": [(_IS, 5353, "take", "to netbios")],
    "to netbios": [(_IS, 137, "take", "leave")],
    "leave": [(_RETURN, 0, "", "")],
    "take": [(_RETURN, 0xFFFF, "", "")],
}
