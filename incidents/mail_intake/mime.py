"""The parts of a mail by the standard library's parser, bounded: no mail costs more than linear time, none raises.

The library parses as deep as a mail is nested, and looks at every boundary for every line; it reads parameters of a
header in time that grows with the square of its length. So headers are cut as they are read, lines and parts are
counted, and what is nested too deep stays one piece of text. A mail within the mail is a file and stays as it came.
"""

from __future__ import annotations

import itertools
import quopri
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email._policybase import Compat32
from email.feedparser import FeedParser, NeedMoreData  # type: ignore[attr-defined]
from email.message import Message
from typing import Any, Final

from incidents.mail_intake.charsets import LONGEST_HEADER, base64_bytes, base64_text, header_text, text_of

MOST_LINES: Final = 600_000  # 30 MB of base64 in the shortest lines programs write
LONGEST_HEAD: Final = 500_000  # bytes of all headers together
MOST_PARTS: Final = 300
DEEPEST: Final = 20
LONGEST_PARAMETERS: Final = 2_000  # of a header with parameters: a Japanese file name of 150 letters takes 1,400
MOST_PARAMETERS: Final = 60  # of any header: more semicolons are in none that people's programs write
LONGEST_NAME: Final = 150
UNWRAPPED: Final = 3  # signatures around signatures
SECONDS_TO_UNWRAP: Final = 10
_WAY: Final = re.compile(r"[\w-]+")  # of "base64", base64; and base64 (a comment)
_HEADER: Final = re.compile(rb"[!-9;-~]{1,200}:|[ \t]|From ")
_KNOWN_HEADER: Final = re.compile(
    rb"(?:Received|Return-Path|Delivered-To|From|To|Cc|Subject|Date|Message-ID|Reply-To|In-Reply-To|References|Sender"
    rb"|MIME-Version|Content-[A-Za-z-]{2,30}|X-[A-Za-z0-9-]{2,60}|DKIM-Signature|List-[A-Za-z]{2,20})[ \t]{0,9}:",
    re.IGNORECASE,
)
_SPACE_BEFORE_COLON: Final = re.compile(rb"^([!-9;-~]{1,200})[ \t]{1,9}:")
_KIND_WITHOUT_SEMICOLON: Final = re.compile(r"^\s{0,9}([\w.+-]{1,60}/[\w.+-]{1,90})\s{1,9}(?=[\w-]{1,30}\s{0,9}=)")
_SIGNED: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_READ_WITHIN: Final = frozenset({"message/delivery-status", "message/disposition-notification"})


class _AsItCame(Compat32):
    """Headers as they came, cut: the library's own reading turns raw Japanese into question marks."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, _colon, value = sourcelines[0].partition(":")
        longest = LONGEST_PARAMETERS if name.lower().startswith("content-") else LONGEST_HEADER
        whole = value.lstrip(" \t") + "".join(sourcelines[1:]) if len(value) < longest else value
        if name.lower() == "content-type":
            whole = _KIND_WITHOUT_SEMICOLON.sub(r"\1; ", whole, count=1)
        parameters = whole[:longest].split(";", MOST_PARAMETERS)
        return name[:200], ";".join(parameters[:MOST_PARAMETERS]).rstrip("\r\n")

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY: Final = _AsItCame()


class _Part(Message):
    """A part whose payload is given as it came: the library's own way decodes raw bytes by any codec of Python."""

    def get_payload(self, i: int | None = None, decode: bool = False) -> Any:
        return super().get_payload(i, decode) if decode else self._payload  # type: ignore[attr-defined]


class _Enough(Exception):
    """More parts than are read."""


class _Bounded(FeedParser):
    """The library's parser with an end: `_parsegen` is what it calls for every part. `whole`: nothing was left out."""

    _msgstack: list[Message]
    _cur: Message | None
    _input: Iterator[Any]
    _new_message: Callable[[], None]

    def __init__(self) -> None:
        super().__init__(_Part, policy=_POLICY)
        self.whole = True
        self._depth = self._begun = 0

    def root(self) -> Message:
        """The mail as far as it was parsed."""
        return self._msgstack[0]

    def _parsegen(self) -> Iterator[Any]:
        self._begun += 1
        if self._begun > MOST_PARTS:
            raise _Enough
        within = self._cur.get_content_type() if self._cur is not None else ""
        as_file = within.startswith("message/") and within not in _READ_WITHIN
        too_deep = self._depth >= DEEPEST
        self.whole &= not too_deep
        self._depth += 1
        try:
            yield from self._unparsed() if as_file or too_deep else super()._parsegen()  # type: ignore[misc]
        finally:
            self._depth -= 1

    def _unparsed(self) -> Iterator[Any]:
        self._new_message()
        lines = []
        for line in self._input:
            if line is NeedMoreData:
                yield line
                continue
            lines.append(line)
        if self._cur is not None:
            self._cur.set_payload("".join(lines))


@dataclass(frozen=True)
class Mail:
    """A mail's parts in order, the first being all of it; `whole`: every one of them was read."""

    parts: tuple[Message, ...]
    whole: bool

    @property
    def head(self) -> Message:
        """The mail itself, with its headers."""
        return self.parts[0]


def mail_parse(raw: bytes) -> Mail:
    """The parts of a mail. Never raises."""
    message, whole = _parsed(raw)
    parts = list(_walk(message, UNWRAPPED))
    return Mail(tuple(parts[:MOST_PARTS]), whole and len(parts) <= MOST_PARTS)


def head_of(raw: bytes) -> Message:
    """The headers of a mail only, as `mail_parse` reads them."""
    return _parsed(head_bytes(_begun(raw)))[0]


def head_bytes(raw: bytes) -> bytes:
    """The mail without its body."""
    return raw[: _end_of_head(raw)] + b"\n\n"


def param(part: Message, name: str, header: str = "Content-Type") -> tuple[str | None, str]:
    """(charset it names, value) of a header's parameter; "" when it has none or one nobody can read."""
    try:
        value = part.get_param(name, header=header)
    except (ValueError, TypeError, LookupError):  # such as a continuation numbered with 5,000 digits
        return None, ""
    if isinstance(value, tuple):
        return value[0], str(value[2])
    return None, str(value or "")


def content_of(part: Message, *, words: bool = False) -> bytes:
    """The content of a part as it was before it was encoded for its way. `words`: it is text that people read."""
    payload: Any = part.get_payload()
    if isinstance(payload, list):  # a mail within the mail, which stayed one piece
        payload = payload[0].get_payload() if payload else ""
    written = str(payload or "").encode("utf-8", "surrogateescape")
    named = _WAY.search(str(part.get("Content-Transfer-Encoding", "")))
    way = named[0].lower() if named else ""
    if way == "base64":
        return base64_text(written) if words else base64_bytes(written)
    if way == "quoted-printable":
        return quopri.decodestring(written)
    if way in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        decoded: Any = part.get_payload(decode=True)
        return decoded if isinstance(decoded, bytes) else written
    return written


def name_of(part: Message) -> str:
    """A file's name by RFC 2231, or as it is written instead: encoded words, raw bytes, escapes nobody encoded."""
    for header, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        charset, value = param(part, parameter, header)
        text = text_of(value.encode("latin-1", "replace"), charset) if charset is not None else value
        name = header_text(text).strip("\"' ")
        if name:
            return re.split(r"[/\\]", name)[-1][-LONGEST_NAME:].strip(". ") or "file"
    return ""


def is_signed(part: Message) -> bool:
    """Whether a part is a mail inside its signature (S/MIME, opaque); encrypted ones are of the same type."""
    kind = param(part, "smime-type")[1].lower()
    return part.get_content_type() in _SIGNED and kind in {"", "signed-data"}


def is_encrypted(part: Message) -> bool:
    """Whether nobody but its addressee can read a part (S/MIME, OpenPGP)."""
    enveloped = part.get_content_type() in _SIGNED and param(part, "smime-type")[1].lower() not in {"", "signed-data"}
    return enveloped or part.get_content_type() == "multipart/encrypted"


def children_of(part: Message) -> list[Message]:
    """The parts of a multipart, or the mail inside a signature; none where a boundary never comes and it is text."""
    payload: Any = part.get_payload()
    held = part.get_content_maintype() == "multipart" or is_signed(part)
    return payload if held and isinstance(payload, list) else []


def _parsed(raw: bytes) -> tuple[Message, bool]:
    cut, whole = _lines_cut(_head_mended(_begun(raw)))
    parser = _Bounded()
    try:
        parser.feed(cut.decode("ascii", "surrogateescape"))
        return parser.close(), whole and parser.whole
    except _Enough:
        return parser.root(), False


def _lines_cut(raw: bytes) -> tuple[bytes, bool]:
    """The mail with a head of bounded length and a bounded number of lines, and whether that is all of it."""
    end = _end_of_head(raw)
    cut = raw[: min(end, LONGEST_HEAD)] + b"\n\n" + raw[end:] if end > LONGEST_HEAD else raw
    if cut.count(b"\n") + cut.count(b"\r") <= 2 * MOST_LINES:
        return cut, cut is raw
    ends = re.finditer(rb"\r\n|\n|\r", cut)
    last = next(itertools.islice(ends, MOST_LINES, None), None)
    return (cut[: last.end()], False) if last else (cut, cut is raw)


def _begun(raw: bytes) -> bytes:
    """The mail from its first header: blank lines before it would make all headers its text."""
    begun = raw.lstrip(b"\r\n")
    return begun if _KNOWN_HEADER.match(begun) else raw


def _head_mended(raw: bytes) -> bytes:
    """The mail with a head the parser reads to its end: a line that is no header, in front of one, is set aside, and a
    space before a known header's colon is left out. The parser would take all that follows for the text."""
    end = _end_of_head(raw[:LONGEST_HEAD])
    lines = raw[:end].splitlines(keepends=True)
    if all(_HEADER.match(line) for line in lines):
        return raw
    mended = []
    for line, following in itertools.zip_longest(lines, lines[1:], fillvalue=b""):
        if _KNOWN_HEADER.match(line):
            line = _SPACE_BEFORE_COLON.sub(rb"\1:", line)
        if not _HEADER.match(line):
            if not _KNOWN_HEADER.match(following):
                return raw
            line = b"X-Unreadable: " + line
        mended.append(line)
    return b"".join(mended) + raw[end:]


def _end_of_head(raw: bytes) -> int:
    blank = re.search(rb"\r?\n\r?\n", raw)
    return blank.start() if blank else len(raw)


def _walk(message: Message, unwrapped: int) -> Iterator[Message]:
    """Like Message.walk, but a mail within the mail is one file, and a signed one is taken out of its signature."""
    yield message
    for part in children_of(message):
        yield from _walk(part, unwrapped)
    if unwrapped and is_signed(message) and (inner := _unwrapped(content_of(message))):
        signed_part = _parsed(inner)[0]
        message.set_payload([signed_part])
        yield from _walk(signed_part, unwrapped - 1)


def _unwrapped(signed: bytes) -> bytes:
    """The mail inside an opaque signature, b"" when there is none. Who signed is not asked."""
    command = ["openssl", "cms", "-verify", "-noverify", "-nosigs", "-inform", "DER"]
    try:
        opened = subprocess.run(command, input=signed, capture_output=True, timeout=SECONDS_TO_UNWRAP, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return opened.stdout if opened.returncode == 0 else b""
