"""`manage.py rules_update`: put the detection rules together with suricata-update and give them to every box."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sensors import rule_update


class Command(BaseCommand):
    """Fetches, merges and stores; says when nothing has changed."""

    help = "Detection rules by suricata-update: from rule files, from addresses, or from the sources enabled in --data"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where rules come from."""
        parser.add_argument("--local", type=Path, action="append", default=[], help="a rule file or folder; repeatable")
        parser.add_argument("--url", action="append", default=[], help="a rules.tar.gz to fetch; repeatable")
        parser.add_argument("--disable", type=Path, help="signatures to leave out (suricata-update's disable.conf)")
        parser.add_argument("--suricata-version", default="7.0.10", help="what the boxes run")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        """Run it."""
        try:
            bundle = rule_update.rules_update(
                local=options["local"],
                urls=options["url"],
                disable=options["disable"],
                suricata_version=options["suricata_version"],
            )
        except rule_update.UpdateFailed as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write("nothing has changed" if bundle is None else f"rules {bundle}")
