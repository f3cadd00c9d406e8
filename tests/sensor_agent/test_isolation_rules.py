"""What is cut off and what stays open: files, clocks and refusals as plain data."""

import json
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from lab import check
from sensor_agent.clock import Clock
from sensor_agent.config import config_from_mapping
from sensor_agent.host_names import resolvers_of
from sensor_agent.isolation import (
    Isolated,
    Isolation,
    Opening,
    Result,
    Wanted,
    WantedUnreadable,
    isolated_read,
    isolated_write,
    isolations_read,
    opening_read,
    wanted_read,
    wanted_write,
)
from sensor_agent.isolation_rules import ruleset
from sensor_agent.isolations import Isolations
from sensor_agent.isolator import refusal
from sensor_agent.neighbours import HOLDS_S, Neighbours, WireFacts
from sensor_agent.order import Order

MAC = "02:00:00:00:00:10"
NOW = 1_900_000_000.0
ONE = Isolation(7, MAC, ("192.168.1.20", "2001:db8::20"), 2_000_000_000.0)


def test_what_is_wanted_and_what_became_of_it_survive_in_their_files(tmp_path: Path) -> None:
    assert wanted_read(tmp_path) == Wanted()
    wanted = Wanted(5.0, (ONE,), Opening(False, True, ("203.0.113.0/24",), ("tool.example",)), {"203.0.113.9": 4.0})
    wanted_write(tmp_path, wanted)
    assert wanted_read(tmp_path) == wanted
    isolated = Isolated(True, {7: Result("applied", 6.0), 6: Result("ended", 5.0, "expired")})
    isolated_write(tmp_path, isolated)
    assert isolated_read(tmp_path) == isolated
    assert isolated.machines == 1
    for name in ("isolations.json", "isolated.json"):
        (tmp_path / name).write_text('{"results": [], "isolations": 5}')
    assert isolated_read(tmp_path) == Isolated()
    with pytest.raises(WantedUnreadable):  # never taken for "nothing is wanted"
        wanted_read(tmp_path)


def test_a_clock_that_was_put_back_does_not_make_it_longer() -> None:
    wanted = Wanted(taken_at=ONE.until - 3600)
    assert wanted.left_s(ONE, ONE.until - 600) == 600
    assert wanted.left_s(ONE, ONE.until - 10 * 86_400) == 3600
    assert wanted.left_s(ONE, ONE.until + 1) < 0


@pytest.mark.parametrize("changed", [{"mac": "01:00:5e:00:00:01"}, {"mac": None}, {"addresses": ["x"]}, {"until": "?"}])
def test_a_group_of_machines_or_nonsense_is_not_taken(changed: dict[str, Any]) -> None:
    good = {"id": 7, "mac": MAC, "addresses": ["192.168.1.20"], "until": "2026-11-30T00:00:00+00:00"}
    read, problems = isolations_read([{**good, **changed}, good])
    assert [each.number for each in read] == [7]
    assert len(problems) == 1


def test_what_stays_open_is_networks_and_names_and_nothing_else() -> None:
    given = {"networks": ["203.0.113.0/24", "any", None], "names": ["tool.example", "a b", "..", 5], "platform": False}
    opening, problems = opening_read(given)
    assert opening == Opening(True, False, ("203.0.113.0/24",), ("tool.example",))
    assert len(problems) == 5
    assert opening_read(None) == (Opening(), ())


def test_an_order_is_taken_by_this_boxs_clock_and_names_are_looked_up(tmp_path: Path) -> None:
    config = config_from_mapping({"agent": {"state_dir": str(tmp_path), "run_dir": str(tmp_path)}}, tmp_path)
    clock = Clock()
    clock.offset_ms = 3_600_000  # the box is an hour behind
    isolations = Isolations(config, clock, "https://localhost/x")
    order = Order(1, datetime.now(UTC), {}, {}, (), (), (ONE,), Opening(names=("no.such.invalid",)))
    isolations.take(replace(order, isolations=()))
    assert not (tmp_path / "isolations.json").exists()
    isolations.take(order)
    isolations.look_up()
    wanted = wanted_read(tmp_path)
    assert wanted.isolations[0].until == ONE.until - 3600
    assert "127.0.0.1" in wanted.open_networks(), "the platform stays open"
    isolated_write(tmp_path, Isolated(True, {7: Result("applied", time.time())}))
    assert isolations.has_news()
    reports = isolations.reports()
    assert datetime.fromisoformat(reports["7"][1]).timestamp() - time.time() > 3500
    isolations.acknowledge(reports)
    assert not isolations.has_news()
    isolations.take(replace(order, opening=Opening(platform=False)))
    assert wanted_read(tmp_path).open_networks() == ()
    isolations.take(replace(order, isolations=()))
    assert wanted_read(tmp_path).isolations == ()
    (tmp_path / "isolations.json").write_text('{"taken_at": 5.0, "isolat')
    isolations.look_up()
    isolations.take(replace(order, isolations=()))
    assert wanted_read(tmp_path).isolations == (), "the next order writes it anew"


@pytest.mark.parametrize(
    ("mac", "wire", "reason"),
    [
        (MAC, WireFacts(), ""),
        ("02:00:00:00:00:01", WireFacts(), "router_side"),
        ("02:00:00:00:00:02", WireFacts(), "own"),
        (MAC, WireFacts(routers={MAC: NOW}), "router"),
        (MAC, WireFacts(routers={MAC: NOW - HOLDS_S}), ""),
        (MAC, WireFacts(router_at_lan=NOW), "swapped"),
        (MAC, WireFacts(pppoe=NOW), "above_router"),
    ],
)
def test_router_box_and_what_the_box_does_not_see_are_refused(mac: str, wire: WireFacts, reason: str) -> None:
    beyond, own = {"02:00:00:00:00:01"}, {"02:00:00:00:00:02"}
    assert refusal(mac, wire, beyond, own, NOW) == reason


def test_the_routers_number_and_the_resolvers_it_names_are_learnt_from_its_answers(tmp_path: Path) -> None:
    options = [("message-type", "ack"), ("name_server", "192.168.1.1", "203.0.113.53"), "end"]
    answer = Ether(src=MAC) / IP(src="192.168.1.1") / UDP(sport=67, dport=68) / BOOTP(op=2) / DHCP(options=options)
    ears = Neighbours(("lan", "wan"), tmp_path)
    ears.take(bytes(answer), at_lan=False, now=NOW)
    assert ears.facts.routers_at(NOW) == [MAC]
    assert ears.facts.resolvers_at(NOW) == ["192.168.1.1", "203.0.113.53"]
    assert resolvers_of(bytes(answer)[:290]) == []
    ears.take(bytes(answer), at_lan=True, now=NOW + HOLDS_S)
    assert ears.facts.routers_at(NOW + HOLDS_S) == [], "a router at the firm's side is a mistake, not a router"


@pytest.mark.skipif(bool(check.problem()), reason=f"lab: {check.problem()}")
def test_the_kernel_takes_the_rules_whatever_overlaps_or_is_empty(tmp_path: Path) -> None:
    again = replace(ONE, number=8, until=ONE.until + 60)
    networks = ["203.0.113.0/24", "203.0.113.7", "2001:db8:1::/48", "2001:db8:1::5"]
    near = ["192.168.0.0/16", "192.168.1.0/24", "192.168.1.1", "2001:db8::/64"]
    for machines, opened in (([(ONE, 0.2), (again, 90.0)], networks), ([], [])):
        text = ruleset("wan0", machines, near=near, open_networks=opened, name_service=True)
        command = ["unshare", "--net", "sh", "-c", "nft -f - && nft -j list ruleset"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        sets = {each["set"]["name"]: each["set"] for each in json.loads(done.stdout)["nftables"] if "set" in each}
        assert len(sets["machines"].get("elem", [])) == (1 if machines else 0)
