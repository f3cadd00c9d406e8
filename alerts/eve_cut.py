"""Cuts one long record of JSON while it is read piece by piece, so that no field's length can hide an alert.

Long strings lose their end, long lists and objects their last members, what lies too deep its content. The result is
again JSON, of at most some MOST_BYTES, made in one pass and in little memory however long the record is.
"""

from __future__ import annotations

import re

LONGEST_STRING = 1000  # bytes; no column holds more letters
MOST_ITEMS = 64  # of a list: files, headers
MOST_MEMBERS = 256  # of an object
MOST_DEPTH = 40  # deeper is refused by the reader anyway
MOST_BYTES = 512 * 1024
MOST_SHORTENED = 2 * MOST_BYTES  # the last member is kept whole, and what is open is closed
_TOKEN = re.compile(rb'["{}\[\],]')
# Plain repetition: possessive ones around alternatives go wrong in Python before 3.11.5.
_IN_STRING = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
_WHOLE_LETTERS = re.compile(rb'(?:[^"\\]|\\(?:u[0-9a-fA-F]{4}|[^u]))*', re.DOTALL)
_CLOSING = {b"{": b"}", b"[": b"]"}


class Shortener:
    """Takes the pieces of one record; `done` gives what is left of it."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._depth = 0
        self._open: list[bytes] = []  # down to MOST_DEPTH
        self._counts: list[int] = []
        self._skipped_below = 0  # the depth at which content is left out until it closes; 0: none is
        self._in_string = False
        self._string = bytearray()
        self._run = 0  # bytes since the last token
        self._rest = b""  # a backslash whose letter is in the next piece

    def add(self, piece: bytes) -> None:
        """The next piece."""
        text = self._rest + piece
        self._rest = b""
        position = 0
        while position < len(text):
            position = self._through_string(text, position) if self._in_string else self._to_token(text, position)

    def done(self) -> bytes:
        """The shortened record."""
        if self._in_string:
            self._kept += self._string
        return bytes(self._kept)

    def _through_string(self, text: bytes, position: int) -> int:
        run = _IN_STRING.match(text, position)
        end = run.end() if run else position
        room = LONGEST_STRING + 1 - len(self._string)
        if room > 0:
            self._string += text[position : min(end, position + room)]
        if end == len(text):
            return end
        if text[end : end + 1] == b"\\":  # the piece ends with it
            self._rest = text[end:]
            return len(text)
        self._in_string = False
        self._keep(_cut(bytes(self._string)) + b'"')
        return end + 1

    def _to_token(self, text: bytes, position: int) -> int:
        token = _TOKEN.search(text, position)
        end = token.start() if token else len(text)
        room = LONGEST_STRING - self._run
        if room > 0:
            self._keep(text[position : min(end, position + room)])
        self._run += end - position
        if token is None:
            return end
        self._run = 0
        self._token(token[0])
        return token.end()

    def _token(self, token: bytes) -> None:
        if token == b'"':
            self._in_string = True
            self._string = bytearray()
            self._keep(token)
        elif token == b",":
            self._comma()
        elif token in _CLOSING:
            self._deeper(token)
        else:
            self._close(token)

    def _deeper(self, token: bytes) -> None:
        self._keep(token)
        self._depth += 1
        if self._depth <= MOST_DEPTH:
            self._open.append(token)
            self._counts.append(0)
        if self._depth == MOST_DEPTH and not self._skipped_below:
            self._skipped_below = MOST_DEPTH

    def _comma(self) -> None:
        if self._skipped_below or not self._open:
            self._keep(b",")
            return
        self._counts[-1] += 1
        if len(self._kept) > MOST_BYTES:
            # Enough: close what is open but for the record itself, whose end is still to come.
            self._kept += b"".join(_CLOSING[opening] for opening in reversed(self._open[1:]))
            self._skipped_below = 1
        elif self._counts[-1] >= (MOST_ITEMS if self._open[-1] == b"[" else MOST_MEMBERS):
            self._skipped_below = len(self._open)
        else:
            self._kept += b","

    def _close(self, token: bytes) -> None:
        if self._open and self._depth <= MOST_DEPTH:
            self._open.pop()
            self._counts.pop()
        self._depth = max(0, self._depth - 1)
        if self._depth < self._skipped_below:
            self._skipped_below = 0
        self._keep(token)

    def _keep(self, text: bytes) -> None:
        if not self._skipped_below:
            self._kept += text


def _cut(string: bytes) -> bytes:
    """The string's content up to the longest; no letter and no escape is cut in two."""
    if len(string) <= LONGEST_STRING:
        return string
    whole = _WHOLE_LETTERS.match(string, 0, LONGEST_STRING)
    kept = string[: whole.end()] if whole else b""
    start = len(kept)
    while start and kept[start - 1] & 0xC0 == 0x80 and len(kept) - start < 3:
        start -= 1
    if start and kept[start - 1] >= 0xC0:
        kept = kept[: start - 1]
    return kept + "…".encode()
