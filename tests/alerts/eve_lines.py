"""Makes EVE events for tests: complete ones, of which a test changes what it is about."""

from __future__ import annotations

import json
from typing import Any

from alerts import eve
from alerts.eve_fields import Event
from alerts.grading import Settings, Verdict, grade

INSIDE, INSIDE_2, ROUTER = "192.168.1.20", "192.168.1.21", "192.168.1.1"
OUTSIDE, OUTSIDE_2 = "203.0.113.5", "198.51.100.7"

TROJAN = "A Network Trojan was detected"
C2 = "Malware Command and Control Activity Detected"
WEB_ATTACK = "Web Application Attack"
TAKEOVER = "Attempted Administrator Privilege Gain"
POLICY = "Potential Corporate Privacy Violation"
DEFAULT_LOGIN = "Attempt to login by a default username and password"
DECODE = "Generic Protocol Command Decode"


def alert(
    opener: str = INSIDE,
    responder: str = OUTSIDE,
    category: str = TROJAN,
    *,
    answer: bool = False,
    blocked: bool = False,
    message: str = "ET MALWARE Sample Loader Checkin",
    metadata: dict[str, Any] | None = None,
    time: str = "2026-11-20T01:00:00.000000+0000",
    **changes: Any,
) -> dict[str, Any]:
    """An alert as Suricata 7 writes it. `answer`: the packet that alerted came from the responder."""
    flow = {"src_ip": opener, "dest_ip": responder, "src_port": 50000, "dest_port": 80}
    sender, receiver = (responder, opener) if answer else (opener, responder)
    event: dict[str, Any] = {
        "timestamp": time,
        "flow_id": 1234567890123,
        "event_type": "alert",
        "src_ip": sender,
        "src_port": 80 if answer else 50000,
        "dest_ip": receiver,
        "dest_port": 50000 if answer else 80,
        "proto": "TCP",
        "app_proto": "http",
        "direction": "to_client" if answer else "to_server",
        "flow": flow,
        "alert": {
            "action": "blocked" if blocked else "allowed",
            "gid": 1,
            "signature_id": 2000001,
            "rev": 3,
            "signature": message,
            "category": category,
            "severity": 1,
        },
    }
    if metadata is not None:
        event["alert"]["metadata"] = metadata
    return {**event, **changes}


def virus(
    sender: str = OUTSIDE, receiver: str = INSIDE, *, action: str = "delivered", **changes: Any
) -> dict[str, Any]:
    """Our antivirus verdict of a download: source is the file's sender, and there is no flow object."""
    return {
        "timestamp": "2026-11-20T01:00:00.000000+0000",
        "event_type": "antivirus",
        "src_ip": sender,
        "src_port": 80,
        "dest_ip": receiver,
        "dest_port": 50000,
        "proto": "TCP",
        "app_proto": "http",
        "antivirus": {
            "engine": "clamd",
            "signature": "Eicar-Test-Signature",
            "action": action,
            "sha256": "0" * 64,
            "size": 200000,
            "filename": "invoice.zip",
            "direction": "to_client",
            "learned": True,
        },
        **changes,
    }


def line(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


def decoded(event: dict[str, Any]) -> Event:
    return eve.decode(line(event))


def judged(event: dict[str, Any], *, prior: int = 0, settings: Settings | None = None) -> Verdict:
    return grade(decoded(event), prior, settings or Settings())
