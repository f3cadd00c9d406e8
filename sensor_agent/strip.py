"""From a line of eve.json to what may leave the firm: chosen types, content stripped, unreadable lines as facts.

The lists below are the rule; docs/sensor-data.md explains them to people and a test compares the two.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from sensor_agent.moment import stamp_now
from sensor_agent.tail import Line

SHIPPED_TYPES: Final = frozenset({"alert", "antivirus", "aggregate", "unreadable"})
MAX_SHIPPED_BYTES: Final = 64_000  # the platform refuses a batch with a line above 64 kB
MAX_DEPTH: Final = 32

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


class NotAnEvent(Exception):
    """The line cannot be shipped as an event; the text is a short reason code."""


@dataclass(frozen=True)
class Event:
    """A parsed event and, when nothing had to be changed, its bytes as Suricata wrote them."""

    data: dict[str, Any]
    raw: bytes | None

    @property
    def kind(self) -> str:
        return str(self.data["event_type"])

    def encoded(self) -> bytes:
        """The bytes to ship. Raises NotAnEvent("too_long")."""
        body = self.raw if self.raw is not None else encode(self.data)
        if len(body) > MAX_SHIPPED_BYTES:
            raise NotAnEvent("too_long")
        return body


def encode(data: Mapping[str, Any]) -> bytes:
    """ASCII JSON on one line: lone surrogates of hostile traffic survive as escapes."""
    return json.dumps(data, separators=(",", ":")).encode("ascii")


def _refuse_constant(name: str) -> NoReturn:
    raise NotAnEvent("not_json")


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)


def read(raw: bytes) -> Event:
    """Parse one line and strip it. Raises NotAnEvent with the reason."""
    try:
        data = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise NotAnEvent("not_utf8") from None
    except (ValueError, RecursionError):
        raise NotAnEvent("not_json") from None
    if not isinstance(data, dict):
        raise NotAnEvent("not_an_object")
    if not isinstance(data.get("event_type"), str):
        raise NotAnEvent("no_event_type")
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _depth(data) > MAX_DEPTH:
        raise NotAnEvent("too_deep")
    return Event(data, None if strip(data) else raw.strip())


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


def _depth(value: Any) -> int:
    deepest, stack = 0, [(value, 1)]
    while stack:
        current, level = stack.pop()
        children = current.values() if isinstance(current, dict) else current if isinstance(current, list) else None
        if children is not None:
            deepest = max(deepest, level)
            stack.extend((child, level + 1) for child in children)
    return deepest


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
