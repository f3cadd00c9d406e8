"""A mail as it came over the line, read into plain data. No database, no network."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email._policybase import Compat32
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any, Final

from incidents.mail_intake.charsets import header_text, one_line, plain, text_of

MOST_PARTS: Final = 300
MOST_TEXT: Final = 200_000
LONGEST_NAME: Final = 150
_ADDRESS: Final = re.compile(r"""(?:"[^\s"<>(),;:@\\]+"|[^\s<>"'(),;:@]{1,64})@[^\s<>"'(),;:@]+\.[^\s<>"'(),;:@]+""")
_ID: Final = re.compile(r"<[^<>\s]{3,240}>")
# "相談 12番" of our own subjects, in both languages.
_NUMBER: Final = re.compile(r"相談\s*(\d{1,9})\s*番|\b(?:inquiry|case)\s+(?:no\.?\s*)?(\d{1,9})\b", re.IGNORECASE)


class _AsItCame(Compat32):
    """Headers as they came: the library's own reading turns raw Japanese into question marks."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY: Final = _AsItCame()


class Unreadable(ValueError):
    """Nobody can be answered: the mail is kept aside for a person. The message says why."""


@dataclass(frozen=True)
class Attached:
    """A file in a mail. `part`: its place among the mail's parts, to find it again in the stored mail."""

    part: int
    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class ReadMail:
    """What the desk needs of a mail. `sent_at` is what the sender's clock said (None: unreadable)."""

    message_id: str
    references: tuple[str, ...]
    sender: str
    sender_name: str
    subject: str
    sent_at: datetime | None
    text: str
    attached: tuple[Attached, ...]
    automatic: bool
    undelivered: tuple[str, ...]

    @property
    def case_number(self) -> int | None:
        """The number of the firm's case when the subject carries it, as our own mails do."""
        found = _NUMBER.search(unicodedata.normalize("NFKC", self.subject))
        return int(found[1] or found[2]) if found else None


def identity_of(raw: bytes) -> str:
    """The same for one mail whatever way it took (To and Cc, delivered twice); 64 hex digits.

    The Message-ID alone would let a program that numbers badly, or a forger, swallow another mail.
    """
    head, _gap, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    message = message_from_bytes(head + b"\n\n", policy=_POLICY)
    told = [str(message.get(name, "")).strip() for name in ("Message-ID", "From", "Date", "Subject")]
    return hashlib.sha256("\n".join(told).encode("utf-8", "replace") + b"\n" + body.strip()).hexdigest()


def mail_read(raw: bytes) -> ReadMail:
    """Read a mail. Raises Unreadable when it has no sender or is nested beyond sense."""
    message = message_from_bytes(raw, policy=_POLICY)
    parts = _parts(message)
    name, address = _sender(message)
    return ReadMail(
        message_id=_first_id(message),
        references=_references(message),
        sender=address,
        sender_name=name,
        subject=header_text(message.get("Subject", ""))[:300],
        sent_at=_date(message),
        text=_text(parts)[:MOST_TEXT],
        attached=tuple(_attached(parts)),
        automatic=_is_automatic(message),
        undelivered=tuple(_undelivered(parts)),
    )


def attachment_of(raw: bytes, part: int) -> bytes:
    """The content of a file of a stored mail. Raises LookupError."""
    return _content(_parts(message_from_bytes(raw, policy=_POLICY))[part])


def _parts(message: Message) -> list[Message]:
    parts = list(_walk(message))
    if len(parts) > MOST_PARTS:
        raise Unreadable("too many parts")
    return parts


def _walk(message: Message) -> Iterator[Message]:
    """Like Message.walk, but a mail within the mail is one file and a report's status is read as it is."""
    yield message
    if message.get_content_maintype() == "multipart" and isinstance(message.get_payload(), list):
        for part in message.get_payload():
            yield from _walk(part)  # type: ignore[arg-type]


def _sender(message: Message) -> tuple[str, str]:
    for field in ("From", "Reply-To", "Sender"):
        value = re.sub(r"\r?\n[ \t]*", " ", str(message.get(field, "")))
        # Some programs encode the whole field, address and all.
        for written in (value, header_text(value)):
            name, address = parseaddr(written)
            found = _ADDRESS.search(address) or _ADDRESS.search(written)
            if found:
                told = header_text(name) or one_line(header_text(written).replace(found[0], "").strip("<>\"' "))
                return told[:120], found[0].replace('"', "")[:254]
    raise Unreadable("no sender")


def _first_id(message: Message) -> str:
    found = _ID.search(str(message.get("Message-ID", "")))
    return found[0] if found else ""


def _references(message: Message) -> tuple[str, ...]:
    """Newest first: what it answers, then the line of mails before."""
    answered = _ID.findall(str(message.get("In-Reply-To", "")))
    return tuple(dict.fromkeys([*answered, *reversed(_ID.findall(str(message.get("References", ""))))]))[:50]


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(message.get("Date", "")))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _is_automatic(message: Message) -> bool:
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    bulk = str(message.get("Precedence", "")).strip().lower() in {"bulk", "junk", "list", "auto_reply"}
    marked = any(name in message for name in ("X-Autoreply", "X-Autorespond", "List-Id", "List-Unsubscribe"))
    returned = message.get_content_type() == "multipart/report" or str(message.get("Return-Path", "x")).strip() == "<>"
    return bulk or marked or returned or not submitted.startswith("no")


def _undelivered(parts: list[Message]) -> Iterator[str]:
    """Addresses a mail server says it could not deliver to, for ever (RFC 3464)."""
    for part in parts:
        if part.get_content_type() != "message/delivery-status" or not isinstance(part.get_payload(), list):
            continue
        for block in part.get_payload():
            status, action = str(block.get("Status", "")), str(block.get("Action", ""))  # type: ignore[union-attr]
            address = str(block.get("Final-Recipient", "")).rpartition(";")[2].strip()  # type: ignore[union-attr]
            if address and action.strip().lower() == "failed" and status.strip().startswith("5"):
                yield address[:254]


def _text(parts: list[Message]) -> str:
    bodies = [part for part in parts if _is_body(part)]
    written = [part for part in bodies if part.get_content_type() == "text/plain"]
    told = [_flowed(part, text_of(_content(part), _charset(part))) for part in written]
    if not any(text.strip() for text in told):
        pages = [part for part in bodies if part.get_content_type() == "text/html"]
        told = [html_text(text_of(_content(part), _charset(part))) for part in pages]
    return plain("\n\n".join(text.strip("\r\n") for text in told)).strip("\n")


def _is_body(part: Message) -> bool:
    kept = part.get_content_disposition() == "attachment" or _name(part)
    return part.get_content_type() in {"text/plain", "text/html"} and not kept


def _attached(parts: list[Message]) -> Iterator[Attached]:
    for place, part in enumerate(parts):
        if part.get_content_maintype() == "multipart" or _is_body(part):
            continue
        if part.get_content_type() == "message/delivery-status":
            continue
        content = _content(part)
        if content:
            yield Attached(place, _name(part) or _made_name(part, place), part.get_content_type()[:120], content)


def _made_name(part: Message, place: int) -> str:
    ending = "eml" if part.get_content_type() == "message/rfc822" else part.get_content_subtype()
    return f"{place}.{one_line(ending)[:20]}"


def _charset(part: Message) -> str | None:
    found = part.get_param("charset")
    return found[2] if isinstance(found, tuple) else found


def _content(part: Message) -> bytes:
    found: Any = part.get_payload(decode=True)
    if isinstance(found, bytes):
        return found
    inner = part.get_payload()
    if isinstance(inner, list) and inner:  # a mail within the mail
        return b"\n".join(one.as_bytes() for one in inner)  # type: ignore[union-attr]
    return str(inner or "").encode("utf-8", "surrogateescape")


def _name(part: Message) -> str:
    """A file's name by RFC 2231, or as it is written instead: encoded words, raw bytes, escapes nobody encoded."""
    for header, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        found = part.get_param(parameter, header=header)
        if isinstance(found, tuple):
            charset, _language, value = found
            text = text_of(str(value).encode("latin-1", "replace"), charset)
        else:
            text = str(found or "")
        told = header_text(text).strip("\"' ")
        if told:
            return re.split(r"[/\\]", told)[-1][-LONGEST_NAME:].strip(". ") or "file"
    return ""


def _flowed(part: Message, text: str) -> str:
    """format=flowed (RFC 3676): a line that ends with a space goes on; with DelSp the space is no part of it."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    joined = "" if str(part.get_param("delsp", "")).lower() == "yes" else " "
    return re.sub(r"(?<!^--) \r?\n(?!>)", joined, text, flags=re.MULTILINE)


def html_text(page: str) -> str:
    """The words of an HTML mail, a line per block; nothing of it is ever shown as HTML."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(HTMLParser):
    _SILENT: Final = frozenset({"script", "style", "head", "title"})
    _BLOCKS: Final = frozenset(
        {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT
        if tag in self._BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._SILENT))
        if tag in self._BLOCKS - {"br"}:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(re.sub(r"\s+", " ", data))
