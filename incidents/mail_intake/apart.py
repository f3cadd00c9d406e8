"""Reads mails of strangers in a process of its own, with limits of time and memory, without database and secrets.

Whatever a mail does to the libraries that read it, a worker or a web process only sees that its reader ended.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from incidents.mail_intake.machines import Sender
from incidents.mail_intake.reading import Attached, ReadMail
from incidents.mail_intake.words import LONGEST_PAGE

ROOT: Final = Path(__file__).resolve().parent.parent.parent
SECONDS: Final = 60.0  # wall clock; the reader's own limit is of processor time
SHORT_PAGE: Final = 20_000  # letters of HTML that are parsed when the whole page took too long


class TooMuch(RuntimeError):
    """The reader ran out of time or memory, or broke; the text says how it ended."""


class PartMissing(LookupError):
    """The mail has no such part."""


def mail_read(raw: bytes, *, own: frozenset[str] = frozenset()) -> ReadMail:
    """Read a mail (reading.mail_read). Raises TooMuch when it cannot be read even with little of its HTML."""
    try:
        return _read(raw, own, LONGEST_PAGE)
    except TooMuch:
        return _read(raw, own, SHORT_PAGE)


def attachment_of(raw: bytes, part: int) -> bytes:
    """The content of a file of a stored mail. Raises PartMissing or TooMuch."""
    content = _ask(raw, "part", str(part))
    if not content:
        raise PartMissing(part)
    return content


def _read(raw: bytes, own: frozenset[str], longest_page: int) -> ReadMail:
    read: dict[str, Any] = json.loads(_ask(raw, "read", str(longest_page), *sorted(own)))
    for name in ("references", "undelivered", "returned"):
        read[name] = tuple(read[name])
    read["attached"] = tuple(Attached(**file) for file in read["attached"])
    read["sent_at"] = datetime.fromisoformat(read["sent_at"]) if read["sent_at"] else None
    read["sent_by"] = Sender(read["sent_by"])
    return ReadMail(**read)


def _ask(raw: bytes, *question: str) -> bytes:
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-m", "incidents.mail_intake.reader", *question]
    try:
        done = subprocess.run(
            command, input=raw, capture_output=True, cwd=ROOT, env=environment, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TooMuch("out of time") from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise TooMuch(f"the reader ended with {done.returncode}: {lines[-1][:150] if lines else ''}")
    return done.stdout
