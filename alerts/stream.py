"""A synthetic stream of 10,796 EVE events over 53 firms, composed like OSK 表4-21 and 表4-22.

The numbers per function and direction are the source's; messages, names and addresses are ours. Nothing in an
event names its grade: classes and metadata are those public rules carry. `python -m alerts.stream > eve.json`
writes it. The same seed always gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

FIRMS = 53
FIRST_DAY = datetime(2026, 9, 1, tzinfo=UTC)
DAYS = 91
SEED = 20201231
_MALWARE_GAP = timedelta(days=3)


@dataclass(frozen=True)
class Part:
    """One kind of event: how many, at which firms (first, last), and the rule fields it carries."""

    count: int
    firms: tuple[int, int]
    way: str
    message: str
    category: str
    severity: int
    metadata: dict[str, list[str]]
    action: str = "blocked"
    port: int = 80


def _meta(severity: str, confidence: str = "High", **more: str) -> dict[str, list[str]]:
    return {"signature_severity": [severity], "confidence": [confidence], **{key: [more[key]] for key in more}}


_WEB = "Web Application Attack"
_RECON = "Attempted Information Leak"
_ADMIN = "Attempted Administrator Privilege Gain"
_TROJAN = "A Network Trojan was detected"

# Firms: inbound IPS 1-22 (22), inbound AV 19-30 (12), outbound IPS 16-30 (15), WG 27-38 (12), internal 28-30 (3):
# 30 firms inbound, 23 outbound or internal, 38 of 53 in all.
PARTS: tuple[Part, ...] = (
    # inbound IPS: 7,906 blocked
    Part(1964, (1, 13), "in", "Script tag in request parameter", _WEB, 1, _meta("Major", attack_target="Web_Server")),
    Part(1697, (1, 1), "in", "SQL UNION ALL SELECT in query A", _WEB, 1, _meta("Major", tag="SQL_Injection")),
    Part(1662, (1, 1), "in", "SQL UNION ALL SELECT in query B", _WEB, 1, _meta("Major", tag="SQL_Injection")),
    Part(1300, (2, 6), "in", "Injection tool user agent", _RECON, 2, _meta("Informational")),
    Part(457, (3, 18), "in", "Many failed log-ins in a short time", "Misc Attack", 2, _meta("Minor", "Medium")),
    Part(447, (5, 22), "in", "Router set-up page command execution", _ADMIN, 1, _meta("Major", attack_target="IoT")),
    Part(275, (7, 22), "in", "Streaming server oversized header", _ADMIN, 1, {}, port=554),
    Part(104, (9, 22), "in", "Remote file include attempt", _WEB, 1, {}),
    # inbound AV: 524 blocked
    Part(524, (19, 30), "av", "Synthetic.Test.Virus", "", 1, {}),
    # outbound IPS: 2,091 = 70 malware + 478 other attacks + 1,543 that nobody need act on
    Part(
        70,
        (16, 30),
        "out-malware",
        "Loader check-in request",
        _TROJAN,
        1,
        _meta("Major", attack_target="Client_Endpoint"),
    ),
    Part(
        241,
        (16, 30),
        "out",
        "Advertising program asks for its next pictures",
        "Possibly Unwanted Program Detected",
        1,
        _meta("Major", "Medium"),
    ),
    Part(237, (16, 30), "out", "Redirect page of an exploit kit", "Exploit Kit Activity Detected", 1, _meta("Minor")),
    Part(
        900,
        (16, 30),
        "out",
        "Uncommon user agent to bare address",
        "Potentially Bad Traffic",
        2,
        _meta("Informational"),
        "allowed",
    ),
    Part(443, (16, 28), "out", "Own address asked from a web service", "Misc activity", 3, {}, "allowed", 443),
    Part(
        200, (17, 30), "out", "Unexpected record in protocol", "Generic Protocol Command Decode", 3, {}, "allowed", 25
    ),
    # internal IPS: 199
    Part(
        179,
        (28, 30),
        "lan",
        "HTTP Basic log-in with a default password",
        "Attempt to login by a default username and password",
        2,
        _meta("Informational", attack_target="Networking_Equipment"),
        "allowed",
    ),
    Part(
        20,
        (28, 29),
        "lan",
        "HTTP Basic log-in with an empty password",
        "Attempt to login by a default username and password",
        2,
        {},
        "allowed",
    ),
    # web guard: 76
    Part(
        76,
        (27, 38),
        "wg",
        "Listed dangerous site",
        "Possible Social Engineering Attempted",
        2,
        {"otasuke_function": ["web_guard"]},
    ),
)


def events(seed: int = SEED) -> list[dict[str, Any]]:
    """All events in order of time."""
    dice = random.Random(seed)  # noqa: S311  (a repeatable sample, no secret)
    made = [event for number, part in enumerate(PARTS) for event in _part(number, part, dice)]
    return sorted(made, key=lambda event: (event["timestamp"], event["flow_id"]))


def lines(seed: int = SEED) -> Iterator[bytes]:
    """The stream as EVE lines with line ends."""
    for event in events(seed):
        yield json.dumps(event, separators=(",", ":")).encode() + b"\n"


def _part(number: int, part: Part, dice: random.Random) -> Iterator[dict[str, Any]]:
    first, last = part.firms
    for index in range(part.count):
        # Round robin makes every firm of the part appear; the order of the dice must not decide that.
        firm = first + index % (last - first + 1)
        moment = FIRST_DAY + timedelta(seconds=dice.randrange(DAYS * 86400), microseconds=dice.randrange(10**6))
        if part.way == "out-malware":
            # Days apart per firm: possible infections, none of which reaches the count of callbacks.
            turn = index // (last - first + 1)
            moment = FIRST_DAY + turn * 5 * _MALWARE_GAP + timedelta(hours=firm, minutes=dice.randrange(60))
        yield _event(number, index, part, firm, moment, dice)


def _event(number: int, index: int, part: Part, firm: int, moment: datetime, dice: random.Random) -> dict[str, Any]:
    inside = f"192.168.{firm}.{10 + dice.randrange(20)}"
    outside = f"{dice.choice(('192.0.2', '198.51.100', '203.0.113'))}.{1 + dice.randrange(254)}"
    opener, responder = {"in": (outside, inside), "lan": (inside, f"192.168.{firm}.1")}.get(part.way, (inside, outside))
    port = 1024 + dice.randrange(60000)
    flow = {"src_ip": opener, "dest_ip": responder, "src_port": port, "dest_port": part.port}
    event: dict[str, Any] = {
        "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.%f+0000"),
        "flow_id": (number << 40) + (index << 20) + firm,
        "host": f"firm-{firm:02d}",
        "event_type": "alert",
        **flow,
        "proto": "TCP",
        "ether": {
            "src_mac": f"02:00:00:00:{firm:02x}:{int(inside.rsplit('.')[-1]):02x}",
            "dest_mac": "02:00:00:00:00:01",
        },
        "app_proto": {80: "http", 443: "tls", 25: "smtp", 554: "failed"}[part.port],
        "direction": "to_server",
        "flow": flow,
    }
    if part.way == "in":
        event["ether"] = {"src_mac": event["ether"]["dest_mac"], "dest_mac": event["ether"]["src_mac"]}
    if part.way == "av":
        return _virus(event, part, index, opener, responder)
    event["alert"] = {
        "action": part.action,
        "gid": 1,
        "signature_id": 1900000 + number,
        "rev": 1,
        "signature": part.message,
        "category": part.category,
        "severity": part.severity,
        **({"metadata": part.metadata} if part.metadata else {}),
    }
    if part.way == "wg":
        event["http"] = {"hostname": f"site-{index % 10}.example", "url": "/landing", "http_method": "GET"}
    return event


def _virus(event: dict[str, Any], part: Part, index: int, opener: str, responder: str) -> dict[str, Any]:
    """A file on its way back to the client: its source is the sender, as in Suricata's own file events."""
    flow = event["flow"]
    return {
        **event,
        "event_type": "antivirus",
        "direction": "to_client",
        "src_ip": responder,
        "src_port": flow["dest_port"],
        "dest_ip": opener,
        "dest_port": flow["src_port"],
        "ether": {"src_mac": event["ether"]["dest_mac"], "dest_mac": event["ether"]["src_mac"]},
        "antivirus": {
            "engine": "clamd",
            "signature": f"{part.message}.{index % 10}",
            "action": "blocked",
            "sha256": hashlib.sha256(f"file {index}".encode()).hexdigest(),
            "size": 200_000,
            "filename": f"document-{index % 10}.zip",
            "direction": "to_client",
            "learned": True,
        },
    }


def main() -> None:
    """Writes the stream to standard output."""
    for line in lines():
        sys.stdout.buffer.write(line)


if __name__ == "__main__":
    main()
