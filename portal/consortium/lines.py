"""Where in a TOML file a field stands: the standard reader keeps no lines, and people need them."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_FIELD = re.compile(r"""^\s*["']?([\w-]+)["']?\s*=""")
_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)$")


class FileUnreadable(ValueError):
    """The file is no TOML; `line` is 0 where that is not known."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line = line


def toml_read(text: str) -> Mapping[str, Any]:
    """The data of a file. Raises FileUnreadable."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        place = _PLACE.search(str(problem))
        line = int(place[1]) if place and place[1] else len(text.splitlines()) if place else 0
        reason = _PLACE.sub("", str(problem)).strip()
        words = gettext("この行がTOMLとして読めません(%(reason)s)。引用符やかっこが閉じているか確かめてください。")
        raise FileUnreadable(line, words % {"reason": reason}) from problem


def lines_of(text: str) -> dict[str, int]:
    """Path of a field or table (`vendors[2].phone`, counted from 1) → its line, of a file that was read."""
    lines: dict[str, int] = {}
    counts: Counter[str] = Counter()
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            table = _table(header, counts)
            lines.setdefault(table, number)
        elif field := _FIELD.match(line):
            lines.setdefault(f"{table}.{field[1]}" if table else field[1], number)
    return lines


def _table(header: re.Match[str], counts: Counter[str]) -> str:
    names = [name.strip().strip("\"'") for name in header[2].split(".")]
    if header[1] == "[[":
        counts[".".join(names)] += 1
    return ".".join(
        f"{name}[{counts[path]}]" if counts[path := ".".join(names[: at + 1])] else name
        for at, name in enumerate(names)
    )


def line_of(path: str, lines: Mapping[str, int]) -> int:
    """The line of a field, else of the nearest table around it; 0: the whole file."""
    while path:
        if path in lines:
            return lines[path]
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return 0
