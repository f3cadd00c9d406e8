"""A recorded eve.json: alerts in the order of time, mixed with the ordinary records Suricata writes around them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.ingest_events import lines

ENDED = datetime(2026, 11, 1, tzinfo=UTC)
STEP = timedelta(milliseconds=100)
_FLOW_ID = re.compile(rb'"flow_id":\d+')


def recording_write(path: Path, alerts: int) -> None:
    """Write `alerts` alert lines, numbered 1… by their flow_id, and an ordinary line after every fourth of them."""
    with path.open("wb") as file:
        for number, line in enumerate(lines(alerts, seed=7, until=ENDED), start=1):
            file.write(_FLOW_ID.sub(b'"flow_id":%d' % number, line, count=1) + b"\n")
            if number % 4 == 0:
                file.write(_ordinary(number, ENDED - STEP * (alerts - number)) + b"\n")


def _ordinary(number: int, moment: datetime) -> bytes:
    common = {
        "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.%f+0000"),
        "flow_id": 10**9 + number,
        "src_ip": f"192.168.1.{10 + number % 40}",
        "src_port": 40_000 + number % 20_000,
        "dest_ip": "198.51.100.80",
        "dest_port": 443,
        "proto": "TCP",
    }
    kinds = (
        {"event_type": "flow", "flow": {"bytes_toserver": 900, "bytes_toclient": 52_000, "state": "closed"}},
        {"event_type": "http", "http": {"hostname": "www.example.net", "url": "/", "http_method": "GET"}},
        {"event_type": "tls", "tls": {"sni": "shop.example.com", "version": "TLS 1.3"}},
        {"event_type": "dns", "dns": {"type": "query", "rrname": "www.example.com", "rrtype": "A"}},
    )
    return json.dumps(common | kinds[number // 4 % len(kinds)], separators=(",", ":")).encode()
