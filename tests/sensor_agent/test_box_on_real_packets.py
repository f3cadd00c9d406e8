"""The scenario on real packets: Suricata inline between namespaces, clamd, the agent, a platform that listens."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lab import check, scenario
from lab.lab import Lab
from lab.network import WAN_PHISHING, LabError
from tests.sensor_agent.platform_server import PlatformServer

pytestmark = [pytest.mark.netns, pytest.mark.skipif(bool(check.problem()), reason=f"lab: {check.problem()}")]
ROOT = Path(__file__).resolve().parents[2]
FULL_FILE = 200_000


class Box:
    def __init__(self, lab: Lab, server: PlatformServer) -> None:
        self.lab, self.server = lab, server

    def arrived(self, wanted: Callable[[dict[str, Any]], bool], timeout: float = 10.0) -> list[dict[str, Any]]:
        """Events at the platform for which `wanted` holds; waits for the first."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            events = [event for event in self.server.events() if wanted(event)]
            if events:
                return events
            time.sleep(0.1)
        return []

    def alerts(self, word: str) -> list[dict[str, Any]]:
        return self.arrived(lambda event: word in event.get("alert", {}).get("signature", ""))


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder = tmp_path_factory.mktemp("lab")
    with PlatformServer() as server, Lab(folder, prefix=f"ott{os.getpid()}", platform_url=server.url) as lab:
        assert lab.agent("activate", "--code", "ABCD-EFGH-JKMN").returncode == 0
        lab.sensor_start()
        yield Box(lab, server)
    assert server.problems == []


def test_ordinary_browsing_and_a_large_download_pass_and_are_not_told(box: Box) -> None:
    seen = scenario.browse(box.lab)
    assert not seen["blocked"]
    assert seen["download"]["bytes"] == 5_000_000
    time.sleep(1.5)
    assert [event for event in box.server.events() if event["event_type"] != "aggregate"] == []


def test_an_attack_from_outside_does_not_reach_the_server(box: Box) -> None:
    seen = scenario.attack_from_wan(box.lab)
    assert seen["blocked"]
    assert seen["injection"]["bytes"] == seen["scan"]["bytes"] == 0
    for word in ("SQL UNION", "SCAN automated"):
        (event,) = box.alerts(word)
        assert event["alert"]["action"] == "blocked"
        assert event["src_ip"] == "198.51.100.7"


def test_a_listed_site_and_a_name_below_it_are_blocked_by_http_tls_and_dns(box: Box) -> None:
    seen = scenario.web_guard(box.lab)
    assert seen["blocked"]
    assert seen["passes"], "a site whose name only ends alike must work"
    time.sleep(1.5)
    events = box.alerts("WEB_GUARD")
    assert len(events) == 4, "one visit gives one alert"
    assert all(event["alert"]["metadata"]["otasuke_function"] == ["web_guard"] for event in events)
    assert all(event["ether"]["src_mac"] == "02:00:00:00:50:10" for event in events)


def test_a_listed_site_is_blocked_when_the_browser_speaks_quic(box: Box) -> None:
    action = {"kind": "quic", "address": WAN_PHISHING}
    names = ("login.phishing.example", "phishing.example", "notphishing.example")
    below, listed, other = box.lab.act_together(box.lab.network.lan, [{**action, "name": name} for name in names])
    assert (below["blocked"], listed["blocked"], other["blocked"]) == (True, True, False)
    assert all(event["alert"]["action"] == "blocked" for event in box.alerts("over QUIC"))


def test_a_known_file_is_incomplete_the_second_time_and_after_a_restart(box: Box) -> None:
    first = scenario.eicar_first(box.lab)
    assert first["complete"]
    assert first["learned"]
    (event,) = box.arrived(lambda event: event["event_type"] == "antivirus")
    facts = event["antivirus"]
    assert (facts["signature"], facts["action"], facts["learned"]) == ("Eicar-Test-Signature", "delivered", True)
    assert (facts["sha256"], facts["size"], facts["direction"]) == (first["sha256"], FULL_FILE, "to_client")
    assert event["dest_ip"] == "192.168.50.10"

    second = scenario.eicar_second(box.lab)
    assert second["bytes"] < FULL_FILE
    (blocked,) = box.alerts("known malicious file")
    assert blocked["alert"]["metadata"]["otasuke_function"] == ["antivirus"]

    box.lab.sensor_kill()
    box.lab.sensor_start()
    third = scenario.eicar_second(box.lab)
    assert third["bytes"] < FULL_FILE
    time.sleep(1.5)
    assert len(box.arrived(lambda event: event["event_type"] == "antivirus")) == 1, (
        "a blocked file is not delivered again"
    )


def test_clean_files_do_not_stay_on_the_box(box: Box) -> None:
    until = time.monotonic() + 10
    store = box.lab.state_dir / "suricata" / "filestore"
    while any(store.glob("??/*")) and time.monotonic() < until:
        time.sleep(0.2)
    assert list(store.glob("??/*")) == []


def test_the_routers_default_password_is_noticed_not_blocked(box: Box) -> None:
    seen = scenario.router_default_password(box.lab)
    assert seen["status"] == 200
    (event,) = box.alerts("default password")
    assert event["alert"]["action"] == "allowed"


def test_a_trojans_callbacks_are_blocked_and_each_is_told(box: Box) -> None:
    seen = scenario.callback(box.lab, 3)
    assert seen["blocked"]
    time.sleep(1.5)
    events = box.alerts("trojan check-in")
    assert len(events) == 3
    assert {event["alert"]["category"] for event in events} == {"Malware Command and Control Activity Detected"}


def test_the_heartbeat_says_that_everything_is_on(box: Box) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until:
        beat = box.server.heartbeats[-1] if box.server.heartbeats else {}
        if beat.get("functions") == {"ips": "on", "av": "on", "wg": "on"}:
            break
        time.sleep(0.2)
    assert beat["functions"] == {"ips": "on", "av": "on", "wg": "on"}
    assert (beat["protection"], beat["home_net"]) == ("on", ["192.168.50.0/24"])
    assert beat["health"]["rss_mb"] < 60
    assert box.lab.agent("status").returncode == 0


def test_every_shipped_event_has_one_identity(box: Box) -> None:
    identities = box.server.identities()
    assert len(identities) == len(set(identities)) == len(box.server.events())


def test_a_lab_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    prefix = f"otf{os.getpid()}"
    with pytest.raises(LabError, match="client"), Lab(tmp_path, prefix=prefix) as lab:
        lab.act("no-such-namespace", kind="http")
    left = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    assert prefix not in left
    assert subprocess.run([sys.executable, "-m", "lab.check"], cwd=ROOT, check=False).returncode == 0
