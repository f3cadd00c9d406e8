"""Boxes for the bench: signs and posts batches over a kept-open connection as the agent does."""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PATH = "/api/v1/batches"


class BenchBox:
    """One box with its key and its place in the sequence."""

    def __init__(self, device_id: uuid.UUID, key_id: uuid.UUID, key: Ed25519PrivateKey, url: str) -> None:
        self._device_id, self._key_id, self._key = device_id, key_id, key
        self._host = urlsplit(url).netloc
        self._next = 0

    def send(self, events: list[bytes], per_batch: int) -> None:
        """Post all events. Raises RuntimeError for any answer but 202."""
        connection = http.client.HTTPConnection(self._host, timeout=30)
        for start in range(0, len(events), per_batch):
            part = events[start : start + per_batch]
            body = zstandard.compress(b"\n".join(part) + b"\n")
            connection.request("POST", PATH, body, self._headers(body, len(part)))
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 202:
                raise RuntimeError(f"{answer.status} {content[:300]!r}")
            self._next += len(part)
        connection.close()

    def post(self, body: bytes, count: int) -> int:
        """Post one packed body as a batch of `count` lines; → the status. The sequence goes on when it was taken."""
        connection = http.client.HTTPConnection(self._host, timeout=120)
        connection.request("POST", PATH, body, self._headers(body, count))
        answer = connection.getresponse()
        answer.read()
        connection.close()
        self._next += count * (answer.status == 202)
        return answer.status

    def _headers(self, body: bytes, count: int) -> dict[str, str]:
        headers = {
            "Otasuke-Batch": str(_uuid7()),
            "Otasuke-Clock-Offset-Ms": "0",
            "Otasuke-Content-SHA256": hashlib.sha256(body).hexdigest(),
            "Otasuke-Count": str(count),
            "Otasuke-Device": str(self._device_id),
            "Otasuke-Epoch": "1",
            "Otasuke-First-Seq": str(self._next),
            "Otasuke-Key": str(self._key_id),
            "Otasuke-Last-Seq": str(self._next + count - 1),
            "Otasuke-Sent-At": datetime.now(UTC).isoformat(),
        }
        named = "".join(f"{name}:{value}\n" for name, value in sorted((n.lower(), v) for n, v in headers.items()))
        signature = self._key.sign(f"otasuke-v1\nPOST\n{PATH}\n{named}".encode())
        return {**headers, "Otasuke-Signature": base64.b64encode(signature).decode(), "Content-Encoding": "zstd"}


def _uuid7() -> uuid.UUID:
    raw = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    raw[6], raw[8] = 0x70 | raw[6] & 0x0F, 0x80 | raw[8] & 0x3F
    return uuid.UUID(bytes=bytes(raw))


def boxes_make(count: int, url: str, emails: Sequence[str] = ()) -> list[BenchBox]:
    """One firm per box, activated by code as in life; `emails` are the firms' addresses, none without."""
    from sensors.activation import code_read
    from sensors.services import activation_code_issue, sensor_activate, sensor_prepare
    from tenants.models import Enrolment, Organisation, Programme
    from tenants.tenancy.scope import tenant_scope

    office = Organisation.objects.using("owner").create(name="計測事務局", kind=Organisation.Kind.OFFICE)
    programme = Programme.objects.using("owner").create(
        name="計測", office=office, desk_name="窓口", desk_phone="0120-000-000", desk_email="desk@otasuke.invalid"
    )
    boxes = []
    for number in range(count):
        firm = Organisation.objects.using("owner").create(
            name=f"計測用 {number}", kind=Organisation.Kind.SME, email=emails[number] if emails else ""
        )
        Enrolment(tenant_id=firm.pk, programme_id=programme.pk, contract_start=date(2026, 4, 1)).save(using="owner")
        with tenant_scope(firm.pk):
            issued = activation_code_issue(sensor=sensor_prepare(tenant_id=firm.pk, name="計測用"))
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        made = sensor_activate(code=code_read(issued.code), public_key=public, hardware={}, agent_version="bench")
        boxes.append(BenchBox(made.device_id, made.key_id, key, url))
    return boxes
