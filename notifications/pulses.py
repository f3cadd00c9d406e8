"""Signs of life of the workers, kept in PostgreSQL: whoever asks for them needs no worker and no Redis."""

from __future__ import annotations

from datetime import datetime, timedelta

from notifications.models import Pulse

EVERY = timedelta(seconds=30)
TASK = "notifications.tasks.pulse"


def pulse_note(*, queue: str, now: datetime) -> None:
    """The worker of this queue works."""
    Pulse.objects.update_or_create(queue=queue, defaults={"at": now})


def pulses() -> dict[str, datetime]:
    """Queue → its last sign of life; a queue that never gave one is missing."""
    return dict(Pulse.objects.values_list("queue", "at"))
