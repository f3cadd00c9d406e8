"""The firm's IPv6 networks, learnt from what its router says: IPoE lines give every machine a global address."""

import contextlib
import ipaddress
import socket
import struct
import threading
import time
from collections.abc import Callable

_IPV6, _ICMPV6, _ROUTER_ADVERTISEMENT, _PREFIX_OPTION = 0x86DD, 58, 134, 3
_LONGEST_S = 30 * 86_400.0


def prefixes_of(frame: bytes) -> dict[str, float]:
    """Global prefixes an Ethernet frame with a router advertisement announces (RFC 4861, 4.6.2) → seconds they hold.

    Empty for anything else, also for a broken or forged length.
    """
    if len(frame) < 70 or struct.unpack_from("!H", frame, 12)[0] != _IPV6 or frame[20] != _ICMPV6:
        return {}
    message = frame[54:]
    # Hop limit 255: it was sent on this wire, not from the internet.
    if message[0] != _ROUTER_ADVERTISEMENT or frame[21] != 255:
        return {}
    holds_s = {}
    at = 16
    while at + 8 <= len(message):
        length = message[at + 1] * 8
        if not length:
            break
        if message[at] == _PREFIX_OPTION and length == 32 and at + 32 <= len(message):
            bits = message[at + 2]
            (holds,) = struct.unpack_from("!I", message, at + 4)
            network = _global(message[at + 16 : at + 32], bits)
            if network:
                holds_s[network] = min(float(holds), _LONGEST_S)
        at += length
    return holds_s


def _global(address: bytes, bits: int) -> str:
    try:
        network = ipaddress.IPv6Network((address, bits), strict=False)
    except ValueError:
        return ""
    private = network.is_link_local or network.is_multicast
    return "" if private or not 32 <= bits <= 64 else str(network)


class Advertisements(threading.Thread):
    """Listens at the bridge that holds the router's port; calls `changed(prefixes)` when the set is another."""

    def __init__(self, port: str, known: dict[str, float], changed: Callable[[dict[str, float]], None]) -> None:
        super().__init__(name="advertisements", daemon=True)
        self._port = port
        self._until = dict(known)  # prefix → time it ends
        self._changed = changed

    def run(self) -> None:
        while True:
            with contextlib.suppress(OSError):  # the port may be gone for a moment
                self._listen()
            time.sleep(1.0)

    def _listen(self) -> None:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_IPV6)) as ear:
            ear.bind((self._port, _IPV6))
            ear.settimeout(60.0)
            while True:
                try:
                    frame, address = ear.recvfrom(2048)
                except TimeoutError:
                    self._take({})
                    continue
                if address[2] != socket.PACKET_OUTGOING:
                    self._take(prefixes_of(frame))

    def _take(self, announced: dict[str, float]) -> None:
        now = time.time()
        before = set(self._until)
        self._until = {prefix: end for prefix, end in self._until.items() if end > now}
        self._until |= {prefix: now + holds for prefix, holds in announced.items() if holds > 0}
        if set(self._until) != before:
            self._changed(dict(self._until))
