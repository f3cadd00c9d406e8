"""A machine is cut off from the internet by the box: by MAC and address, both families, with and without the engine.

LAN – box – WAN in namespaces, with a second machine beside the infected one; what counts is which packets arrive.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lab import check
from lab.lab import Lab
from lab.network import CLIENT_MAC, LAN_CLIENT, ROUTER, ROUTER_MAC, WAN_ATTACKER, WAN_WEB, ip
from sensor_agent.guard import Report, report_read
from sensor_agent.isolation import isolated_read
from tests.sensor_agent.platform_server import PlatformServer

pytestmark = [pytest.mark.netns, pytest.mark.skipif(bool(check.problem()), reason=f"lab: {check.problem()}")]
ROOT = Path(__file__).resolve().parents[2]
SOMEWHERE = WAN_ATTACKER  # any page of the internet; the lab itself looks at WAN_WEB when it starts
BESIDE, BESIDE_MAC = "192.168.50.30", "02:00:00:00:50:30"
CLIENT6, ROUTER6, WEB6 = "2001:db8:50::10", "2001:db8:50::1", "2001:db8:77::10"
SERVE6 = """
import socket
with socket.create_server(("::", 8080), family=socket.AF_INET6) as ear:
    print("ready", flush=True)
    while True:
        mouth, _ = ear.accept()
        mouth.sendall(b"here")
        mouth.close()
"""
CALL6 = """
import socket, sys
try:
    with socket.create_connection((sys.argv[1], 8080), timeout=1.0) as mouth:
        print(mouth.recv(10).decode())
except OSError:
    print("silence")
"""


class Site:
    """The lab, its platform, a machine beside the infected one, and IPv6 on the wire."""

    def __init__(self, lab: Lab, server: PlatformServer) -> None:
        self.lab, self.server = lab, server
        self.beside = f"{lab.network.prefix}-by"
        self.numbers = iter(range(1, 1000))

    def web(self, address: str = SOMEWHERE, *, namespace: str = "", source: str = LAN_CLIENT) -> bool:
        """Whether a page of the internet is reached."""
        order = {"kind": "http", "address": address, "path": "/", "timeout": 1.0, "source": source}
        return not self.lab.act(namespace or self.lab.network.lan, **order)["blocked"]

    def web6(self, address: str = WEB6) -> bool:
        command = [*self.lab.network.inside(self.lab.network.lan), sys.executable, "-c", CALL6, address]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout == "here\n"

    def beside_works(self) -> bool:
        return self.web(namespace=self.beside, source=BESIDE)

    def from_outside(self) -> bool:
        """Whether somebody in the internet reaches the infected machine."""
        return self.web(LAN_CLIENT, namespace=self.lab.network.wan, source=ROUTER)

    def isolate(
        self, *, mac: str = CLIENT_MAC, addresses: tuple[str, ...] = (), for_s: float = 600.0, **opening: Any
    ) -> str:
        """Order it and wait until the box has said what became of it; → its number."""
        number = next(self.numbers)
        until = datetime.now(UTC) + timedelta(seconds=for_s)
        wanted = {"id": number, "mac": mac, "addresses": list(addresses), "until": until.isoformat()}
        self.server.give_order(isolations=[wanted], isolation_open=opening)
        assert _until(lambda: str(number) in self.reports()), self.lab.agent_log_tail()
        return str(number)

    def release(self) -> None:
        """An order without any; waits until nothing is cut off."""
        self.server.give_order()
        assert _until(lambda: not isolated_read(self.lab.state_dir).machines)

    def reports(self) -> dict[str, list[str]]:
        """What the box last said of its isolations."""
        states = self.server.box_states
        return dict(states[-1]["isolations"]) if states else {}


def _until(true: Callable[[], object], timeout: float = 20.0) -> bool:
    until = time.monotonic() + timeout
    while time.monotonic() < until and not true():
        time.sleep(0.1)
    return bool(true())


def _report(site: Site) -> Report:
    report = report_read(site.lab.state_dir)
    assert report is not None
    return report


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("isolation")
    with PlatformServer() as server, Lab(folder, prefix=f"oti{os.getpid()}", platform_url=server.url) as lab:
        assert lab.agent("activate", "--code", "ABCD-EFGH-JKMN").returncode == 0
        with _neighbour(lab), _ipv6(lab):
            lab.sensor_start()
            site = Site(lab, server)
            assert _until(site.web)
            assert _until(site.web6)
            assert _until(site.beside_works)
            assert _until(site.from_outside)
            yield site
    assert server.problems == []


@contextmanager
def _neighbour(lab: Lab) -> Iterator[None]:
    """A second machine on the same wire, with a MAC address of its own."""
    network, name = lab.network, f"{lab.network.prefix}-by"
    ip("netns", "add", name)
    try:
        ip("-n", network.lan, "link", "add", "beside", "link", "eth0", "type", "macvlan", "mode", "bridge")
        ip("-n", network.lan, "link", "set", "beside", "address", BESIDE_MAC, "netns", name)
        ip("-n", name, "addr", "add", f"{BESIDE}/24", "dev", "beside")
        ip("-n", name, "link", "set", "beside", "up")
        ip("-n", name, "route", "add", "default", "via", ROUTER)
        yield
    finally:
        ip("netns", "del", name, check=False)


@contextmanager
def _ipv6(lab: Lab) -> Iterator[None]:
    lan, wan = lab.network.lan, lab.network.wan
    for namespace, device in ((lan, "eth0"), (wan, "eth0"), (wan, "lo")):
        setting = f"net.ipv6.conf.{device}.disable_ipv6=0"
        subprocess.run([*lab.network.inside(namespace), "sysctl", "-qw", setting], check=True)
    ip("-n", lan, "-6", "addr", "add", f"{CLIENT6}/64", "dev", "eth0", "nodad")
    ip("-n", wan, "-6", "addr", "add", f"{ROUTER6}/64", "dev", "eth0", "nodad")
    ip("-n", wan, "-6", "addr", "add", f"{WEB6}/128", "dev", "lo", "nodad")
    ip("-n", lan, "-6", "route", "add", "default", "via", ROUTER6)
    command = [*lab.network.inside(wan), "setpriv", "--pdeathsig", "KILL", sys.executable, "-c", SERVE6]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as listener:
        assert listener.stdout is not None
        assert listener.stdout.readline() == "ready\n"
        try:
            yield
        finally:
            listener.kill()


def test_the_machine_is_cut_off_in_both_directions_and_families_and_no_other_is(site: Site) -> None:
    before = datetime.now(UTC)
    number = site.isolate(addresses=(LAN_CLIENT, CLIENT6))
    outcome, at, _detail = site.reports()[number]
    assert outcome == "applied"
    assert before < datetime.fromisoformat(at) < datetime.now(UTC)
    assert not site.web()
    assert not site.web6()
    assert not site.from_outside()
    assert _until(site.beside_works)
    assert _until(lambda: site.server.heartbeats[-1]["isolation"] == {"able": True, "machines": 1})
    site.release()
    assert _until(lambda: site.reports()[number][0] == "ended")
    assert _until(site.web)
    assert _until(site.web6)
    assert _until(site.from_outside)


def test_name_service_at_the_router_and_the_vendors_tool_stay_open_as_it_is_set(site: Site) -> None:
    dns = {"kind": "dns", "address": ROUTER, "name": "vendor.example"}
    site.isolate(networks=["203.0.113.10/32", "2001:db8:77::/64"])
    assert _until(lambda: site.web(WAN_WEB))
    assert _until(site.web6)
    assert not site.web()
    assert not site.lab.act(site.lab.network.lan, **dns)["blocked"]
    assert not site.web(ROUTER), "only the router's name service, not its pages"
    site.isolate(name_service=False)
    assert site.lab.act(site.lab.network.lan, **dns)["blocked"]
    assert not site.web(WAN_WEB)
    assert _until(site.beside_works)
    site.release()


def test_it_holds_while_the_engine_is_led_around_and_through_every_restart(site: Site) -> None:
    site.isolate(networks=[f"{WAN_WEB}/32"])
    before = _report(site)
    os.kill(before.engine_pid, signal.SIGKILL)
    assert not site.web()
    site.lab.sensor_kill()
    os.kill(before.guard_pid, signal.SIGKILL)
    assert not site.web(), "nobody of ours is alive"
    site.lab.sensor_start()
    assert not site.web()
    assert _until(lambda: _report(site).guard_pid != before.guard_pid)
    site.lab.sensor_stop()
    assert not site.web(), "nothing is inspected"
    assert _until(site.beside_works)
    command = [*site.lab.network.inside(site.lab.network.box), "nft", "flush", "ruleset"]
    subprocess.run(command, check=True)
    assert _until(site.web), "as after the machine was switched off and on, before the guard has joined the ports"
    site.lab.sensor_start()
    assert not site.web()
    site.release()
    assert _until(site.web)


def test_a_changed_mac_address_does_not_free_it_as_long_as_it_keeps_its_address(site: Site) -> None:
    lan = site.lab.network.lan
    site.isolate(addresses=(LAN_CLIENT, CLIENT6))
    try:
        ip("-n", lan, "link", "set", "eth0", "address", "02:00:00:00:50:99")
        assert not site.web()
        assert not site.web6()
        assert not site.from_outside()
    finally:
        ip("-n", lan, "link", "set", "eth0", "address", CLIENT_MAC)
        site.release()
    assert _until(site.web)


def test_half_a_file_lets_nobody_out(site: Site) -> None:
    site.isolate()
    (site.lab.state_dir / "isolations.json").write_text('{"taken_at": 5.0, "isolat')
    time.sleep(1.5)
    assert not site.web()
    assert site.reports()[max(site.reports(), key=int)][0] == "applied"
    site.release()
    assert _until(site.web)


def test_its_time_ends_it_on_the_box_though_nobody_can_be_reached(site: Site) -> None:
    number = site.isolate(addresses=(LAN_CLIENT,), for_s=6.0)
    site.lab.sensor_kill()
    assert not site.web()
    assert _until(site.web, 15.0), "the guard alone ends it"
    site.lab.sensor_start()
    assert _until(lambda: site.reports().get(number, [""])[0] == "ended")
    assert site.reports()[number][2] == "expired"
    site.server.give_order()


def test_the_kernel_ends_it_though_even_the_guard_is_gone(site: Site) -> None:
    site.isolate(addresses=(LAN_CLIENT,), for_s=6.0)
    guard = _report(site).guard_pid
    site.lab.sensor_kill()
    os.kill(guard, signal.SIGKILL)
    assert not site.web()
    assert _until(site.web, 15.0)
    site.server.give_order()
    site.lab.sensor_start()


def test_the_router_is_never_cut_off(site: Site) -> None:
    assert _until(site.web)
    number = site.isolate(mac=ROUTER_MAC, addresses=(ROUTER,))
    assert site.reports()[number][0] == "refused"
    assert site.reports()[number][2] in ("router", "router_side")
    assert _until(site.web)
    assert _until(site.beside_works)
    site.server.give_order()


def test_an_isolation_that_cannot_be_read_stops_neither_the_order_nor_the_others(site: Site) -> None:
    until = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    good = {"id": 801, "mac": CLIENT_MAC, "addresses": [], "until": until}
    strange: list[Any] = [{**good, "id": 802, "mac": "ff:ff:ff:ff:ff:ff"}, {**good, "mac": "x"}, None, {"id": 5}]
    version = site.server.give_order(isolations=[*strange, good])
    assert _until(lambda: site.reports().get("801", [""])[0] == "applied")
    assert _until(lambda: site.server.box_states[-1]["seen"] == version)
    assert site.server.box_states[-1]["state"] == "applied"
    assert "no MAC address" in site.server.box_states[-1]["detail"]
    assert not site.web()
    site.release()
    stored = json.loads((site.lab.state_dir / "isolations.json").read_text())
    assert stored["isolations"] == []
