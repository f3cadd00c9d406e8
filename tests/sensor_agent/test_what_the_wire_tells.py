"""Machines say their names, routers who they are, and a login that passes the box that it sits in the wrong place."""

import json
import os
import socket
import struct
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6ND_RA, IPv6
from scapy.layers.l2 import ARP, Ether
from scapy.layers.netbios import NBNSHeader, NBNSRegistrationRequest
from scapy.layers.ppp import PPP, PPP_LCP_Echo, PPPoE, PPPoED
from scapy.packet import Packet, Raw

from lab import check
from lab.network import ip
from sensor_agent import line
from sensor_agent.aggregate import Aggregate
from sensor_agent.host_names import name_of
from sensor_agent.neighbours import HOLDS_S, MOST_NAMES, Neighbours, WireFacts, wire_facts_read

MAC = "02:00:00:00:00:10"
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "sensor-data.md"
FROM_MACHINE = Ether(src=MAC, dst="ff:ff:ff:ff:ff:ff")


def _asks_for_an_address(name: bytes = b"keiri-pc") -> Packet:
    options = [("message-type", "discover"), ("hostname", name), "end"]
    udp = IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67)
    return FROM_MACHINE / udp / BOOTP(chaddr=bytes.fromhex(MAC.replace(":", ""))) / DHCP(options=options)


def _answers_by_mdns(name: str = "printer.local.") -> Packet:
    answer = DNS(qr=1, qd=DNSQR(qname=name, qtype="ALL"), an=DNSRR(rrname=name, type="A", rdata="192.168.1.30"))
    return FROM_MACHINE / IP(dst="224.0.0.251") / UDP(sport=5353, dport=5353) / answer


def _registers_by_netbios(name: bytes = b"SOUMU01", *, group: int = 0, suffix: int = 0x4141) -> Packet:
    registration = NBNSRegistrationRequest(QUESTION_NAME=name, SUFFIX=suffix, G=group)
    return (
        FROM_MACHINE
        / IP(dst="192.168.1.255")
        / UDP(sport=137, dport=137)
        / NBNSHeader(OPCODE=5, QDCOUNT=1)
        / registration
    )


LOGIN = FROM_MACHINE / PPPoED(code=0x09)
LOGIN_LIVES = FROM_MACHINE / PPPoE(sessionid=7) / PPP(proto=0xC021) / PPP_LCP_Echo()
ADVERTISEMENT = Ether() / IPv6(src="fe80::1", dst="ff02::1", hlim=255) / ICMPv6ND_RA()
OFFER = Ether() / IP(src="192.168.1.1") / UDP(sport=67, dport=68) / BOOTP(op=2) / DHCP(options=["end"])


def _after(tmp_path: Path, *frames: tuple[Packet, str]) -> WireFacts:
    ears = Neighbours(("lan", "wan"), tmp_path)
    for frame, port in frames:
        ears.take(bytes(frame).ljust(60, b"\0"), at_lan=port == "lan", now=time.time())
    return ears.facts


@pytest.mark.parametrize(
    ("frame", "name"),
    [
        (_asks_for_an_address(), "keiri-pc"),
        (_asks_for_an_address("経理パソコン".encode()), "経理パソコン"),
        (_answers_by_mdns(), "printer"),
        (_registers_by_netbios(), "SOUMU01"),
    ],
)
def test_a_machine_is_called_what_it_calls_itself(tmp_path: Path, frame: Packet, name: str) -> None:
    assert _after(tmp_path, (frame, "lan")).names == {MAC: name}


@pytest.mark.parametrize(
    "frame",
    [
        _registers_by_netbios(b"WORKGROUP", group=1),
        _registers_by_netbios(suffix=0x4341),  # the file server of the same name
        _answers_by_mdns("_ipp._tcp.local."),
        _asks_for_an_address(b"\xff\xfe"),
        FROM_MACHINE / IP() / TCP(sport=68, dport=67),
        OFFER,
    ],
)
def test_what_is_no_machines_name_is_passed_over(tmp_path: Path, frame: Packet) -> None:
    assert _after(tmp_path, (frame, "lan")).names == {}


def test_a_better_source_keeps_its_name_and_machines_beyond_the_router_have_none(tmp_path: Path) -> None:
    frames = ((_asks_for_an_address(), "lan"), (_answers_by_mdns(), "lan"), (_registers_by_netbios(), "lan"))
    assert _after(tmp_path, *frames).names == {MAC: "keiri-pc"}
    assert _after(tmp_path, (_asks_for_an_address(), "wan")).names == {}


def test_a_machine_that_invents_addresses_does_not_fill_the_box(tmp_path: Path) -> None:
    ears = Neighbours(("lan", "wan"), tmp_path)
    frame = bytes(_asks_for_an_address())
    for number in range(MOST_NAMES + 50):
        ears.take(frame[:6] + struct.pack("!HI", 2, number) + frame[12:], at_lan=True, now=time.time())
    assert len(ears.facts.names) == MOST_NAMES


@given(st.binary(max_size=120), st.sampled_from([_asks_for_an_address(), _answers_by_mdns(), _registers_by_netbios()]))
def test_a_forged_frame_breaks_nothing(noise: bytes, frame: Packet) -> None:
    whole = bytes(frame)
    for forged in (noise, whole[:42] + noise, whole[: 42 + len(noise)], whole[:-60] + noise):
        name = name_of(forged) if len(forged) > 34 else None
        assert name is None or 0 < len(name[1]) <= 80


@pytest.mark.parametrize(
    ("frames", "placement"),
    [
        ([(LOGIN, "lan")], "above_router"),
        ([(LOGIN_LIVES, "wan"), (ADVERTISEMENT, "wan")], "above_router"),
        ([(ADVERTISEMENT, "wan")], "ok"),
        ([(OFFER, "wan"), (_asks_for_an_address(), "lan")], "ok"),
        ([(OFFER, "lan")], "swapped"),
        ([(_asks_for_an_address(), "lan")], ""),
    ],
)
def test_the_wire_tells_where_the_box_sits(tmp_path: Path, frames: list[tuple[Packet, str]], placement: str) -> None:
    facts = _after(tmp_path, *frames)
    assert facts.placement(time.time()) == placement
    assert facts.placement(time.time() + HOLDS_S + 1) == "", "cables may have been moved since"


def test_the_gateways_own_answer_tells_its_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "gateway", lambda text: ("otwan", "192.168.1.1"))
    monkeypatch.setattr("sensor_agent.neighbours.gateway", line.gateway)
    answer = Ether() / ARP(op=2, psrc="192.168.1.1", pdst="192.168.1.9")
    assert _after(tmp_path, (answer, "wan")).placement(time.time()) == "ok"
    assert _after(tmp_path, (Ether() / ARP(op=2, psrc="192.168.1.7"), "wan")).placement(time.time()) == ""


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("192.168.1.9", "private"),
        ("100.64.3.2", "cgnat"),
        ("133.242.1.1", "global"),
        ("169.254.9.9", "link_local"),
    ],
)
def test_the_address_of_the_line_is_told_by_its_class_alone(address: str, kind: str) -> None:
    four = {"family": "inet", "scope": "global", "local": address, "dynamic": True}
    six = {"family": "inet6", "scope": "global", "local": "2400:4050::9"}
    assert line.facts_of([four], "192.168.1.1") == {
        "address": kind,
        "dhcp": True,
        "gateway": "192.168.1.1",
        "ipv6": False,
    }
    del four["dynamic"]
    assert line.facts_of([four, six], "") == {"address": kind, "dhcp": False, "gateway": "", "ipv6": True}
    assert line.facts_of([], "")["address"] == "none"


def test_the_gateway_is_read_from_the_kernels_routes() -> None:
    head = "Iface\tDestination\tGateway\tFlags\tRefCnt\n"
    local, default = "otwan\t0001A8C0\t00000000\t0001\t0\n", "otwan\t00000000\t0101A8C0\t0003\t0\n"
    assert line.gateway(head + local + default) == ("otwan", "192.168.1.1")
    assert line.gateway(head + local) is None


def test_names_go_with_the_hours_numbers_and_the_document_says_so(tmp_path: Path) -> None:
    aggregate = Aggregate(["192.168.0.0/16"], names=lambda: {MAC: "keiri-pc"})
    flow: dict[str, Any] = {"event_type": "flow", "timestamp": "t", "dest_ip": "203.0.113.1", "flow": {}}
    aggregate.take({**flow, "src_ip": "192.168.1.2", "ether": {"src_macs": [MAC]}})
    aggregate.take({**flow, "src_ip": "192.168.1.3"})
    event = aggregate.close("t")
    assert event
    assert [device["name"] for device in event["aggregate"]["devices"]] == ["keiri-pc", ""]
    text = DOCUMENT.read_text(encoding="utf-8")
    for key in (*line.facts_of([], ""), "placement"):
        assert f"`{key}`" in text, key


@pytest.mark.parametrize("text", ["", "[]", '{"names": 3}', '{"other": 1}', '{"pppoe": "x"}', '{"line": 7}'])
def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "neighbours.json").write_text(text)
    assert wire_facts_read(tmp_path) == WireFacts()


@pytest.mark.netns
@pytest.mark.skipif(bool(check.problem()), reason=f"lab: {check.problem()}")
def test_the_kernel_hands_over_what_matters_and_nothing_else(tmp_path: Path) -> None:
    number = os.getpid() % 100_000
    lan, office, wan, router = (f"{name}{number}" for name in ("nbl", "nbo", "nbw", "nbr"))
    for one, other in ((lan, office), (wan, router)):
        ip("link", "add", one, "type", "veth", "peer", "name", other)
        for device in (one, other):
            Path(f"/proc/sys/net/ipv6/conf/{device}/disable_ipv6").write_text("1")
            ip("link", "set", device, "up")
    try:
        taken: list[bytes] = []
        ears = Neighbours((lan, wan), tmp_path)
        take = ears.take
        ears.take = lambda frame, **rest: (taken.append(frame), take(frame, **rest))[1]  # type: ignore[method-assign, func-returns-value]
        ears.start()
        time.sleep(0.5)
        noise = [
            FROM_MACHINE / IP() / TCP() / Raw(b"x" * 100),
            FROM_MACHINE / IP() / UDP(dport=443) / Raw(b"x" * 100),
            FROM_MACHINE / PPPoE(sessionid=7) / PPP(proto=0x21) / IP() / UDP(),
            FROM_MACHINE / ARP(op=1),
            FROM_MACHINE / IPv6() / UDP(sport=67),
            FROM_MACHINE / IP(frag=9, proto=17) / Raw(b"\0\x44\0\x43" + b"x" * 60),
        ]
        wanted = [_asks_for_an_address(), _answers_by_mdns(), _registers_by_netbios(), LOGIN_LIVES]
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as mouth:
            mouth.bind((office, 0))
            for frame in (*noise, *wanted):
                mouth.send(bytes(frame).ljust(60, b"\0"))
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as mouth:
            mouth.bind((router, 0))
            for frame in (ADVERTISEMENT, OFFER, LOGIN):
                mouth.send(bytes(frame).ljust(60, b"\0"))
        until = time.monotonic() + 10
        while time.monotonic() < until and (len(taken) < 7 or not (tmp_path / "neighbours.json").exists()):
            time.sleep(0.1)
        assert sorted(taken) == sorted(
            bytes(frame).ljust(60, b"\0") for frame in (*wanted, ADVERTISEMENT, OFFER, LOGIN)
        )
        stored = json.loads((tmp_path / "neighbours.json").read_text())
        assert stored["line"].get("address") in {"private", "cgnat", "global", "link_local", "none", None}
    finally:
        for device in (lan, wan):
            ip("link", "del", device)
