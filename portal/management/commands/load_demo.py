"""`manage.py load_demo`: an invented consortium to look around in."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.demo.loading import OWNER, Loaded, demo_load
from portal.demo.year.playing import year_play
from tenants.models import Organisation


class Command(BaseCommand):
    """Loads one programme, its partners, invented firms and a login per role; safe to run twice.

    A past year (--year) is played on an empty installation only: it marks what it mails as mailed and throws away what
    was woken.
    """

    help = "Load the demo consortium (invented firms). DEMO_PASSWORD sets one password for all logins."

    def add_arguments(self, parser: CommandParser) -> None:
        """--seed, --firms, --seen-at, --json."""
        parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same firms")
        parser.add_argument("--firms", type=int, default=30)
        parser.add_argument(
            "--seen-at",
            type=datetime.fromisoformat,
            help="when the simulated boxes spoke last, with time zone (default: now)",
        )
        parser.add_argument("--year", action="store_true", help="play their past year, too (before workers start)")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and print the logins."""
        now = timezone.now()
        seen_at = options["seen_at"] or now
        if seen_at.tzinfo is None:
            raise CommandError("--seen-at needs a time zone, as 2026-11-21T09:00:00+09:00")
        if options["year"] and Organisation.objects.using(OWNER).exists():
            raise CommandError("--year invents the past of an empty installation; this one has organisations already")
        try:
            loaded = demo_load(
                seed=options["seed"],
                firms=options["firms"],
                now=now,
                seen_at=seen_at,
                password=os.environ.get("DEMO_PASSWORD", ""),
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        if options["year"]:
            played = year_play(seed=options["seed"], now=now)
            self.stderr.write(", ".join(f"{count} {name}" for name, count in asdict(played).items()))
        if options["json"]:
            self.stdout.write(json.dumps(loaded.as_json(), ensure_ascii=False))
        else:
            self._print(loaded)

    def _print(self, loaded: Loaded) -> None:
        self.stdout.write(f"{loaded.firm_count} firms; the one with the real sensor: {loaded.firm_name}")
        for login in loaded.logins:
            self.stdout.write(f"  {login.role:<8} {login.email:<32} {login.password}  {login.organisation}")
