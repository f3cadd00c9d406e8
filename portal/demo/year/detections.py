"""Detections of the year through the real intake: batches, grading, incidents, digests."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import zstandard

from alerts.batches import BatchHeader
from alerts.digest import digest_write, hour_of
from alerts.inbox import inbox_turn
from alerts.intake import ArrivedBatch, batch_store
from incidents.core.triage import groups_claim
from notifications.models import OutboxMessage
from portal.demo.year.happenings import Happening, What
from portal.demo.year.lines import day_line, lines_of
from tenants.tenancy.scope import tenant_scope

_URGENT = (What.CALLBACKS, What.VIRUS_DELIVERED)
NOT_MAILED = (What.PROBES, What.VIRUS_STOPPED)
_KEPT_FOR = timedelta(days=28)


@dataclass
class Wire:
    """What a firm's box sends: one batch after the other, each line numbered once."""

    tenant_id: int
    sensor_id: int
    dice: random.Random
    sequence: int = field(default=0)
    kept: list[tuple[datetime, list[bytes]]] = field(default_factory=list)  # until when it went on, and its lines

    def happens(self, happening: Happening) -> datetime:
        """Send what the box sees of it, and let the platform do what follows. → when all is done.

        What nobody is mailed about is kept by the box, some weeks at most, and goes with what it sends next: a batch
        costs the platform much the same with one line or with fifty.
        """
        lines = lines_of(happening, self.dice)
        over = happening.at + timedelta(days=7 if happening.what == What.PROBES else 0, minutes=8 * happening.count)
        self.kept.append((over, lines))
        if happening.what in NOT_MAILED:
            if over - self.kept[0][0] > _KEPT_FOR:
                self.rest(over)
            return over
        self.rest(over)
        if happening.what in _URGENT:
            groups_claim(now=over, firms={self.tenant_id})
        over = hour_of(over) + timedelta(hours=1, minutes=1)
        digest_write(tenant_id=self.tenant_id, hour=hour_of(over))
        return over

    def rest(self, now: datetime) -> None:
        """Send what was kept and is over by then."""
        lines = [line for over, kept in self.kept if over <= now for line in kept]
        self.kept = [(over, kept) for over, kept in self.kept if over > now]
        if lines:
            self._sent(lines, now)

    def days(self, days: Sequence[datetime]) -> None:
        """Send what the box added up of these days."""
        if days:
            self._sent([day_line(day, self.dice) for day in days], days[-1] + timedelta(hours=10))

    def _sent(self, lines: list[bytes], at: datetime) -> None:
        body = zstandard.compress(b"".join(line + b"\n" for line in lines))
        header = BatchHeader(_batch_id(at, self.dice), 1, self.sequence, len(lines), "zstd")
        self.sequence += len(lines)
        batch = ArrivedBatch(header, body, hashlib.sha256(body).digest(), 0, at)
        batch_store(tenant_id=self.tenant_id, sensor_id=self.sensor_id, batch=batch)
        inbox_turn(tenant_id=self.tenant_id, sensor_id=self.sensor_id, now=at)


def _batch_id(at: datetime, dice: random.Random) -> uuid.UUID:
    """A UUID of version 7 (RFC 9562) of that time: the inbox is kept by the month in which a batch was made."""
    milliseconds = int(at.timestamp() * 1000)
    value = milliseconds << 80 | 0x7 << 76 | dice.getrandbits(12) << 64 | 0b10 << 62 | dice.getrandbits(62)
    return uuid.UUID(int=value)


def mails_settled(tenant_id: int, at: datetime) -> None:
    """What the past mailed was mailed then: nothing of it leaves for anybody's mailbox now."""
    with tenant_scope(tenant_id):
        waiting = OutboxMessage.objects.filter(tenant_id=tenant_id, state=OutboxMessage.State.WAITING)
        waiting.update(state=OutboxMessage.State.SENT, created_at=at, due_at=at, sent_at=at, attempts=1)
