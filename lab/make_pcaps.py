"""The scenario as packet captures, for machines where the lab cannot run.

`python -m lab.make_pcaps FOLDER` writes `first.pcap` (steps 1–6) and `second.pcap` (4b, the known file again).
The packets are what clients and servers would exchange without a box between them: `suricata -r --simulate-ips`
decides what it would have dropped.
"""

import base64
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Packet, Raw
from scapy.utils import PcapWriter

from lab.eicar import eicar_file
from lab.network import (
    CLIENT_MAC,
    LAN_CLIENT,
    LAN_SERVER,
    ROUTER,
    ROUTER_MAC,
    WAN_ATTACKER,
    WAN_CALLBACK,
    WAN_PHISHING,
    WAN_WEB,
)
from lab.servers import PAGE

BEGIN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC).timestamp()
SEGMENT = 1400
PACKET_S = 0.0002
LISTED = "phishing.example"


@dataclass(frozen=True)
class End:
    address: str
    port: int

    @property
    def mac(self) -> str:
        return CLIENT_MAC if self.address in (LAN_CLIENT, LAN_SERVER) else ROUTER_MAC


class Capture:
    """Packets in time order."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.clock = BEGIN
        self._port = 40_000

    def wait(self, seconds: float) -> None:
        self.clock += seconds

    def client(self, address: str) -> End:
        self._port += 1
        return End(address, self._port)

    def http(self, client: str, server: str, request: bytes, answer: bytes) -> None:
        """One connection: handshake, request, answer in segments, both ends close."""
        talk = _Tcp(self, self.client(client), End(server, 80))
        talk.open()
        talk.say(talk.near, request)
        talk.say(talk.far, answer)
        talk.close()
        self.wait(0.5)

    def dns(self, client: str, server: str, name: str) -> None:
        near, far = self.client(client), End(server, 53)
        self.add(near, far, UDP(sport=near.port, dport=53) / DNS(id=7, rd=1, qd=DNSQR(qname=name)))
        self.wait(0.5)

    def add(self, sender: End, receiver: End, content: Packet) -> None:
        packet = Ether(src=sender.mac, dst=receiver.mac) / IP(src=sender.address, dst=receiver.address) / content
        packet.time = self.clock
        self.clock += PACKET_S
        self.packets.append(packet)


class _Tcp:
    def __init__(self, capture: Capture, near: End, far: End) -> None:
        self._capture, self.near, self.far = capture, near, far
        self._next = {near: 1_000, far: 5_000}

    def open(self) -> None:
        self._send(self.near, "S")
        self._send(self.far, "SA")
        self._send(self.near, "A")

    def say(self, sender: End, data: bytes) -> None:
        for start in range(0, len(data), SEGMENT):
            self._send(sender, "PA", data[start : start + SEGMENT])
            self._send(self._other(sender), "A")

    def close(self) -> None:
        self._send(self.far, "FA")
        self._send(self.near, "FA")
        self._send(self.far, "A")

    def _other(self, end: End) -> End:
        return self.far if end == self.near else self.near

    def _send(self, sender: End, flags: str, data: bytes = b"") -> None:
        receiver = self._other(sender)
        acknowledged = self._next[receiver] if "A" in flags else 0
        segment = TCP(sport=sender.port, dport=receiver.port, flags=flags, seq=self._next[sender], ack=acknowledged)
        self._capture.add(sender, receiver, segment / Raw(data) if data else segment)
        self._next[sender] += len(data) + ("S" in flags or "F" in flags)


def request(
    host: str, path: str, method: str = "GET", agent: str = "Mozilla/5.0 (lab)", more: Sequence[str] = ()
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"User-Agent: {agent}", *more, "Connection: close", "", ""]
    return "\r\n".join(lines).encode()


def answer(body: bytes, kind: str = "text/html") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


def first_capture(callbacks: int = 6) -> Capture:
    """Steps 1 to 6 of the scenario."""
    capture = Capture()
    page = answer(PAGE.encode())
    capture.http(LAN_CLIENT, WAN_WEB, request("shop.example.org", "/"), page)
    capture.http(
        LAN_CLIENT, WAN_WEB, request("shop.example.org", "/photo"), answer(b"x" * 500_000, "application/octet-stream")
    )
    injection = "/item?id=1%20UNION%20SELECT%20name,password%20FROM%20users"
    capture.http(WAN_ATTACKER, LAN_SERVER, request(LAN_SERVER, injection), page)
    capture.http(WAN_ATTACKER, LAN_SERVER, request(LAN_SERVER, "/?id=1", agent="sqlmap/1.7 (scanner)"), page)
    capture.http(LAN_CLIENT, WAN_PHISHING, request(LISTED, "/"), page)
    capture.http(LAN_CLIENT, WAN_PHISHING, request(f"login.{LISTED}", "/"), page)
    capture.dns(LAN_CLIENT, ROUTER, LISTED)
    _infected_file(capture)
    password = "Authorization: Basic " + base64.b64encode(b"admin:" + b"admin").decode()
    capture.http(LAN_CLIENT, ROUTER, request(ROUTER, "/", more=[password]), answer(b"router settings"))
    for _ in range(callbacks):
        check_in = request(WAN_CALLBACK, "/gate.php", "POST", "lab-bot/1.0", ["Content-Length: 6"]) + b"id=lab"
        capture.http(LAN_CLIENT, WAN_CALLBACK, check_in, answer(b"ok", "text/plain"))
        capture.wait(20)
    return capture


def second_capture() -> Capture:
    """Step 4b: the same file once more."""
    capture = Capture()
    capture.wait(600)
    _infected_file(capture)
    return capture


def _infected_file(capture: Capture) -> None:
    body = answer(eicar_file(), "application/octet-stream")
    capture.http(LAN_CLIENT, WAN_WEB, request("files.example.org", "/invoice.bin"), body)


def pcaps_write(folder: Path) -> tuple[Path, Path]:
    """Write both captures. Returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = (folder / "first.pcap", folder / "second.pcap")
    for path, capture in zip(paths, (first_capture(), second_capture()), strict=True):
        with PcapWriter(str(path), sync=False, linktype=1) as writer:
            writer.write(capture.packets)
    return paths


if __name__ == "__main__":
    for written in pcaps_write(Path(sys.argv[1])):
        print(written)
