"""Rules about boxes: plain functions on plain data."""

from __future__ import annotations

import json
from ipaddress import ip_network
from typing import Any

CLOCK_TOLERANCE_MS = 5 * 60 * 1000
MOST_NETWORKS = 64
LEAST_DISK_MB = 200  # below, Suricata's records and files to scan soon find no room
_TEXTS = ("agent_version", "suricata_version", "rules_version", "protection")
_OBJECTS = ("functions", "spool", "clock", "health", "eve", "files", "bypass")


def clock_is_wrong(offset_ms: int) -> bool:
    """Whether a box's clock is so far off that its times cannot be corrected by the measured difference."""
    return abs(offset_ms) > CLOCK_TOLERANCE_MS


def disk_is_full(report: dict[str, Any]) -> bool:
    """Whether a box that goes on blocking can soon no longer write down what it saw."""
    free = report.get("health", {}).get("disk_free_mb")
    return isinstance(free, int | float) and free < LEAST_DISK_MB


def networks_read(value: Any) -> list[str] | None:
    """The firm's networks as a box reports them, in one spelling; None when the list cannot be used.

    A network of everything (prefix length 0) would make every attack look internal and is refused.
    """
    if not isinstance(value, list) or not 0 < len(value) <= MOST_NETWORKS:
        return None
    try:
        networks = [ip_network(text, strict=False) for text in value if isinstance(text, str)]
    except ValueError:
        return None
    if len(networks) != len(value) or any(network.prefixlen == 0 for network in networks):
        return None
    return sorted({str(network) for network in networks})


def report_read(report: dict[str, Any]) -> dict[str, Any]:
    """A box's report without the parts whose kind is wrong: pages show them and must not fail on one bad box."""
    texts = {name for name in _TEXTS if not isinstance(report.get(name, ""), str)}
    objects = {name for name in _OBJECTS if not isinstance(report.get(name, {}), dict)}
    kept = {name: value for name, value in report.items() if name not in texts | objects}
    functions = kept.get("functions", {})
    if not all(isinstance(value, str) for value in functions.values()):
        kept["functions"] = {name: value for name, value in functions.items() if isinstance(value, str)}
    return kept


def json_object(body: bytes) -> dict[str, Any]:
    """A JSON object from a box, with what PostgreSQL's jsonb refuses (NUL, lone surrogates) replaced.

    Raises ValueError with a sentence for the box's log.
    """
    try:
        clean = json.dumps(json.loads(body), ensure_ascii=False, allow_nan=False).replace("\\u0000", "\\ufffd")
        value = json.loads(clean.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("the body must be a JSON object")
    return value
