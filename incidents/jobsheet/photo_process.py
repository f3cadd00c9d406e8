"""Starts the program that draws a photo anew, and waits for it within limits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from incidents.jobsheet.photos import TOO_LARGE, UNREADABLE, PhotoTooLarge, PhotoUnreadable

ROOT: Final = Path(__file__).resolve().parent.parent.parent
SECONDS: Final = 120.0  # wall clock; the program itself may compute for a minute


class DrawingStopped(RuntimeError):
    """The program ended without an answer: out of time, or killed. It may be tried again."""


def redrawn(source: Path, target: Path) -> str:
    """Draw the photo at `source` anew into `target`, outside this process; → its media type.

    Raises PhotoUnreadable, PhotoTooLarge; DrawingStopped when no answer came.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "incidents.jobsheet.photos", str(source), str(target)],
            cwd=ROOT,
            env={name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DrawingStopped(f"not drawn in {SECONDS:.0f} s") from error
    complaint = done.stderr.strip()[-200:]
    if done.returncode == TOO_LARGE:
        raise PhotoTooLarge(complaint)
    if done.returncode == UNREADABLE:
        raise PhotoUnreadable(complaint)
    if done.returncode:
        raise DrawingStopped(f"ended with {done.returncode}: {complaint}")
    return done.stdout.strip()
