"""A stored batch on its way to becoming rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class WaitingBatch:
    """A stored batch that is being worked on."""

    tenant_id: int
    sensor_id: int
    batch_id: UUID
    epoch: int
    first_seq: int
    encoding: str
    body: bytes
    clock_offset_ms: int
    received_at: datetime
    attempts: int
