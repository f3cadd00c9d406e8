"""Alert lines like a busy box sends them: about 1.4 kB each, 300 rules of which the first ten make most of the volume
(as OSK 表4-24), three servers attacked from outside, 40 machines that speak from inside."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

_CLASSES = (
    ("Web Application Attack", "in", "Major"),
    ("Attempted Administrator Privilege Gain", "in", "Major"),
    ("Attempted Information Leak", "in", "Informational"),
    ("Misc Attack", "in", "Minor"),
    ("Potentially Bad Traffic", "out", "Informational"),
    ("Misc activity", "out", "Minor"),
)
# Few events are malware's own: 70 of 10,796 in OSK 表4-21. One rule in a hundred, from the rare end.
_MALWARE = ("A Network Trojan was detected", "out", "Major")
_WORDS = [
    "gateway",
    "portal",
    "upload",
    "console",
    "report",
    "archive",
    "session",
    "profile",
    "backup",
    "printer",
    "camera",
    "account",
]
RULES = 300
MACHINES = 40
SERVERS = 3


def lines(count: int, *, seed: int, until: datetime | None = None) -> list[bytes]:
    """`count` lines in order of time, ending now. The same seed and time give the same lines."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable sample
    end = until or datetime.now(UTC)
    rules = [_rule(number) for number in range(RULES)]
    weights = [(number + 1) ** -1.5 for number in range(RULES)]
    chosen = dice.choices(rules, weights, k=count)
    return [
        json.dumps(
            _event(rule, end - timedelta(milliseconds=100 * (count - index)), dice), separators=(",", ":")
        ).encode()
        for index, rule in enumerate(chosen)
    ]


def _rule(number: int) -> dict[str, Any]:
    category, way, severity = _MALWARE if number % 100 == 99 else _CLASSES[number % len(_CLASSES)]
    word = _WORDS[number % len(_WORDS)]
    return {
        "way": way,
        "alert": {
            "action": "blocked" if way == "in" else "allowed",
            "gid": 1,
            "signature_id": 2_100_000 + number,
            "rev": 1 + number % 7,
            "signature": f"Sample rule {number} unusual request for {word} with long argument",
            "category": category,
            "severity": 1 + number % 3,
            "metadata": {
                "affected_product": ["Web_Server_Applications"],
                "attack_target": ["Server" if way == "in" else "Client_Endpoint"],
                "confidence": ["High"],
                "created_at": ["2024_03_05"],
                "deployment": ["Perimeter", "Internal"],
                "signature_severity": [severity],
                "updated_at": ["2025_11_19"],
            },
        },
    }


def _event(rule: dict[str, Any], moment: datetime, dice: random.Random) -> dict[str, Any]:
    # From outside only what the router lets in is met; from inside every machine speaks.
    machine = dice.randrange(SERVERS) if rule["way"] == "in" else min(int(dice.expovariate(0.2)), MACHINES - 1)
    inside = f"192.168.1.{10 + machine}"
    outside = f"{dice.choice(('192.0.2', '198.51.100', '203.0.113'))}.{dice.randrange(1, 255)}"
    opener, responder = (outside, inside) if rule["way"] == "in" else (inside, outside)
    mac = f"02:00:00:00:01:{int(inside.rsplit('.', 1)[1]):02x}"
    macs = ("02:00:00:00:00:01", mac) if rule["way"] == "in" else (mac, "02:00:00:00:00:01")
    flow = {"src_ip": opener, "dest_ip": responder, "src_port": dice.randrange(1024, 65535), "dest_port": 80}
    word = dice.choice(_WORDS)
    timestamp = moment.strftime("%Y-%m-%dT%H:%M:%S.%f+0000")
    return {
        "timestamp": timestamp,
        "flow_id": dice.randrange(1 << 50),
        "in_iface": "eth1",
        "event_type": "alert",
        **flow,
        "proto": "TCP",
        "ip_v": 4,
        "pkt_src": "wire/pcap",
        "ether": {"src_mac": macs[0], "dest_mac": macs[1]},
        "tx_id": dice.randrange(4),
        "alert": rule["alert"],
        "http": {
            "hostname": f"{word}.example.net",
            "url": f"/{word}/index.php?id={dice.randrange(10**9)}&token={dice.randrange(1 << 120):030x}&lang=ja",
            "http_user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)",
            "http_content_type": "text/html",
            "http_refer": f"http://{word}.example.net/start",
            "http_method": "GET",
            "protocol": "HTTP/1.1",
            "status": 200,
            "length": dice.randrange(20000),
        },
        "app_proto": "http",
        "direction": "to_server",
        "flow": {
            "pkts_toserver": dice.randrange(3, 40),
            "pkts_toclient": dice.randrange(3, 40),
            "bytes_toserver": dice.randrange(400, 9000),
            "bytes_toclient": dice.randrange(400, 90000),
            "start": timestamp,
            **flow,
        },
        "verdict": {"action": "drop" if rule["way"] == "in" else "alert"},
    }
