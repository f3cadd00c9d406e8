"""IPv6 lines: the firm's global networks are learnt and protected. Behind a proxy: everything goes through it."""

import ipaddress
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scapy.layers.inet6 import ICMPv6ND_RA, ICMPv6NDOptPrefixInfo, IPv6
from scapy.layers.l2 import Ether

from lab import check
from lab.lab import Lab
from lab.network import ROUTER_MAC, ip
from sensor_agent.advertisements import prefixes_of
from sensor_agent.cli import main
from sensor_agent.platform import Platform
from tests.sensor_agent.platform_server import PlatformServer

ROOT = Path(__file__).resolve().parents[2]
NETWORK = "2001:db8:50::/64"
SEND = """
import socket, sys
mouth = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
mouth.bind(("eth0", 0))
mouth.send(bytes.fromhex(sys.argv[1]))
"""
CALL = """
import socket, sys
with socket.create_connection((sys.argv[1], 8080), timeout=5) as mouth:
    mouth.sendall(b"POST /gate.php HTTP/1.1\\r\\nHost: c2\\r\\n"
        b"User-Agent: lab-bot/1\\r\\nContent-Length: 0\\r\\n\\r\\n")
    mouth.settimeout(3)
    try:
        print("answer" if mouth.recv(100) else "closed")
    except TimeoutError:
        print("silence")
"""


def _advertisement(prefix: str = "2001:db8:50::", *, hops: int = 255, holds: int = 3600, bits: int = 64) -> bytes:
    option = ICMPv6NDOptPrefixInfo(prefix=prefix, prefixlen=bits, validlifetime=holds)
    packet = IPv6(src="fe80::1", dst="ff02::1", hlim=hops) / ICMPv6ND_RA() / option
    return bytes(Ether(src=ROUTER_MAC, dst="33:33:00:00:00:01") / packet)


def test_an_advertised_global_network_is_the_firms() -> None:
    assert prefixes_of(_advertisement()) == {NETWORK: 3600.0}


@pytest.mark.parametrize(
    "frame",
    [
        _advertisement(hops=64),  # not from this wire
        _advertisement("fe80::"),
        _advertisement("::", bits=0),  # everything would be inside
        _advertisement()[:80],
        b"",
        b"\xff" * 200,
    ],
)
def test_what_is_no_advertisement_of_a_firms_network_is_passed_over(frame: bytes) -> None:
    assert prefixes_of(frame) == {}


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, PlatformServer]]:
    if check.problem():
        pytest.skip(f"lab: {check.problem()}")
    folder = tmp_path_factory.mktemp("six")
    with PlatformServer() as server, Lab(folder, prefix=f"ot6{os.getpid()}", platform_url=server.url) as lab:
        assert lab.agent("activate", "--code", "ABCD-EFGH-JKMN").returncode == 0
        lab.sensor_start()
        yield lab, server


def _python(lab: Lab, namespace: str, code: str, *arguments: str) -> str:
    command = [*lab.network.inside(namespace), sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()


def _from_the_firm(server: PlatformServer) -> list[dict[str, Any]]:
    inside = ipaddress.ip_network(NETWORK)
    return [event for event in server.events() if ipaddress.ip_address(event.get("src_ip", "::")) in inside]


@pytest.mark.netns
def test_a_router_advertisement_makes_the_network_inside_and_attacks_over_ipv6_are_stopped(
    box: tuple[Lab, PlatformServer],
) -> None:
    lab, server = box
    for namespace, address in ((lab.network.lan, "2001:db8:50::10/64"), (lab.network.wan, "2001:db8:50::1/64")):
        command = [*lab.network.inside(namespace), "sysctl", "-qw", "net.ipv6.conf.eth0.disable_ipv6=0"]
        subprocess.run(command, check=True)
        ip("-n", namespace, "-6", "addr", "add", address, "dev", "eth0", "nodad")
    # A command server beyond the router, as seen from the firm.
    ip("-n", lab.network.wan, "link", "set", "lo", "up")
    subprocess.run(
        [*lab.network.inside(lab.network.wan), "sysctl", "-qw", "net.ipv6.conf.lo.disable_ipv6=0"], check=True
    )
    ip("-n", lab.network.wan, "-6", "addr", "add", "2001:db8:bad::66/128", "dev", "lo", "nodad")
    ip("-n", lab.network.lan, "-6", "route", "add", "default", "via", "2001:db8:50::1")
    ip("-n", lab.network.wan, "-6", "route", "add", "2001:db8:50::/64", "dev", "eth0", check=False)
    listener = subprocess.Popen(
        [*lab.network.inside(lab.network.wan), sys.executable, "-m", "http.server", "--bind", "::", "8080"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(1.0)
        before = _python(lab, lab.network.lan, CALL, "2001:db8:bad::66")
        assert before == "answer", "neighbour discovery and IPv6 pass the box"
        _python(lab, lab.network.wan, SEND, _advertisement().hex())
        until = time.monotonic() + 20
        while time.monotonic() < until and NETWORK not in server.heartbeats[-1]["home_net"]:
            time.sleep(0.2)
        assert NETWORK in server.heartbeats[-1]["home_net"]
        while time.monotonic() < until and "placement" not in server.heartbeats[-1]:
            time.sleep(0.2)
        assert server.heartbeats[-1]["placement"] == "ok", "the router is at the port it should be at"
        assert _python(lab, lab.network.lan, CALL, "2001:db8:bad::66") == "silence"
    finally:
        listener.kill()
        listener.wait()
    until = time.monotonic() + 10
    while time.monotonic() < until and not _from_the_firm(server):
        time.sleep(0.2)
    (event,) = _from_the_firm(server)
    assert event["alert"]["action"] == "blocked"


class Proxy:
    """CONNECT only, as firms' proxies do; counts tunnels."""

    def __init__(self) -> None:
        self.tunnels: list[str] = []
        self._ear = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._ear.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._ear.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += client.recv(4096)
        method, target, _ = request.split(b"\r\n", 1)[0].decode().split()
        if method != "CONNECT":
            client.sendall(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            client.close()
            return
        self.tunnels.append(target)
        host, port = target.rsplit(":", 1)
        with client, socket.create_connection((host, int(port))) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            ways = {client: server, server: client}
            while True:
                for ready in select.select(list(ways), [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    ways[ready].sendall(data)

    def close(self) -> None:
        self._ear.close()


def test_behind_a_proxy_activation_and_orders_go_through_it(tmp_path: Path) -> None:
    proxy = Proxy()
    with PlatformServer() as server:
        config = tmp_path / "sensor.toml"
        config.write_text(
            f'[agent]\nstate_dir = "{tmp_path}/state"\nrun_dir = "{tmp_path}/run"\n'
            f'[platform]\nurl = "{server.url}"\nproxy = "{proxy.url}"\n[suricata]\nrun = false\n'
        )
        assert main(["--config", str(config), "activate", "--code", "ABCD-EFGH-JKMN"]) == 0
        assert proxy.tunnels == [server.url.removeprefix("http://")]
    proxy.close()
    with pytest.raises(ValueError, match="proxy"):
        Platform("https://platform.example", proxy="ftp://nonsense")
