"""What may leave the firm: chosen types, content stripped, unreadable lines as facts.

The lists below are the rule; docs/sensor-data.md explains them to people and a test compares the two.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from sensor_agent.moment import stamp_now
from sensor_agent.tail import Line

SHIPPED_TYPES: Final = frozenset({"alert", "antivirus", "unexamined", "aggregate", "unreadable"})

# Removed wherever the section holds them; "" is the event itself.
STRIPPED: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset({"payload", "payload_printable", "payload_length", "packet"}),
    "http": frozenset(
        {
            "http_request_body",
            "http_request_body_printable",
            "http_response_body",
            "http_response_body_printable",
            "request_headers",
            "response_headers",
            "cookie",
            "authorization",
        }
    ),
    "frame": frozenset({"payload", "payload_printable"}),
    "email": frozenset({"body", "body_md5", "url"}),
    "ftp": frozenset({"command_data", "reply"}),
    "mqtt": frozenset({"publish", "connect"}),
    "pgsql": frozenset({"request", "response"}),
    "telnet": frozenset({"data"}),
}


def strip(data: dict[str, Any]) -> bool:
    """Remove content in place; True when something was removed."""
    removed = False
    for section, keys in STRIPPED.items():
        part = data.get(section) if section else data
        if isinstance(part, dict):
            for key in keys & part.keys():
                del part[key]
                removed = True
    return removed


def unreadable(line: Line, reason: str) -> dict[str, Any]:
    """The event that tells the platform of a line that is not an event: facts and the first 256 characters."""
    raw = line.raw if line.raw is not None else line.start
    return {
        "timestamp": stamp_now(),
        "event_type": "unreadable",
        "unreadable": {
            "reason": reason,
            "length": line.length,
            "sha256": line.sha256 or hashlib.sha256(raw).hexdigest(),
            "head": raw[:256].decode("utf-8", "backslashreplace")[:256],
        },
    }
