"""Which threat families the signatures of a file are of, and of how many nothing is told but the general.

Exit status: 0 read, 1 a wrong argument, 2 nothing could be read.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alerts.family import family_of
from alerts.threat_words import threat_name
from alerts.threats import OTHER, threat_of

NOTHING_READ = 2


class Command(BaseCommand):
    help = (
        "シグネチャのファイル(1行に1つのJSON。msg, category, metadata、またはEVEのalert)を読み、"
        "脅威の種類ごとの数を表示します(データベースは使いません)。最後の行: specific N of M (P %)"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="1行に1つのJSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with Path(options["file"]).open(encoding="utf-8", errors="replace") as source:
                counts = Counter(threats_in(source))
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        read = counts.total()
        if not read:
            raise CommandError(f"{options['file']}: 読めるシグネチャがありませんでした", returncode=NOTHING_READ)
        for threat, count in counts.most_common():
            self.stdout.write(f"{count:>8}  {threat:<18}{threat_name(threat, 'ja')}")
        specific = read - counts[OTHER]
        self.stdout.write(f"specific {specific} of {read} ({100 * specific / read:.1f} %)")


def threats_in(lines: Iterable[str]) -> Iterator[str]:
    """The threat family of each signature; what is no signature is passed over."""
    for line in lines:
        signature = _signature(line)
        if signature is None:
            continue
        message, category = (str(signature.get(key) or "") for key in ("signature", "category"))
        metadata = json.dumps(signature.get("metadata")).encode()
        yield threat_of(message, category, family_of(message, category, metadata))


def _signature(line: str) -> dict[str, Any] | None:
    """Message, class and metadata of a line: a rule's (`msg`) or an event's (`alert`)."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    if not isinstance(row, dict):
        return None
    if isinstance(row.get("alert"), dict):
        return dict(row["alert"])
    return {**row, "signature": row["msg"]} if "msg" in row else None
