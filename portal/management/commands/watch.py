"""manage.py watch: mails the operator when work stands still. Runs beside the workers and needs none of them."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.watch import Watch


class Command(BaseCommand):
    """One program, supervised like web and workers (docs/operations.md)."""

    help = "Look every minute at what waits, and mail OPERATOR_EMAIL when it waits too long."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How often, and whether only once."""
        parser.add_argument("--every", type=float, default=60.0, help="seconds between two looks")
        parser.add_argument("--once", action="store_true", help="look once; exit status 1: something is late")

    def handle(self, *args: Any, **options: Any) -> None:
        """Until it is ended."""
        watch = Watch()
        self.stdout.write("watch ready.")
        self.stdout.flush()
        while True:
            late = watch.look(timezone.now())
            if options["once"]:
                self.stdout.write(", ".join(late) or "nothing is late")
                raise SystemExit(1 if late else 0)
            time.sleep(options["every"])
