"""Stored batches on their way to becoming rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from alerts.batches import lines_of, plain_of


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


@dataclass(frozen=True)
class Portion:
    """Batches of one box and epoch with their lines, one after the other in the sequence: they are stored as one."""

    batches: Sequence[WaitingBatch]
    lines: Sequence[Sequence[bytes]]  # of each batch

    @property
    def tenant_id(self) -> int:
        return self.batches[0].tenant_id

    @property
    def sensor_id(self) -> int:
        return self.batches[0].sensor_id

    @property
    def epoch(self) -> int:
        return self.batches[0].epoch

    @cached_property
    def first_seqs(self) -> list[int]:
        """Where each batch begins."""
        return [batch.first_seq for batch in self.batches]

    @property
    def received_at(self) -> datetime:
        """When the last of them was received."""
        return self.batches[-1].received_at

    @property
    def end(self) -> int:
        """The sequence number after the last line."""
        return self.batches[-1].first_seq + len(self.lines[-1])

    def place(self, seq: int) -> int:
        """Which of the batches (from 0) the line with this sequence number is in."""
        return bisect_right(self.first_seqs, seq) - 1


def portions(batches: Sequence[WaitingBatch], most_bytes: int) -> Iterator[Portion]:
    """The batches in their order, as many together as belong together and have at most `most_bytes` unpacked.

    A batch that overlaps the one before it, or is of another epoch, begins a new portion. Raises Malformed or TooLarge
    when a batch cannot be unpacked.
    """
    taken: list[WaitingBatch] = []
    lines: list[list[bytes]] = []
    size = end = 0
    for batch in batches:
        plain = plain_of(batch.body, batch.encoding)
        if taken and (batch.epoch != taken[-1].epoch or batch.first_seq < end or size + len(plain) > most_bytes):
            yield Portion(taken, lines)
            taken, lines, size = [], [], 0
        taken.append(batch)
        lines.append(lines_of(plain))
        size += len(plain)
        end = batch.first_seq + len(lines[-1])
    if taken:
        yield Portion(taken, lines)
