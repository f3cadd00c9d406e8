"""Headers of our mails as every mail program reads them back: not a blank is lost, whatever the text.

The standard library's writer encodes some words of a text and leaves others as they are, and forgets a blank between
two of them. Here a text that is not plain ASCII is encoded as a whole, blanks with it (RFC 2047).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from email.policy import EmailPolicy
from typing import Any, Final

_BYTES: Final = 45  # "=?utf-8?b?" and "?=" leave 63 of the 75 signs of an encoded word
_FIRST_WORD: Final = 60
_BYTES_OF_SUBJECT: Final = 36  # the first word stands behind "Subject: "


class WholeWords(EmailPolicy):
    """The library's format, except for what it writes wrongly: texts and names that are not ASCII, long addresses."""

    def fold(self, name: str, value: Any) -> str:
        """A header as it is written, with its line end."""
        return self._written(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The same in bytes."""
        written = self._written(name, value)
        return written.encode("ascii") if written else super().fold_binary(name, value)

    def _written(self, name: str, value: Any) -> str:
        if name.lower().startswith("list-"):  # the library encodes a long address, and no program finds it again
            return f"{name}: {value}{self.linesep}"
        if name.lower() == "subject" and not (_is_plain(str(value)) and _begins_short(str(value))):
            return f"{name}: {encoded_words(str(value), self.linesep, _BYTES_OF_SUBJECT)}{self.linesep}"
        addresses = getattr(value, "addresses", ())
        if all(_is_plain(address.display_name) for address in addresses):
            return ""
        people = (
            f"{encoded_words(address.display_name, self.linesep)}{self.linesep} <{address.addr_spec}>"
            for address in addresses
        )
        return f"{name}: {f',{self.linesep} '.join(people)}{self.linesep}"


def subject_header(text: str) -> str:
    """A subject for a message. A text that looks like encoded words is encoded, so that readers do not decode it."""
    return encoded_words(text, "").replace("?==?", "?= =?") if "=?" in text else text


def encoded_words(text: str, linesep: str, first: int = _BYTES) -> str:
    """The text as encoded words, one a line, the first of at most `first` bytes; no character is cut in two."""
    words = (f"=?utf-8?b?{base64.b64encode(piece).decode()}?=" for piece in _pieces(text, first))
    return f"{linesep} ".join(words)


def _pieces(text: str, first: int) -> Iterator[bytes]:
    """The text in pieces of an encoded word's length. None begins or ends with a blank: readers double it."""
    start, longest = 0, first
    while True:
        end = _end(text, start, longest)
        yield text[start:end].encode("utf-8", "replace")
        if end >= len(text):
            return
        start, longest = end, _BYTES


def _end(text: str, start: int, longest: int) -> int:
    """Where a piece that begins at `start` ends: at most `longest` bytes on, beside no blank where that can be had."""
    end, size = start, 0
    while end < len(text) and (size := size + len(text[end].encode("utf-8", "replace"))) <= longest:
        end += 1
    if end == len(text):
        return end
    inside = (at for at in range(end, start, -1) if not (text[at].isspace() or text[at - 1].isspace()))
    return next(inside, end)


def _begins_short(text: str) -> bool:
    """Whether the first word fits behind "Subject: ": else the library leaves that line empty, and a blank comes in."""
    return len(text.partition(" ")[0]) <= _FIRST_WORD


def _is_plain(text: str) -> bool:
    return text.isascii() and "=?" not in text
