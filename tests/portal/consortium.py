"""The example of docs/consortium.md, and commands that found it."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

from django.core.management import call_command

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "consortium.md"
PROGRAMME = "四県みほんお助け隊"


def example() -> str:
    """The file people copy."""
    block = re.search(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert block
    return block[1]


def init(folder: Path, text: str, *options: str) -> str:
    """What `consortium init` prints for a file with this text. Raises CommandError; errors of fields come with it."""
    file, out = folder / "consortium.toml", StringIO()
    file.write_text(text, encoding="utf-8")
    call_command("consortium", "init", str(file), *options, stdout=out, stderr=out)
    return out.getvalue()
