"""manage.py reports_progress: how many reports of a month are made, and which could not be and why."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.months import Month, month_to_close
from reports.progress import month_progress


class Command(BaseCommand):
    """Run it on the 1st as often as you like; it changes nothing."""

    help = "Say how many monthly reports are made, wait and failed; failed ones with their reason and firms' ids."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which month."""
        parser.add_argument("--month", help="2026-11; without it the month before this")

    def handle(self, *args: Any, **options: Any) -> None:
        """Three lines and one for each reason."""
        progress = month_progress(_month(options["month"]))
        self.stdout.write(f"{progress.month.first:%Y-%m}: {progress.ready:,} of {progress.whole:,} reports made")
        self.stdout.write(f"waiting: {progress.waiting:,}")
        self.stdout.write(f"failed: {sum(row.count for row in progress.failed):,}")
        for row in progress.failed:
            ids = ", ".join(str(firm) for firm in row.firms)
            self.stdout.write(f"  {row.count:,}: {row.error} (firms {ids})")


def _month(text: str | None) -> Month:
    if text is None:
        return month_to_close(timezone.now(), None)
    try:
        return Month(date.fromisoformat(f"{text}-01"))
    except ValueError:
        raise CommandError("a month is written as 2026-11") from None
