"""A box from nothing: one command finds the ports, writes everything, starts, and says whether it sits right."""

import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab import check, scenario
from lab.lab import RULES, Lab
from lab.network import LAN_PORT, WAN_PORT, WAN_WEB, ip
from ops import deb
from sensor_agent import placement, setup
from sensor_agent.cli import main
from sensor_agent.config import config_load
from sensor_agent.guard import State, report_read
from tests.sensor_agent.platform_server import PlatformServer

ROOT = Path(__file__).resolve().parents[2]
PORTS = placement.Ports("enp1s0", "enp2s0", {})


def _answers(root: Path, **changed: object) -> setup.Answers:
    values = {"platform": "https://platform.example", "code": "ABCD-EFGH-JKMN", "root": root, **changed}
    return setup.Answers(**values)  # type: ignore[arg-type]


def test_everything_that_would_change_is_shown_first(tmp_path: Path) -> None:
    plan = setup.plan_make(_answers(tmp_path), PORTS)
    shown = plan.shown()
    for name in ("sensor.toml", "otasuke-guard.service", "otasuke-sensor.service", 'ports = ["enp1s0", "enp2s0"]'):
        assert name in shown
    assert "systemctl enable --now otasuke-guard.service" in shown
    assert list(tmp_path.iterdir()) == [], "showing changes nothing"
    plan.files = {path: text for path, text in plan.files.items() if path.suffix == ".toml"}
    plan.carry_out(lambda command: None)
    assert "unchanged" in plan.shown() or "変更なし" in plan.shown()


def test_a_proxy_is_told_to_setup_and_a_wrong_one_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = setup.Places(tmp_path).config
    file.parent.mkdir(parents=True)
    file.write_text(setup.plan_make(_answers(tmp_path, proxy="http://proxy.example:3128"), PORTS).files[file])
    assert config_load(file).proxy == "http://proxy.example:3128"
    other = tmp_path / "other"
    arguments = ["--lan", "a", "--wan", "b", "--platform", "https://platform.example", "--root", str(other)]
    assert main(["setup", "--proxy", "proxy.example:3128", *arguments]) == 2
    assert "proxy.example:3128" in capsys.readouterr().err
    assert not other.exists()


def test_a_small_machine_gets_no_antivirus_and_says_so_in_its_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "memory_mb", lambda: 1_900)
    plan = setup.plan_make(_answers(tmp_path), PORTS)
    assert not any("clamd" in path.name for path in plan.files)
    assert "[clamd]" not in plan.files[setup.Places(tmp_path).config]


def test_what_is_missing_is_one_line_with_the_command_and_a_small_machine_needs_no_antivirus(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path: None)
    monkeypatch.setattr(setup, "memory_mb", lambda: 3_900)
    assert main(["setup", "--dry-run", "--lan", "a", "--wan", "b", "--platform", "https://platform.example"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "apt install suricata suricata-update clamav-daemon iproute2 nftables" in line
    monkeypatch.setattr(setup, "memory_mb", lambda: 1_900)
    assert setup.missing_programs() == ["suricata", "suricata-update", "iproute2", "nftables"]


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for name in setup.SERVICES:
        text = (setup.UNITS / name).read_text()
        for program in ("/usr/bin/otasuke-sensor", "/usr/sbin/clamd"):
            text = text.replace(program, "/bin/true")
        (tmp_path / name).write_text(text)
    outcome = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in setup.SERVICES)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert "Unknown" not in outcome.stderr


def test_the_package_installs_and_runs_from_where_it_was_put(tmp_path: Path) -> None:
    package = deb.build(tmp_path, "https://platform.example")
    root = tmp_path / "root"
    admin = root / "var/lib/dpkg"
    for folder in ("info", "updates", "triggers"):
        (admin / folder).mkdir(parents=True)
    (admin / "status").touch()
    force = ("--force-not-root", "--force-depends", "--force-script-chrootless")
    subprocess.run(["dpkg", f"--root={root}", *force, "-i", str(package)], check=True, capture_output=True)
    assert (root / "usr/bin/otasuke-sensor").stat().st_mode & 0o777 == 0o755
    assert (root / "etc/otasuke-sensor/platform.url").read_text() == "https://platform.example\n"
    outcome = subprocess.run(
        [sys.executable, "-P", "-m", "sensor_agent", "--version"],
        env={"PYTHONPATH": str(root / "usr/lib/otasuke-sensor"), "PATH": os.environ["PATH"]},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert outcome.stdout.strip()
    assert not list(root.glob("**/django*")), "the box has no server code"


def _ethernet(kind: int, body: bytes) -> bytes:
    return b"\xff" * 6 + b"\x02" * 6 + struct.pack("!H", kind) + body.ljust(60, b"\0")


def _arp(operation: int, sender: str, target: str) -> bytes:
    return struct.pack(
        "!HHBBH6s4s6s4s",
        1,
        0x0800,
        6,
        4,
        operation,
        b"\x02" * 6,
        socket.inet_aton(sender),
        b"\0" * 6,
        socket.inet_aton(target),
    )


def test_what_a_port_hears_tells_which_side_it_is() -> None:
    lan, wan = placement.PortTraffic(), placement.PortTraffic()
    assert placement.frame_take(_ethernet(0x0806, _arp(1, "192.168.1.20", "192.168.1.1")), lan) == "192.168.1.1"
    placement.frame_take(_ethernet(0x0806, _arp(2, "192.168.1.1", "0.0.0.0")), wan)
    assert lan.asked_for & wan.answered == {"192.168.1.1"}
    dhcp_discover = bytes([0x45]) + bytes(8) + b"\x11" + bytes(10) + struct.pack("!HHHH", 68, 67, 8, 0)
    placement.frame_take(_ethernet(0x0800, dhcp_discover), lan)
    advertisement = bytes([0x60]) + bytes(5) + b"\x3a" + bytes(33) + b"\x86"
    placement.frame_take(_ethernet(0x86DD, advertisement), wan)
    assert (lan.client, lan.router, wan.router) == (True, False, True)


def test_a_box_above_the_router_is_noticed_by_pppoe() -> None:
    from scapy.layers.l2 import Ether
    from scapy.layers.ppp import PPP, PPPoE, PPPoED

    for frame in (Ether() / PPPoED(code=0x09), Ether() / PPPoE(sessionid=7) / PPP(proto=0x21)):
        traffic = placement.PortTraffic()
        placement.frame_take(bytes(frame).ljust(60, b"\0"), traffic)
        assert traffic.pppoe
        assert placement.Ports("a", "b", {"a": traffic, "b": placement.PortTraffic()}).above_router


def test_frames_of_any_kind_are_heard_without_failing() -> None:
    for length in (0, 13, 33, 34, 54, 60):
        for kind in (0x0800, 0x0806, 0x86DD, 0x8863, 0x1234):
            frame = b"\xff" * 12 + struct.pack("!H", kind) + b"\xff" * 100
            placement.frame_take(frame[:length], placement.PortTraffic())


class Site:
    """A lab whose box also has a third port, over which it reaches the platform."""

    def __init__(self, lab: Lab, server: PlatformServer, folder: Path) -> None:
        self.lab, self.server, self.folder = lab, server, folder

    def otasuke_sensor(self, *arguments: str, timeout_s: float = 240.0) -> subprocess.CompletedProcess[str]:
        network = self.lab.network
        return subprocess.run(
            [*network.inside(network.box), sys.executable, "-m", "sensor_agent", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            env={**os.environ, "LANG": "ja_JP.UTF-8", "LC_ALL": ""},
        )


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    if check.problem():
        pytest.skip(f"lab: {check.problem()}")
    third = os.getpid() % 250
    here, there = f"10.213.{third}.1", f"10.213.{third}.2"
    with Lab(tmp_path / "lab", prefix=f"ots{os.getpid()}") as lab:
        lab.network.own_port(here, there)
        with PlatformServer(here) as server:
            yield Site(lab, server, tmp_path / "root")


def _until(true: Callable[[], object], timeout: float = 15.0) -> bool:
    until = time.monotonic() + timeout
    while time.monotonic() < until and not true():
        time.sleep(0.1)
    return bool(true())


@pytest.mark.netns
def test_one_command_makes_a_box_that_protects_and_says_that_all_is_well(site: Site) -> None:
    lab = site.lab
    browsing = threading.Event()

    def browse() -> None:
        while not browsing.is_set():
            lab.act(lab.network.lan, kind="http", address=WAN_WEB, path="/", timeout=1)

    someone = threading.Thread(target=browse, daemon=True)
    someone.start()
    try:
        done = site.otasuke_sensor(
            "setup",
            "--code",
            "ABCD-EFGH-JKMN",
            "--platform",
            site.server.url,
            "--allow-http",
            "--supervisor",
            "--root",
            str(site.folder),
            "--rules",
            str(RULES),
            "--signatures",
            str(lab.folder / "signatures"),
        )
    finally:
        browsing.set()
        someone.join(5)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"ルーター側: {WAN_PORT}  社内側: {LAN_PORT}" in done.stdout
    assert "すべて正常です" in done.stdout
    assert _until(lambda: site.server.heartbeats[-1]["protection"] == "on"), "the platform hears it within seconds"
    assert scenario.attack_from_wan(lab)["blocked"]
    assert scenario.callback(lab, 1)["blocked"]
    assert scenario.browse(lab)["download"]["bytes"] == 5_000_000

    config = ("--config", str(setup.Places(site.folder).config))
    swapped = site.otasuke_sensor(*config, "doctor", "--listen", "0")
    assert swapped.returncode == 0, swapped.stdout

    # A new key: the box goes on with it after its next start.
    key = site.folder / "var/lib/otasuke-sensor/identity/device.json"
    before = key.read_text()
    assert site.otasuke_sensor(*config, "rotate-key").returncode == 0
    assert key.read_text() != before
    assert len(site.server.next_keys) == 1

    report = report_read(site.folder / "var/lib/otasuke-sensor")
    assert report is not None
    os.kill(report.guard_pid, 9)
    time.sleep(1)
    after = report_read(site.folder / "var/lib/otasuke-sensor")
    assert after is not None
    assert after.state == State.INSPECTING
    shutil.rmtree(site.folder / "var/lib/otasuke-sensor/spool", ignore_errors=True)


@pytest.mark.netns
def test_a_doctor_says_what_to_do_when_a_cable_is_out(site: Site) -> None:
    lab = site.lab
    site.folder.mkdir()
    config = site.folder / "sensor.toml"
    config.write_text(
        f'[agent]\nstate_dir = "{site.folder}/state"\n[platform]\nurl = "https://platform.example"\n'
        f'[suricata]\nports = ["{LAN_PORT}", "{WAN_PORT}"]\n'
    )
    ip("-n", lab.network.lan, "link", "set", "eth0", "down")
    outcome = site.otasuke_sensor("--config", str(config), "doctor", "--listen", "0")
    assert outcome.returncode == 1
    assert f"[要確認] LAN側の口 {LAN_PORT} のケーブル" in outcome.stdout
    assert "相手側の機器の電源" in outcome.stdout
    assert f"[よし] ルーター側の口 {WAN_PORT} のケーブル" in outcome.stdout
    assert "保護がまだ始まっていません" in outcome.stdout
