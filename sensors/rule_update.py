"""The detection rules of all boxes, put together by suricata-update."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sensors.models import RuleBundle
from sensors.orders import bundle_store

LONGEST_S = 600
VARIABLES = Path(__file__).with_name("variables.yaml")


class UpdateFailed(Exception):
    """suricata-update made no rules; the text is the end of what it said."""


def rules_update(
    *, local: Sequence[Path], urls: Sequence[str], disable: Path | None, suricata_version: str
) -> RuleBundle | None:
    """Fetch and merge rules and store them for the boxes; None when they are the same as before.

    Works without internet when only `local` files are given. Raises UpdateFailed, also when no rule is left: a box
    without rules would look as if it protected.
    """
    if not local and not urls:
        raise UpdateFailed("give at least one file or address")
    for path in [*local, *([disable] if disable else [])]:
        if not path.exists():
            raise UpdateFailed(f"{path}: no such file")
    with tempfile.TemporaryDirectory(prefix="otasuke-rules-") as folder:
        rules = _merged(Path(folder), local, urls, disable, suricata_version)
    active = [line for line in rules.splitlines() if line and not line.startswith("#")]
    if not active:
        raise UpdateFailed("no rule is left")
    return bundle_store(
        rules="\n".join(active) + "\n", rule_count=len(active), source=", ".join([*map(str, local), *urls])
    )


def _merged(
    folder: Path, local: Sequence[Path], urls: Sequence[str], disable: Path | None, suricata_version: str
) -> str:
    # Neither what is installed on this machine nor its own configuration decides what boxes look for.
    command = [
        str(Path(sys.executable).parent / "suricata-update"),
        *("--suricata-conf", str(VARIABLES), "--ignore", "*-events.rules", "--ignore", "*deleted.rules"),
        *("--data-dir", str(folder), "--output", str(folder / "out"), "--suricata-version", suricata_version),
        *("--no-test", "--no-reload", "--quiet", "--force"),
    ]
    for path in local:
        command += ["--local", str(path)]
    for url in urls:
        command += ["--url", url]
    if disable:
        command += ["--disable-conf", str(disable)]
    if not urls:
        # With nothing to fetch it would go to its default source.
        (folder / "empty.rules").write_text("")
        command += ["--url", (folder / "empty.rules").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    made = folder / "out" / "suricata.rules"
    if done.returncode or not made.exists():
        raise UpdateFailed((done.stdout + done.stderr).strip()[-1000:] or f"status {done.returncode}")
    return made.read_text(encoding="utf-8")
