"""Which port leads to the router, and whether the box sits in the right place: by listening and a few ARP questions."""

import fcntl
import select
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sensor_agent.bridge import BRIDGE, BRIDGE_SIDE, ENGINE_SIDE, ip
from sensor_agent.probe import IN_ENGINE, IN_OUTSIDE, OUT_ENGINE, OUT_OUTSIDE

LISTEN_S = 8.0
_ALL, _ARP, _IPV4, _IPV6, _PPPOE = 0x0003, 0x0806, 0x0800, 0x86DD, (0x8863, 0x8864)
_DEVICES = Path("/sys/class/net")
_OURS = {BRIDGE, BRIDGE_SIDE, ENGINE_SIDE, IN_ENGINE, IN_OUTSIDE, OUT_ENGINE, OUT_OUTSIDE, "lo"}


class UndecidedError(Exception):
    """The ports cannot be distinguished; the text names the ports."""


@dataclass
class PortTraffic:
    """What one port heard."""

    asked_for: set[str] = field(default_factory=set)  # addresses hosts there asked for
    answered: set[str] = field(default_factory=set)  # addresses that answered our questions there
    router: bool = False  # a router advertisement, or a DHCP server's offer
    client: bool = False  # a machine asked for an address
    pppoe: bool = False


@dataclass(frozen=True)
class Ports:
    """The two ports, and what they heard."""

    lan: str
    wan: str
    traffic: dict[str, PortTraffic]

    @property
    def above_router(self) -> bool:
        """PPPoE passes the box: it sits between the router and the line, where it sees nothing of the LAN."""
        return any(each.pppoe for each in self.traffic.values())


def candidates() -> list[str]:
    """Wired ports of this machine (bridges, wireless and our own devices left out), in the order of their names."""
    ports = []
    for device in sorted(_DEVICES.iterdir()):
        wireless = (device / "wireless").exists() or (device / "phy80211").exists()
        bridge = (device / "bridge").exists()
        ethernet = (device / "type").read_text().strip() == "1"
        if device.name not in _OURS and ethernet and not wireless and not bridge:
            ports.append(device.name)
    return ports


def default_port() -> str | None:
    """The port of the default route."""
    for line in Path("/proc/net/route").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1] == "00000000":
            return fields[0]
    return None


def addressed(port: str) -> bool:
    """Whether this machine has an IPv4 address on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        try:
            fcntl.ioctl(control.fileno(), 0x8915, struct.pack("256s", port.encode()))  # SIOCGIFADDR
        except OSError:
            return False
    return True


def pair_of(ports: Iterable[str]) -> tuple[str, str]:
    """The two ports to join: with more than two, the one this machine talks over is left out. Raises UndecidedError."""
    left = list(ports)
    if len(left) > 2:
        left = [port for port in left if port != default_port() and not addressed(port)]
    if len(left) != 2:
        raise UndecidedError(", ".join(left) or "-")
    return left[0], left[1]


def ports_recognise(pair: tuple[str, str], listen_s: float = LISTEN_S) -> Ports:
    """Listen at both ports and ask at each what machines at the other ask for. Raises UndecidedError."""
    for port in pair:
        ip("link", "set", port, "up", "promisc", "on")
    traffic = listen(pair, listen_s)
    default = default_port()
    for wan, lan in (pair, pair[::-1]):
        upstream = traffic[wan].router or traffic[wan].answered & traffic[lan].asked_for or default == wan
        if upstream and not traffic[lan].router and default != lan:
            return Ports(lan, wan, traffic)
    first, second = pair
    if traffic[first].client != traffic[second].client:
        return Ports(first, second, traffic) if traffic[first].client else Ports(second, first, traffic)
    raise UndecidedError(", ".join(pair))


def listen(pair: tuple[str, str], listen_s: float) -> dict[str, PortTraffic]:
    """What each port hears in that time. An address that machines at one port ask for is asked for at the other."""
    traffic = {port: PortTraffic() for port in pair}
    sockets = {port: _open(port) for port in pair}
    try:
        until = time.monotonic() + listen_s
        while (left := until - time.monotonic()) > 0:
            for ready in select.select(list(sockets.values()), [], [], left)[0]:
                port = next(name for name, each in sockets.items() if each is ready)
                frame, address = ready.recvfrom(2048)
                if address[2] == socket.PACKET_OUTGOING:
                    continue
                target = frame_take(frame, traffic[port])
                if target is not None:
                    other = pair[1] if port == pair[0] else pair[0]
                    _ask(sockets[other], target)
    finally:
        for each in sockets.values():
            each.close()
    return traffic


def frame_take(frame: bytes, traffic: PortTraffic) -> str | None:
    """Note what a frame shows. → the address a host asks for in it, if it asks."""
    if len(frame) < 34:
        return None
    (kind,) = struct.unpack_from("!H", frame, 12)
    body = frame[14:]
    if kind in _PPPOE:
        traffic.pppoe = True
    elif kind == _ARP and len(body) >= 28:
        (operation,) = struct.unpack_from("!H", body, 6)
        if operation == 2:
            traffic.answered.add(socket.inet_ntoa(body[14:18]))
        elif operation == 1 and body[14:18] != b"\0\0\0\0":
            target = socket.inet_ntoa(body[24:28])
            traffic.asked_for.add(target)
            return target
    elif kind == _IPV4 and body[9] == 17 and len(body) >= 28:
        (source,) = struct.unpack_from("!H", body, (body[0] & 15) * 4)
        traffic.router |= source == 67
        traffic.client |= source == 68
    elif kind == _IPV6 and len(body) > 40 and body[6] == 58:
        traffic.router |= body[40] == 134
    return None


def _open(port: str) -> socket.socket:
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
    opened.bind((port, _ALL))
    return opened


def _ask(mouth: socket.socket, target: str) -> None:
    """An ARP probe (RFC 5227): it enters nobody's table."""
    own = mouth.getsockname()[4]
    question = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, own, b"\0\0\0\0", b"\0" * 6, socket.inet_aton(target))
    mouth.send(b"\xff" * 6 + own + struct.pack("!H", _ARP) + question.ljust(46, b"\0"))
