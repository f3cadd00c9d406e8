"""What to do, in plain steps and both languages. The words are data: `ruleset/advice.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

_FILE = Path(__file__).parent / "ruleset" / "advice.toml"
LANGUAGES = ("ja", "en")


def _load() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


STEPS: dict[str, dict[str, list[str]]] = _load()


def steps(key: str, language: str = "ja") -> list[str]:
    """The steps of an advice, one sentence or two each. Raises KeyError for an unknown key."""
    return STEPS[key][language]


def text(key: str) -> dict[str, str]:
    """Both languages, one numbered step a line (a single step stands without a number)."""
    return {language: _numbered(steps(key, language)) for language in LANGUAGES}


def _numbered(lines: list[str]) -> str:
    if len(lines) == 1:
        return lines[0]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
