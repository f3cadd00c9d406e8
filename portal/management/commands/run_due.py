"""manage.py run_due: do now what would be due at a given time."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.due import due_run

WAIT_SECONDS = 120.0


class Command(BaseCommand):
    """Runs silence check, digest, month close, desk tasks and mail once, as if it were another time."""

    help = "Do what is due at a time: silent boxes, digests, the month's reports, desk tasks, waiting mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", metavar="T", help="ISO 8601; Japan's time when without zone; default: now")
        parser.add_argument("--until", metavar="T", help="close this month's reports so far, marked provisional")

    def handle(self, *args: Any, **options: Any) -> None:
        now = moment(options["at"]) if options["at"] else timezone.now()
        until = moment(options["until"]) if options["until"] else None
        done = self._run(now, until)
        for name, count in done.items():
            self.stdout.write(f"{name}: {'failed' if count < 0 else count}")
        if any(count < 0 for count in done.values()):
            raise CommandError("a step failed; see the log")

    def _run(self, now: datetime, until: datetime | None) -> dict[str, int]:
        """The scheduler's own run may be going on: wait for it."""
        deadline = time.monotonic() + WAIT_SECONDS
        while (done := due_run(now=now, until=until)) is None:
            if time.monotonic() > deadline:
                raise CommandError(f"another run has been going on for {WAIT_SECONDS:.0f} s")
            time.sleep(0.5)
        return done


def moment(text: str) -> datetime:
    """A time on the command line. Raises CommandError."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no ISO 8601 time, such as 2026-11-21T10:00") from error
    return read if read.tzinfo else timezone.make_aware(read)
