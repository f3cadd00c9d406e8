"""Reads JSON nobody promised to be clean: NUL and lone surrogates (PostgreSQL refuses both in text), broken UTF-8."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec

REPLACEMENT = "\ufffd"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[\"\\/bfnrt])?")
_MOST = 2**63 - 1  # what a bigint column holds; 1e999 is read as infinite, which no JSON column takes
_BOM = b"\xef\xbb\xbf"
_metadata_decoder = msgspec.json.Decoder(dict[str, list[str]])


class Unreadable(Exception):
    """A line that is no event. `reason` is one of too_long, too_deep, not_json, not_object, no_event_type,
    no_timestamp, bad_timestamp, no_alert, no_antivirus; `detail` says more for the analyst."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def storable(text: str) -> str:
    """The text with what a database refuses replaced by U+FFFD."""
    return _UNSTORABLE.sub(REPLACEMENT, text)


def loaded(line: bytes, flags: list[str]) -> Any:
    """Any JSON value; NaN and Infinity, which are no JSON, are read as null. Raises `Unreadable` (not_json, too_deep);
    adds `invalid_utf8`, `bad_escape` and `not_a_number` to the flags."""
    try:
        text = line.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError:
        text = line.decode("utf-8", "replace")
        flags.append("invalid_utf8")
    return _loaded(text, flags)


def _loaded(text: str, flags: list[str]) -> Any:
    """Control characters may stand in a text as they are. When that does not help, a backslash that escapes nothing is
    a sign, and one behind a broken letter is that letter's second half (表 in CP932)."""
    refusal = ""
    for read, changes in _readings(text):
        constants: list[str] = []
        try:
            value = json.loads(read, strict=False, parse_constant=constants.append)
        except RecursionError:
            raise Unreadable("too_deep", "recursion") from None
        except ValueError as error:
            refusal = refusal or str(error)
        else:
            flags += [*changes, *(["not_a_number"] if constants else [])]
            return value
    raise Unreadable("not_json", storable(refusal)[:200])


def _readings(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield text, ()
    for broken in (text, text.replace(f"{REPLACEMENT}\\", REPLACEMENT)):
        mended = _ESCAPE.sub(lambda escape: escape[0] if escape[1] else r"\\", broken)
        if mended != text:
            yield mended, ("bad_escape",)


def cleaned(value: Any) -> Any:
    """The same JSON value with every text, keys too, made storable; a number nobody can count with becomes null."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, int | float):
        return value if -_MOST <= value <= _MOST else None
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): cleaned(item) for key, item in value.items()}
    return value


@lru_cache(maxsize=4096)
def metadata_from(raw: bytes) -> dict[str, list[str]]:
    """`alert.metadata` as key → list of strings, whatever shape it came in; keys in lower case. Do not change it:
    the dict is shared by all alerts of the rule."""
    return _metadata_read(raw)


def metadata_shortened(raw: bytes, most: int) -> bytes:
    """As many entries of a rule's metadata as fit into `most` bytes, the shortest first: what says how bad it is, is
    one word ("Major"), so no long entry costs it."""
    kept: dict[str, list[str]] = {}
    left = most - 2
    for size, key, values in sorted((len(json.dumps({k: v})), k, v) for k, v in _metadata_read(raw).items()):
        if size > left:
            break
        kept[key] = values
        left -= size
    return json.dumps(kept).encode()


def _metadata_read(raw: bytes) -> dict[str, list[str]]:
    try:
        metadata = _metadata_decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        metadata = _metadata_repaired(raw)
    return {key.lower(): values for key, values in metadata.items()}


def _metadata_repaired(raw: bytes) -> dict[str, list[str]]:
    try:
        metadata = cleaned(loaded(raw, []))
    except Unreadable:
        return {}
    if not isinstance(metadata, dict):
        return {}
    lists = {key: value if isinstance(value, list) else [value] for key, value in metadata.items()}
    return {
        key: [str(value) for value in values if isinstance(value, str | int | float) and not isinstance(value, bool)]
        for key, values in lists.items()
    }
