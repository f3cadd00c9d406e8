"""Times as EVE writes them, and identifiers ordered by time."""

import os
import time
import uuid
from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """`2026-11-21T06:08:00.123456+0000`, the way Suricata writes times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+0000")


def stamp_now() -> str:
    return stamp(datetime.now(UTC))


def parse(text: str) -> datetime | None:
    """A time with a zone as Suricata writes it, or None (third-party logs leave the zone out)."""
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else None


def uuid7() -> uuid.UUID:
    """RFC 9562 version 7: 48 bits of Unix milliseconds, then random."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)
