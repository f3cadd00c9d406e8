"""The events in one line of eve.json: one normally; several, or pieces of one, after a power cut or in a broken log.

Every whole record that can be found is found. One bad byte or one odd number costs itself; a record that was torn, or
is too long to keep, still gives its alert when that was whole.
"""

import json
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sensor_agent.shorten import MAX_SHIPPED_BYTES, encode, repaired, shortened, too_deep
from sensor_agent.strip import strip
from sensor_agent.tail import Line

_BEGINS = re.compile(r'\{\s*"(?:timestamp|event_type)"\s*:')  # how Suricata begins a record, and nothing inside a text
_COMMA, _COLON, _BLANK = re.compile(r"\s*,\s*"), re.compile(r"\s*:\s*"), re.compile(r"\s*")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[\"\\/bfnrt])?")
_HALF_LETTER = "\ufffd\\"
_MOST_DIGITS = 30
_COUNTING = 32  # an error of the decoder counts the line feeds before it: how much faster that is than decoding
_EFFORT = 16  # times the line's length that may be read in vain for records in it


@dataclass(frozen=True)
class Event:
    """A parsed event and, when nothing had to be changed, its bytes as Suricata wrote them."""

    data: dict[str, Any]
    raw: bytes | None

    @property
    def kind(self) -> str:
        return str(self.data["event_type"])

    def encoded(self) -> bytes:
        """The bytes to ship, cut when they are too many."""
        body = self.raw if self.raw is not None else encode(self.data)
        return body if len(body) <= MAX_SHIPPED_BYTES else encode(shortened(self.data))


@dataclass(frozen=True)
class Unreadable:
    """A piece of a line that is no event. `reason` is a short code; `line` holds the piece."""

    reason: str
    line: Line


def records(line: Line) -> Iterator[Event | Unreadable]:
    """What a line holds, in its order; nothing for an empty one."""
    if line.raw is None:
        yield from _torn(line.start.decode("utf-8", "replace"), "too_long", line)
        return
    text, how = _text(line.raw)
    if not text.strip():
        return
    readings = list(_readings(text, how))
    for written, mended in readings:
        for decoder, odd in _DECODERS:
            with suppress(ValueError, RecursionError):
                data = decoder.decode(written)
                changes = how + mended + odd
                yield _event(data, written, None if changes else written.strip().encode(), line, changes)
                return
    # Of both ways to read a backslash the one that leaves fewer pieces unread.
    several = (list(_several(written, line.raw, how + mended)) for written, mended in readings[-2:])
    yield from min(several, key=lambda pieces: sum(isinstance(each, Unreadable) for each in pieces))


def _readings(text: str, how: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The line as it stands; with backslashes that escape nothing as signs; with those that are the second half of a
    CP932 letter (表 ends with one) as part of it."""
    yield text, ()
    written, mended = _escapes_mended(text)
    if mended:
        yield written, mended
    if how and _HALF_LETTER in text:
        yield _escapes_mended(text.replace(_HALF_LETTER, "\ufffd"))[0], BAD_ESCAPE


def _escapes_mended(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with every backslash that begins no escape of JSON doubled."""
    written = _ESCAPE.sub(lambda escape: escape[0] if escape[1] else r"\\", text)
    return written, () if written == text else BAD_ESCAPE


def _text(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """The line as text, and what had to be done for it."""
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return raw.decode("utf-8-sig", "replace"), ("invalid_utf8",)


def _event(data: Any, text: str, raw: bytes | None, line: Line, how: tuple[str, ...]) -> Event | Unreadable:
    if not isinstance(data, dict):
        return Unreadable("not_an_object", line)
    if not isinstance(data.get("event_type"), str):
        return Unreadable("no_event_type", line)
    changed = strip(data)
    if too_deep(text, data):
        data, changed = shortened(data), True
    for each in how:
        data, changed = repaired(data, each), True
    return Event(data, None if changed else raw)


def _several(text: str, raw: bytes, how: tuple[str, ...]) -> Iterator[Event | Unreadable]:
    """Records that stand one behind the other, whole ones and torn ones."""
    done, effort = 0, _EFFORT * len(text)
    for begin in (match.start() for match in _BEGINS.finditer(text)):
        if begin < done or effort < 0:
            continue
        try:
            data, end, odd = _decoded(text, begin)
        except json.JSONDecodeError as problem:
            effort -= problem.pos - begin + problem.pos // _COUNTING
            continue
        except (ValueError, RecursionError):
            effort -= len(text) - begin
            continue
        if not isinstance(data.get("event_type"), str):
            continue
        if text[done:begin].strip():
            yield from _torn(text[done:begin], "not_json", _line(text[done:begin]))
        whole = text[begin:end]
        yield _event(data, whole, None if how or odd else whole.encode(), _line(whole), how + odd)
        done = end
    if text[done:].strip():
        line = _line(text[done:]) if done else Line(raw, len(raw))
        yield from _torn(text[done:], "not_json", line)


def _decoded(text: str, begin: int) -> tuple[dict[str, Any], int, tuple[str, ...]]:
    """(the object that begins there, its end, what was done to its numbers). Raises ValueError, RecursionError."""
    try:
        return (*_STRICT.raw_decode(text, begin), ())
    except json.JSONDecodeError as problem:
        if not problem.msg.startswith("Invalid control character"):
            raise
        return (*_LENIENT.raw_decode(text, begin), ODD_VALUE)
    except ValueError:
        return (*_LENIENT.raw_decode(text, begin), ODD_VALUE)


def _torn(text: str, reason: str, line: Line) -> Iterator[Event | Unreadable]:
    """The alert of a record without its end, when the alert itself is whole; else that it cannot be read."""
    data = _members(text)
    alert = data.get("alert")
    if data.get("event_type") == "alert" and isinstance(alert, dict) and "signature_id" in alert:
        yield _event(data, text, None, line, ("torn",))
    else:
        yield Unreadable(reason, line)


def _members(text: str) -> dict[str, Any]:
    """The members of an object that are whole, from its beginning on."""
    members: dict[str, Any] = {}
    begin = _BLANK.match(text)
    at = begin.end() if begin else 0
    if text[at : at + 1] != "{":
        return members
    at += 1
    while True:
        try:
            name, at = _LENIENT.raw_decode(text, at)
            colon = _COLON.match(text, at)
            if colon is None or not isinstance(name, str):
                return members
            value, at = _LENIENT.raw_decode(text, colon.end())
        except (ValueError, RecursionError):
            return members
        comma = _COMMA.match(text, at)
        if comma is None:  # a number may go on behind the tear
            return {**members, name: value} if not isinstance(value, int | float) else members
        members[name], at = value, comma.end()


def _line(text: str) -> Line:
    raw = text.encode("utf-8", "replace")
    return Line(raw, len(raw))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _no_number(constant: str) -> None:
    """NaN and Infinity: nothing is known."""


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MOST_DIGITS else None


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


ODD_VALUE = ("odd_value",)  # a number nobody can count with, or a control character that stands in a text as it is
BAD_ESCAPE = ("bad_escape",)
_STRICT = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)
_LENIENT = json.JSONDecoder(strict=False, parse_constant=_no_number, parse_int=_whole, parse_float=_finite)
_DECODERS: tuple[tuple[json.JSONDecoder, tuple[str, ...]], ...] = ((_STRICT, ()), (_LENIENT, ODD_VALUE))
