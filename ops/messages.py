"""Collect the texts to translate (`make messages`) into locale/en, in the checkout or in a copy of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from ops.accounts import CHECKOUT

CATALOGUE = Path("locale", "en", "LC_MESSAGES", "django.po")
# Without texts for the platform's readers, or not ours.
SKIPPED = (".*", "var", "node_modules", "tests", "bench", "ops", "lab", "sensor_agent", "shared", "build", "dist")
_COLLECT = ["makemessages", "--locale", "en", "--no-obsolete", "--no-wrap", "--add-location", "file"]


class MessagesError(Exception):
    """The texts cannot be collected; the message is what the collector said."""


def collect(root: Path = CHECKOUT) -> Path:
    """Bring the catalogue below `root` up to date: new texts come without English, gone ones leave. → the catalogue."""
    ignored = [word for name in SKIPPED for word in ("--ignore", name)]
    done = subprocess.run(
        [sys.executable, "manage.py", *_COLLECT, *ignored],
        cwd=root,
        env={"SECRET_KEY": "collecting", **os.environ},
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise MessagesError(done.stdout.strip())
    catalogue = root / CATALOGUE
    # A date that changes with every run would make every run a change.
    kept = [line for line in catalogue.read_text().splitlines(keepends=True) if "POT-Creation-Date" not in line]
    catalogue.write_text("".join(kept))
    return catalogue


def collect_copy(directory: Path) -> Path:
    """The catalogue as `collect` would make it, in a copy of the checkout below `directory` (must not exist yet)."""
    shutil.copytree(CHECKOUT, directory, ignore=shutil.ignore_patterns(*SKIPPED, "__pycache__", "static", "docs"))
    return collect(directory)


def main() -> int:
    try:
        collect()
    except MessagesError as error:
        print(f"messages: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
