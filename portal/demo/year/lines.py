"""The lines a box would send for what happens: Suricata's EVE and the box's own antivirus records."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import datetime, timedelta
from typing import Any, Final

from portal.demo.year.happenings import MACHINES, Happening, What

ROUTER: Final = ("192.168.1.1", "02:00:5e:00:53:01")
_MAJOR: Final = {"signature_severity": ["Major"], "confidence": ["High"]}
# What the rules of the box say: name, class, metadata, port, protocol.
_Rule = tuple[int, str, str, dict[str, list[str]], int, str]
_PROBES: Final[tuple[_Rule, ...]] = (
    (
        2006446,
        "ET WEB_SERVER Possible SQL Injection Attempt UNION SELECT",
        "Web Application Attack",
        _MAJOR,
        80,
        "http",
    ),
    (
        2009714,
        "ET WEB_SERVER Script tag in URI, Possible Cross Site Scripting Attempt",
        "Web Application Attack",
        _MAJOR,
        80,
        "http",
    ),
    (
        2001219,
        "ET SCAN Potential SSH Scan",
        "Attempted Information Leak",
        {"signature_severity": ["Informational"], "confidence": ["Medium"]},
        22,
        "ssh",
    ),
    (
        2023628,
        "ET EXPLOIT Netgear R7000 Command Injection Exploit",
        "Attempted User Privilege Gain",
        _MAJOR,
        80,
        "http",
    ),
    (
        2034648,
        "ET EXPLOIT Apache log4j RCE Attempt (http rmi) (CVE-2021-44228)",
        "Attempted Administrator Privilege Gain",
        _MAJOR,
        80,
        "http",
    ),
)
_BAD_SITE: Final[_Rule] = (
    1900000,
    "OTASUKE WEB_GUARD listed web address",
    "Possible Social Engineering Attempted",
    {"otasuke_function": ["web_guard"], "attack_target": ["Client_Endpoint"], **_MAJOR},
    80,
    "http",
)
_OF: Final[dict[What, _Rule]] = {
    What.BAD_SITE: _BAD_SITE,
    What.PHISHING: (
        2032182,
        "ET PHISHING Generic Credential Phish Landing Page",
        "Possible Social Engineering Attempted",
        {"attack_target": ["Client_Endpoint"], "tag": ["Phishing"], **_MAJOR},
        80,
        "http",
    ),
    What.WEAK_ROUTER: (
        2006402,
        "ET POLICY Incoming Basic Auth Base64 HTTP Password with a default user name",
        "Attempt to login by a default username and password",
        _MAJOR,
        80,
        "http",
    ),
    What.DYNAMIC_DNS: (
        2028684,
        "ET POLICY DNS Query to DynDNS Domain *.myftp .org",
        "Potentially Bad Traffic",
        {"attack_target": ["Client_Endpoint"], "signature_severity": ["Informational"], "confidence": ["High"]},
        53,
        "dns",
    ),
    What.CALLBACKS: (
        2035537,
        "ET MALWARE Sample Loader CnC Checkin",
        "Malware Command and Control Activity Detected",
        {"attack_target": ["Client_Endpoint"], "tag": ["c2"], **_MAJOR},
        80,
        "http",
    ),
}
_SITES: Final = ("prize-present.example", "free-softwares.example", "delivery-notice.example", "video-player.example")
_VIRUSES: Final = ("Win.Trojan.Agent-6600", "Doc.Downloader.Macro-9911", "Js.Malware.Generic-7741")
_FILES: Final = ("請求書.zip", "見積書.doc", "invoice.js")
_WIDE: Final = timedelta(days=6, hours=20)


def mac_of(machine: int) -> str:
    """The network card of a firm's machine."""
    return f"02:00:5e:00:53:{0x20 + machine:02x}"


def ip_of(machine: int) -> str:
    """Its address."""
    return f"192.168.1.{20 + machine}"


def lines_of(happening: Happening, dice: random.Random) -> list[bytes]:
    """The lines, in the order of time."""
    if happening.what == What.PROBES:
        events = [_probe(at, happening, dice) for at in _spread(happening, dice)]
    elif happening.what in (What.VIRUS_STOPPED, What.VIRUS_DELIVERED):
        events = [_virus(happening, dice)]
    else:
        step = timedelta(minutes=7)
        events = [_outward(happening.at + step * number, happening, dice) for number in range(happening.count)]
    return [_line(event) for event in events]


def day_line(day: datetime, dice: random.Random) -> bytes:
    """What a box adds up of one working day: traffic, machines, programs that name themselves."""
    devices = [
        {
            "ip": ip_of(machine),
            "mac": mac_of(machine),
            "name": f"PC-{machine + 1:02d}",
            "first_seen": _moment(day),
            "last_seen": _moment(day + timedelta(hours=8)),
        }
        for machine in range(MACHINES)
    ]
    return _line(
        {
            "timestamp": _moment(day + timedelta(hours=9)),
            "event_type": "aggregate",
            "aggregate": {
                "from": _moment(day),
                "to": _moment(day + timedelta(hours=9)),
                "bytes_in": dice.randrange(2, 9) * 10**9,
                "bytes_out": dice.randrange(2, 9) * 10**8,
                "flows": dice.randrange(20_000, 90_000),
                "dns_queries": dice.randrange(10_000, 40_000),
                "top_hosts": [["www.example.com", 10**9], ["cloud.example.net", 6 * 10**8]],
                "user_agents": [["Mozilla/5.0 (Windows NT 10.0; Win64; x64)", 900]],
                "devices": devices,
            },
        }
    )


def _spread(happening: Happening, dice: random.Random) -> list[datetime]:
    return sorted(happening.at + _WIDE * dice.random() for _ in range(happening.count))


def _probe(at: datetime, happening: Happening, dice: random.Random) -> dict[str, Any]:
    rule = dice.choices(_PROBES, (20, 17, 6, 5, 3))[0]
    outside = f"{dice.choice(('192.0.2', '198.51.100', '203.0.113'))}.{dice.randrange(1, 255)}"
    event = _alert(at, rule, outside, ip_of(happening.machine), blocked=True, dice=dice)
    event["ether"] = {"src_mac": ROUTER[1], "dest_mac": mac_of(happening.machine)}
    if rule[5] == "http":
        event["http"] = {"hostname": "www.otasuke-demo.invalid", "url": "/index.php?id=1", "http_method": "GET"}
    return event


def _outward(at: datetime, happening: Happening, dice: random.Random) -> dict[str, Any]:
    rule = _OF[happening.what]
    inside = happening.what in (What.WEAK_ROUTER, What.DYNAMIC_DNS)
    to = ROUTER[0] if inside else f"203.0.113.{10 + happening.machine}"
    blocked = happening.what in (What.BAD_SITE, What.CALLBACKS)
    event = _alert(at, rule, ip_of(happening.machine), to, blocked=blocked, dice=dice)
    event["ether"] = {"src_mac": mac_of(happening.machine), "dest_mac": ROUTER[1]}
    if happening.what == What.DYNAMIC_DNS:
        event["dns"] = {"type": "query", "rrname": "files.myftp.example", "rrtype": "A"}
    else:
        host = ROUTER[0] if inside else _SITES[happening.machine % len(_SITES)]
        event["http"] = {"hostname": host, "url": "/", "http_method": "GET"}
    return event


def _alert(
    at: datetime, rule: _Rule, opener: str, responder: str, *, blocked: bool, dice: random.Random
) -> dict[str, Any]:
    number, name, category, metadata, port, protocol = rule
    flow = {"src_ip": opener, "dest_ip": responder, "src_port": dice.randrange(1024, 65535), "dest_port": port}
    return {
        "timestamp": _moment(at),
        "flow_id": dice.randrange(1 << 50),
        "event_type": "alert",
        **flow,
        "proto": "UDP" if protocol == "dns" else "TCP",
        "app_proto": protocol,
        "direction": "to_server",
        "flow": flow,
        "alert": {
            "action": "blocked" if blocked else "allowed",
            "gid": 1,
            "signature_id": number,
            "rev": 1,
            "signature": name,
            "category": category,
            "severity": 1,
            "metadata": metadata,
        },
    }


def _virus(happening: Happening, dice: random.Random) -> dict[str, Any]:
    kind = dice.randrange(len(_VIRUSES))
    return {
        "timestamp": _moment(happening.at),
        "event_type": "antivirus",
        "src_ip": f"203.0.113.{10 + happening.machine}",
        "src_port": 80,
        "dest_ip": ip_of(happening.machine),
        "dest_port": dice.randrange(1024, 65535),
        "proto": "TCP",
        "app_proto": "http",
        "ether": {"src_mac": ROUTER[1], "dest_mac": mac_of(happening.machine)},
        "http": {"hostname": _SITES[kind], "url": f"/{_FILES[kind]}"},
        "antivirus": {
            "engine": "clamd",
            "signature": _VIRUSES[kind],
            "action": "blocked" if happening.what == What.VIRUS_STOPPED else "delivered",
            "sha256": hashlib.sha256(_VIRUSES[kind].encode()).hexdigest(),
            "size": dice.randrange(20_000, 400_000),
            "filename": _FILES[kind],
            "direction": "to_client",
        },
    }


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f+0000")


def _line(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
