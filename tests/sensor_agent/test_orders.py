"""Orders of the platform: who may give them, what they change, and how the box takes a bad one back."""

import gzip
import hashlib
import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from suricata.update import rule as rule_parser

from lab import check, scenario
from lab.lab import RULES, Lab
from lab.network import CLIENT_MAC, LAN_CLIENT, WAN_CALLBACK
from sensor_agent import protection, suricata
from sensor_agent.config import SuricataConfig, config_from_mapping
from sensor_agent.guard import report_read
from sensor_agent.order import OrderRefusedError, OrderStore, order_verify
from sensor_agent.rule_addresses import side_read
from sensor_agent.suppress import Suppression, counted, rules_adapt
from tests.sensor_agent.platform_server import PlatformServer

RULE = 'drop http $HOME_NET any -> [any, !10.0.0.0/8] 80 (msg:"x"; content:"(a)"; sid:77; rev:2;)'
ALLOW = Suppression(5, 77, "192.168.50.10/32", "", "", "allow", "")


def _signed(key: Ed25519PrivateKey, **changed: Any) -> tuple[bytes, bytes]:
    order = {
        "format": 1,
        "device_id": "box",
        "version": 4,
        "expires_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
        "functions": {"wg": False},
        "files": {},
        "suppressions": [],
        **changed,
    }
    manifest = json.dumps(order).encode()
    return manifest, key.sign(b"otasuke-order-v1\n" + manifest)


def _verify(key: Ed25519PrivateKey, manifest: bytes, signature: bytes) -> Any:
    import base64

    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    return order_verify(manifest, signature, platform_key=public, device_id="box", newer_than=3, now=datetime.now(UTC))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"device_id": "other"}, "another box"),
        ({"version": 3}, "not newer"),
        ({"expires_at": "2026-01-01T00:00:00+00:00"}, "expired"),
        ({"format": 2}, "not understood"),
        ({"files": {"rules": ["../../etc/passwd"]}}, "not understood"),
        ({"functions": []}, "not understood"),
    ],
)
def test_an_order_for_another_box_older_expired_or_strange_is_refused(changed: dict[str, Any], why: str) -> None:
    key = Ed25519PrivateKey.generate()
    with pytest.raises(OrderRefusedError, match=why):
        _verify(key, *_signed(key, **changed))


def test_an_order_that_the_platform_did_not_sign_is_refused() -> None:
    key = Ed25519PrivateKey.generate()
    manifest, signature = _signed(key)
    assert not _verify(key, manifest, signature).on("wg")
    for forged in (_signed(Ed25519PrivateKey.generate()), (manifest.replace(b"false", b"true"), signature)):
        with pytest.raises(OrderRefusedError, match="signature"):
            _verify(key, *forged)


def test_a_file_that_is_not_what_the_order_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OrderRefusedError, match="hash"):
        OrderStore(tmp_path).file_store("0" * 64, b"other")


def test_going_back_puts_the_order_before_in_force_and_the_first_one_leaves_none(tmp_path: Path) -> None:
    store = OrderStore(tmp_path)
    first, second = (_signed(Ed25519PrivateKey.generate(), version=number)[0] for number in (1, 2))
    store.replace(first)
    store.replace(second)
    store.go_back()
    current = store.current()
    assert current is not None
    assert current.version == 1
    store = OrderStore(tmp_path / "new")
    store.replace(first)
    store.go_back()
    assert store.current() is None


def test_a_rule_lets_one_address_be_and_a_copy_counts_it() -> None:
    changed, copy = rules_adapt(RULE, [ALLOW])[0].splitlines()
    assert changed.startswith("drop http [$HOME_NET,!192.168.50.10/32] any -> [any,!10.0.0.0/8] 80 (")
    assert "sid:77;" in changed
    assert copy.startswith("alert http 192.168.50.10/32 any -> [any,!10.0.0.0/8] 80 (")
    assert "metadata:otasuke_suppression 5; sid:" in copy
    assert "sid:77;" not in copy


def test_two_addresses_at_once_are_let_be_only_together() -> None:
    both = Suppression(6, 77, "192.168.50.10/32", "203.0.113.9/32", "", "allow", "")
    other_source, other_destination, copy = rules_adapt(RULE, [both])[0].splitlines()
    assert "[$HOME_NET,!192.168.50.10/32] any -> [any,!10.0.0.0/8]" in other_source
    assert "192.168.50.10/32 any -> [any,!10.0.0.0/8,!203.0.113.9/32]" in other_destination
    assert "192.168.50.10/32 any -> 203.0.113.9/32" in copy
    assert len({line.rsplit("sid:", 1)[1] for line in (other_source, other_destination, copy)}) == 3


def test_what_cannot_be_changed_is_said_and_every_other_suppression_and_rule_holds() -> None:
    two_way = RULE.replace("->", "<>")
    other = RULE.replace("sid:77", "sid:78")
    text, problems = rules_adapt(f"{two_way}\n{other}\n", [ALLOW, replace(ALLOW, number=6, signature_id=78)])
    assert text.splitlines()[0] == two_way
    assert len(text.splitlines()) == 3
    assert problems == ("rule 77 is two-way",)
    assert rules_adapt(other, [ALLOW]) == (other + "\n", ())
    assert rules_adapt(RULE, [Suppression(5, 77, "10.0.0.1/32", "", "", "silence", "")]) == (RULE, ())


@pytest.mark.parametrize(
    "rule",
    [
        RULE[:-1] + " metadata:affected_product Any, deployment Inside, created_at 2026_01_01;)",
        RULE.replace('msg:"x"', r'msg:"sid:1\; or (inside) sid:2\;"'),
        RULE.replace('content:"(a)"', r'content:"sid|3a|9\;"; pcre:"/sid:\d+\;/"'),
        RULE.replace("sid:77;", "sid : 77 ;").replace("rev:2;)", "rev:2; )  "),
        RULE.replace("[any, !10.0.0.0/8]", "[any, ![10.0.0.0/8, 172.16.0.0/12]]"),
        RULE.replace("; sid", "; \\\n    sid"),
    ],
)
def test_the_signature_number_is_the_rules_option_whatever_else_looks_like_it(rule: str, tmp_path: Path) -> None:
    text, problems = rules_adapt(rule, [ALLOW])
    changed, copy = (rule_parser.parse(line) for line in text.splitlines())
    assert problems == ()
    assert (changed.sid, changed.action) == (77, "drop")
    assert (copy.sid, copy.action, copy.msg) == (
        1_990_000_160,
        "alert",
        rule_parser.parse(rule.replace("\\\n", "")).msg,
    )
    assert "otasuke_suppression 5" in copy.metadata
    assert [option for option in changed.metadata if option not in copy.metadata] == []
    box = SuricataConfig(home_net=("192.168.50.0/24",), work_dir=tmp_path, command_socket=tmp_path / "s.sock")
    suricata.files_write(box, {"changed.rules": text})
    suricata.configuration_test(box)


HOME = ("192.168.50.0/24",)


def _pairs(*pairs: tuple[str, str]) -> list[Suppression]:
    return [Suppression(number, 77, *pair, "", "allow", "") for number, pair in enumerate(pairs, 5)]


def _decided(lines: list[str], source: str, destination: str) -> list[str]:
    """What the rules do with a packet: drop, or the suppressions that count it."""
    decisions = []
    for line in lines:
        header = line.partition(" (")[0].split()
        sides = side_read(header[2], HOME), side_read(header[5], HOME)
        if all(side.only(address) is not None for side, address in zip(sides, (source, destination), strict=True)):
            counted_by = re.search("otasuke_suppression ([0-9]+)", line)
            decisions.append(counted_by[1] if counted_by else header[0])
    return decisions


@pytest.mark.parametrize(
    "pairs",
    [
        [("192.168.50.10/32", "203.0.113.9/32"), ("192.168.50.10/32", "203.0.113.10/32")],
        [(f"192.168.50.{n}/32", f"203.0.113.{n}/32") for n in range(10, 20)],
        [("192.168.50.0/24", "")],
        [("192.168.50.0/25", ""), ("192.168.50.128/25", "203.0.113.9/32"), ("192.168.50.128/25", "")],
        [("192.168.0.0/16", "203.0.113.9/32"), ("", "203.0.113.0/24")],
        [("198.51.100.7/32", "203.0.113.9/32")],
        [("192.168.50.10/32", "203.0.113.9/32"), ("192.168.50.10/32", "203.0.113.9/32")],
        [("", "0.0.0.0/0"), ("fd00::/8", "")],
        [("", "::/0")],
        [("", "0.0.0.0/1"), ("", "128.0.0.0/1")],
    ],
)
def test_however_many_suppressions_one_rule_has_each_holds_and_the_engine_takes_them(
    pairs: list[tuple[str, str]], tmp_path: Path
) -> None:
    """The second one of a device undid the first; five pairs gave numbers twice, the whole firm left no address: the
    engine refused the rules, and with them every later order."""
    rule = RULE.replace("[any, !10.0.0.0/8]", "$EXTERNAL_NET")
    text, problems = rules_adapt(rule, _pairs(*pairs), HOME)
    assert problems == ()
    box = SuricataConfig(home_net=HOME, work_dir=tmp_path, command_socket=tmp_path / "s.sock")
    suricata.files_write(box, {"changed.rules": text})
    suricata.configuration_test(box)
    lines = text.splitlines()
    for source in [f"192.168.50.{n}/32" for n in (1, 10, 11, 19, 200)] + ["198.51.100.7/32"]:
        for destination in [f"203.0.113.{n}/32" for n in (1, 9, 10, 11, 19)] + ["198.51.100.1/32", "192.168.50.3/32"]:
            meant = [
                str(each.number)
                for each in _pairs(*pairs)
                if all(
                    not wanted or side_read(address, ()).only(wanted) is not None
                    for wanted, address in ((each.source, source), (each.destination, destination))
                )
            ]
            matched = source.startswith("192.") and not destination.startswith("192.")
            assert _decided(lines, source, destination) == ((meant[:1] or ["drop"]) if matched else [])


def test_more_pieces_than_there_are_numbers_leave_the_rule_and_say_so() -> None:
    pairs = [(f"10.{n}.0.0/16", f"203.0.{n}.0/24") for n in range(20)]
    assert rules_adapt(RULE, _pairs(*pairs)) == (RULE + "\n", ("rule 77 has too many suppressions",))


@pytest.mark.parametrize(
    "header", ["$HOME_NET", "[$HOME_NET,!192.168.50.1]", "192.168.50.3-192.168.50.200", "!10.0.0.0/8"]
)
def test_addresses_are_read_as_the_engine_reads_them(header: str) -> None:
    side = side_read(header, HOME)
    assert side.only("192.168.50.7/32") == side_read("192.168.50.7/32", ())
    assert side.only("10.0.0.1/32") is None
    assert side.without("10.0.0.1/32") == side


def test_comments_and_lines_are_those_of_the_engine() -> None:
    """A comment that ends with a backslash swallowed the rule behind it; a sign of Unicode cut one in two."""
    before = '# kept in C:\\\nalert tcp any any -> any any (msg:"y"; sid:76;)\n'
    text, _ = rules_adapt(before + RULE.replace('"x"', '"\u4e88\u5b9a\u2028\x85\x0c"') + "\n", [ALLOW])
    comment, other, changed, copy = text[:-1].split("\n")
    assert (comment, other) == tuple(before.splitlines())
    assert "\u2028\x85\x0c" in changed
    assert "\u2028\x85\x0c" in copy
    assert rules_adapt(" " + RULE, [ALLOW]) == (" " + RULE + "\n", ()), "the engine passes over it"
    assert "sid:77;" in rules_adapt(RULE.replace("sid:77", "sid:7\\\n7"), [ALLOW])[0]


@pytest.mark.parametrize("action", ["reject", "rejectsrc", "rejectdst", "rejectboth"])
def test_a_rule_that_rejects_lets_an_address_be_as_well(action: str) -> None:
    changed, copy = rules_adapt(RULE.replace("drop", action), [ALLOW])[0].splitlines()
    assert changed.startswith(f"{action} http [$HOME_NET,!192.168.50.10/32] ")
    assert copy.startswith("alert http 192.168.50.10/32 ")


def test_numbers_of_other_rules_that_look_like_ours_change_nothing() -> None:
    for rule in (RULE.replace("sid:77", "sid:177"), RULE.replace("sid:77", "sid:1; reference:url,sid:77"), "# " + RULE):
        assert rules_adapt(rule, [ALLOW]) == (rule + "\n", ())
    for broken in ("alert http sid:77", "sid:77;", "alert (sid:77", 'drop http a a -> a a (msg:"\\; sid:77)', "\\;77"):
        assert rules_adapt(broken, [ALLOW])[0] == broken + "\n"


def test_one_suppression_or_name_that_cannot_be_understood_does_not_stop_the_others(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    names = gzip.compress(b'good.example\nbad" name;)\n')
    digest = hashlib.sha256(names).hexdigest()
    good = {
        "id": 5,
        "signature_id": 77,
        "source": "",
        "destination": "",
        "device": "",
        "effect": "silence",
        "until": "",
    }
    strange: list[Any] = [{"id": 1}, None, 5, {**good, "source": "nowhere"}, {**good, "id": "x"}]
    order = _verify(key, *_signed(key, suppressions=[*strange, good], functions={}, files={"web_guard": [digest]}))
    assert [each.number for each in order.suppressions] == [5]
    store = OrderStore(tmp_path)
    store.file_store(digest, names)
    config = config_from_mapping({"agent": {"state_dir": str(tmp_path), "run_dir": str(tmp_path)}}, tmp_path)
    left_out = protection.write(config, order, store)
    assert len(left_out) == len(strange) + 1
    assert "good.example" in (config.suricata.work_dir / "rules" / "otasuke-webguard.rules").read_text()


def test_only_hashes_become_known_files_and_the_list_has_an_end(tmp_path: Path) -> None:
    hashes = [f"{number:064x}" for number in range(protection.MOST_HASHES + 10)]
    content = gzip.compress("\n".join(["z" * 64, "../../x", *hashes]).encode())
    store = OrderStore(tmp_path)
    digest = hashlib.sha256(content).hexdigest()
    store.file_store(digest, content)
    key = Ed25519PrivateKey.generate()
    order = _verify(key, *_signed(key, files={"known_files": [digest]}))
    assert protection.ordered_hashes(order, store) == hashes[10:]


def test_lists_of_addresses_end_nothing_and_a_device_among_them_is_meant() -> None:
    event = {"alert": {"signature_id": 77}, "ether": {"src_macs": ["aa", "bb"], "dest_macs": ["cc"], "x": {"y": 1}}}
    assert counted(event, [Suppression(5, 77, "", "", "bb", "silence", "")]) == 5
    assert counted(event, [Suppression(5, 77, "", "", "dd", "silence", "")]) is None
    for odd in ([], "", 5, None, [["aa"]], {"src_mac": None}):
        assert counted({**event, "ether": odd}, [Suppression(5, 77, "", "", "bb", "silence", "")]) is None
    marks: tuple[Any, ...] = ("²", "9" * 5000, "", None, {})
    for mark in marks:
        assert counted({"alert": {"metadata": {"otasuke_suppression": [mark]}}}, []) is None


def test_silence_is_by_address_and_device() -> None:
    event = {"alert": {"signature_id": 77}, "src_ip": "10.0.0.1", "dest_ip": "1.2.3.4", "ether": {"src_mac": "aa"}}
    for source, device, number in (("10.0.0.0/24", "", 5), ("10.0.1.0/24", "", None), ("", "aa", 5), ("", "bb", None)):
        assert counted(event, [Suppression(5, 77, source, "", device, "silence", "")]) == number
    assert counted({"alert": {"metadata": {"otasuke_suppression": ["9"]}}}, []) == 9


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, PlatformServer]]:
    if check.problem():
        pytest.skip(f"lab: {check.problem()}")
    folder = tmp_path_factory.mktemp("orders")
    with PlatformServer() as server, Lab(folder, prefix=f"oto{os.getpid()}", platform_url=server.url) as lab:
        assert lab.agent("activate", "--code", "ABCD-EFGH-JKMN").returncode == 0
        lab.sensor_start()
        yield lab, server
    assert server.problems == []


def _answered(server: PlatformServer, version: int, timeout: float = 60.0) -> dict[str, Any]:
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        answer = server.box_states[-1] if server.box_states else {}
        if answer.get("seen") == version and answer.get("state") not in ("applying", ""):
            return answer
        time.sleep(0.1)
    raise AssertionError(f"no answer to order {version}: {server.box_states[-1:]}")


def _until(true: Callable[[], object], timeout: float = 15.0) -> bool:
    until = time.monotonic() + timeout
    while time.monotonic() < until and not true():
        time.sleep(0.1)
    return bool(true())


def _told_of(server: PlatformServer, rule: int, since: datetime) -> list[dict[str, Any]]:
    """Alerts of a rule that happened after a moment and left the box; earlier ones may still arrive."""
    return [
        event
        for event in server.events()
        if event.get("alert", {}).get("signature_id") == rule and datetime.fromisoformat(event["timestamp"]) > since
    ]


@pytest.mark.netns
def test_a_suppression_lets_a_call_pass_counts_it_and_ends_again(box: tuple[Lab, PlatformServer]) -> None:
    lab, server = box
    rules = RULES.read_text()
    number = next(line.split("sid:")[1].split(";")[0] for line in rules.splitlines() if "check-in" in line)
    files = {"rules": [server.give_file(rules)]}
    assert scenario.callback(lab, 1)["blocked"]
    let_be = {
        "id": 12,
        "signature_id": int(number),
        "source": f"{LAN_CLIENT}/32",
        "destination": f"{WAN_CALLBACK}/32",
        "device": "",
        "effect": "allow",
        "until": "2027-01-01T00:00:00+00:00",
    }
    version = server.give_order(files=files, suppressions=[let_be])
    assert _answered(server, version)["state"] == "applied"
    since = datetime.now(UTC)
    assert not scenario.callback(lab, 2)["blocked"]
    assert _until(lambda: server.box_states[-1]["hits"].get("12", [0])[0] == 2), server.box_states[-1]
    assert _told_of(server, int(number), since) == [], "what is let be does not leave the box"
    lab.sensor_kill()
    lab.sensor_start()
    assert _until(lambda: server.box_states[-1]["hits"].get("12", [0])[0] == 2), "the count survives a kill"
    version = server.give_order(files=files)
    assert _answered(server, version)["state"] == "applied"
    assert scenario.callback(lab, 1)["blocked"]
    assert _until(lambda: _told_of(server, int(number), since)), "what is no longer let be does"


@pytest.mark.netns
def test_an_order_the_engine_refuses_changes_nothing_and_says_why(box: tuple[Lab, PlatformServer]) -> None:
    lab, server = box
    version = server.give_order(files={"rules": [server.give_file("drop http any any -> nonsense (sid:1;)\n")]})
    answer = _answered(server, version)
    assert answer["state"] == "refused"
    assert "nonsense" in answer["detail"] or "rule" in answer["detail"]
    assert scenario.callback(lab, 1)["blocked"]


@pytest.mark.netns
def test_an_order_after_which_the_engine_dies_is_taken_back(box: tuple[Lab, PlatformServer]) -> None:
    lab, server = box
    good = server.give_order(files={"rules": [server.give_file(RULES.read_text())]})
    assert _answered(server, good)["state"] == "applied"
    version = server.give_order(functions={"ips": False})
    assert _until(lambda: '"applying"' in (lab.state_dir / "orders" / "record.json").read_text())
    report = report_read(lab.state_dir)
    assert report is not None
    os.kill(report.engine_pid, signal.SIGKILL)
    answer = _answered(server, version)
    assert answer["state"] == "rolled_back"
    assert _until(lambda: scenario.callback(lab, 1)["blocked"]), "the rules of the order before are back"


@pytest.mark.netns
def test_functions_are_switched_off_and_on_and_hashes_of_other_boxes_stop_a_first_download(
    box: tuple[Lab, PlatformServer],
) -> None:
    lab, server = box
    version = server.give_order(functions={"ips": True, "av": False, "wg": False})
    assert _answered(server, version)["state"] == "applied"
    assert _until(lambda: server.heartbeats[-1]["functions"] == {"ips": "on", "av": "off", "wg": "off"})
    assert not scenario.web_guard(lab)["blocked"]
    first = scenario.eicar_first(lab)
    assert first["complete"]
    version = server.give_order(files={"known_files": [server.give_file(first["sha256"] + "\n")]})
    assert _answered(server, version)["state"] == "applied"
    assert scenario.eicar_second(lab)["bytes"] < 200_000, "stopped at its first sight by this box"
    assert scenario.web_guard(lab)["blocked"]


@pytest.mark.netns
def test_a_silenced_device_is_still_protected_but_not_told(box: tuple[Lab, PlatformServer]) -> None:
    lab, server = box
    number = next(line.split("sid:")[1].split(";")[0] for line in RULES.read_text().splitlines() if "check-in" in line)
    silent = {
        "id": 13,
        "signature_id": int(number),
        "source": "",
        "destination": "",
        "device": CLIENT_MAC,
        "effect": "silence",
        "until": "2027-01-01T00:00:00+00:00",
    }
    version = server.give_order(suppressions=[silent])
    assert _answered(server, version)["state"] == "applied"
    since = datetime.now(UTC)
    assert scenario.callback(lab, 2)["blocked"]
    assert _until(lambda: server.box_states[-1]["hits"].get("13", [0])[0] == 2), server.box_states[-1]
    assert _told_of(server, int(number), since) == []
