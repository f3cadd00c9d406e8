"""How far the box's clock is from the platform's, learnt from the platform's signed time."""

import secrets
import time
from datetime import UTC, datetime, timedelta

from sensor_agent.identity import Identity
from sensor_agent.platform import Platform, UnreachableError

REFRESH_S = 3600.0


class Clock:
    """Platform time = box time + offset. Until a verified answer came the offset is 0."""

    def __init__(self) -> None:
        self.offset_ms = 0
        self._measured_at: float | None = None

    def now(self) -> datetime:
        """Platform time."""
        return datetime.now(UTC) + timedelta(milliseconds=self.offset_ms)

    def due(self) -> bool:
        return self._measured_at is None or time.monotonic() - self._measured_at > REFRESH_S

    def measure(self, platform: Platform, identity: Identity) -> bool:
        """Ask for the time; keep the old offset when the answer is missing or not signed for our nonce."""
        nonce = secrets.token_hex(16)
        before = datetime.now(UTC)
        try:
            answer = platform.request("GET", f"time?nonce={nonce}")
        except UnreachableError:
            return False
        middle = before + (datetime.now(UTC) - before) / 2
        now, signature = str(answer.data.get("now", "")), str(answer.data.get("signature", ""))
        if answer.status != 200 or not identity.time_verified(nonce, now, signature, answer.data.get("rotations")):
            return False
        self.offset_ms = round((datetime.fromisoformat(now) - middle).total_seconds() * 1000)
        self._measured_at = time.monotonic()
        return True
