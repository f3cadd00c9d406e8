"""A box as seen from outside: signs and posts what a real one would."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from tests.factories import Box


def uuid7(at: float | None = None) -> str:
    """A batch id made now."""
    milliseconds = int((at or time.time()) * 1000)
    raw = bytearray(milliseconds.to_bytes(6, "big") + os.urandom(10))
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return str(UUID(bytes=bytes(raw)))


def packed(lines: Sequence[bytes], encoding: str = "zstd") -> bytes:
    """A batch's body."""
    plain = b"".join(line + b"\n" for line in lines)
    return zstandard.compress(plain) if encoding == "zstd" else gzip.compress(plain)


@dataclass
class Sender:
    """Posts as one box. `clock_offset_ms` is what the box believes its clock is off."""

    box: Box
    epoch: int = 1
    next_seq: int = 0
    clock_offset_ms: int = 0

    def headers(self, body: bytes, **changed: str) -> dict[str, str]:
        """The signed headers before the signature."""
        return {
            "Otasuke-Device": str(self.box.sensor.device_id),
            "Otasuke-Key": str(self.box.key_id),
            "Otasuke-Sent-At": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "Otasuke-Clock-Offset-Ms": str(self.clock_offset_ms),
            "Otasuke-Content-SHA256": hashlib.sha256(body).hexdigest(),
            **{f"Otasuke-{name.replace('_', '-')}": value for name, value in changed.items()},
        }

    def batch_headers(self, body: bytes, count: int, **changed: str) -> dict[str, str]:
        """The headers of a batch at the next place of the sequence."""
        place = {
            "Batch": uuid7(),
            "Epoch": str(self.epoch),
            "First_Seq": str(self.next_seq),
            "Last_Seq": str(self.next_seq + count - 1),
            "Count": str(count),
        }
        return self.headers(body, **{**place, **changed})

    def signed(self, path: str, headers: dict[str, str], key: Ed25519PrivateKey | None = None) -> dict[str, str]:
        """The headers with their signature."""
        named = sorted((name.lower(), value) for name, value in headers.items())
        text = f"otasuke-v1\nPOST\n{path}\n" + "".join(f"{name}:{value}\n" for name, value in named)
        signature = (key or self.box.private_key).sign(text.encode())
        return {**headers, "Otasuke-Signature": base64.b64encode(signature).decode()}

    def post(self, path: str, body: bytes, headers: dict[str, str], **more: str) -> Any:
        """The platform's answer."""
        sent = {**self.signed(path, headers), **more}
        return Client().post(path, body, content_type="application/octet-stream", headers=sent)

    def batch(self, lines: Sequence[bytes], encoding: str = "zstd", **changed: str) -> Any:
        """Post the lines as the next batch; the sequence goes on when it was taken."""
        body = packed(lines, encoding)
        headers = self.batch_headers(body, len(lines), **changed)
        answer = self.post("/api/v1/batches", body, headers, **{"Content-Encoding": encoding})
        if answer.status_code == 202 and not changed:
            self.next_seq += len(lines)
        return answer

    def heartbeat(self, report: dict[str, Any]) -> Any:
        """Post a heartbeat."""
        body = json.dumps(report).encode()
        return self.post("/api/v1/heartbeats", body, self.headers(body))


def alert_line(at: datetime | None = None, **changed: Any) -> bytes:
    """An EVE alert: a trojan's blocked call from a machine of the firm to its command server."""
    moment = at or datetime.now(UTC) - timedelta(seconds=5)
    event = {
        "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.%f+0000"),
        "flow_id": 1234567890,
        "event_type": "alert",
        "src_ip": "192.168.1.20",
        "src_port": 50123,
        "dest_ip": "203.0.113.9",
        "dest_port": 80,
        "proto": "TCP",
        "app_proto": "http",
        "direction": "to_server",
        "flow": {"src_ip": "192.168.1.20", "src_port": 50123, "dest_ip": "203.0.113.9", "dest_port": 80},
        "ether": {"src_mac": "02:00:00:00:01:14", "dest_mac": "02:00:00:00:00:01"},
        "http": {"hostname": "c2.example.net", "url": "/gate.php", "http_method": "POST"},
        "alert": {
            "action": "blocked",
            "gid": 1,
            "signature_id": 2000001,
            "rev": 3,
            "signature": "Loader check-in request",
            "category": "A Network Trojan was detected",
            "severity": 1,
            "metadata": {"signature_severity": ["Major"], "confidence": ["High"]},
        },
    }
    alert = {**event["alert"], **changed.pop("alert", {})}  # type: ignore[dict-item]
    return json.dumps({**event, "alert": alert, **changed}).encode()


def ingest_all(box: Box, now: datetime | None = None) -> list[dict[str, Any]]:
    """Do what the worker does until nothing waits; the outcomes in order."""
    from alerts.inbox import inbox_turn

    place = {"tenant_id": box.sensor.tenant_id, "sensor_id": box.sensor.pk}
    outcomes: list[dict[str, Any]] = []
    while turn := inbox_turn(**place, now=now or datetime.now(UTC)):
        outcomes += turn
    return outcomes
