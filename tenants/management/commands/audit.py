"""Check the audit trail, seal it, sign its head."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tenants.audit.sealing import audit_anchor, audit_seal
from tenants.audit.verification import audit_verify


class Command(BaseCommand):
    help = "verify: hold the trail against its chain and the heads kept outside. seal: seal and sign what is due now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=("verify", "seal"))
        parser.add_argument(
            "--outside",
            action="append",
            type=Path,
            metavar="PATH",
            help="a shipped head or a directory of them (default: AUDIT_ANCHOR_DIR); may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "seal":
            sealed, head = audit_seal(), audit_anchor(now=timezone.now())
            self.stdout.write(f"sealed {sealed} rows" + (f", signed head {head.position}" if head else ""))
        else:
            self._verify(options["outside"])

    def _verify(self, outside: list[Path] | None) -> None:
        default = [Path(settings.AUDIT_ANCHOR_DIR)] if settings.AUDIT_ANCHOR_DIR else []
        report = audit_verify(outside=default if outside is None else outside)
        self.stdout.write(
            f"{report.links} sealed rows, {report.heads} signed heads, {report.outside} heads kept outside"
        )
        tail = f" since {report.tail_since:%Y-%m-%d %H:%M:%S%z}" if report.tail_since else ""
        self.stdout.write(f"{report.tail} rows not sealed yet{tail}")
        if not report.outside:
            self.stdout.write("no head from outside was compared: a rewritten chain would not be seen")
        for flaw in report.breaks:
            self.stdout.write(f"{flaw.kind.upper()}: {flaw.text}")
        if report.breaks:
            raise CommandError(f"{len(report.breaks)} breaks")
        self.stdout.write("no break")
