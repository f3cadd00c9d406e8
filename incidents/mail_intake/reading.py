"""A mail as it came over the line, read into plain data. No database, no network. Never raises, costs linear time.

Mails of strangers are read in a process of its own (incidents.mail_intake.apart).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final

from incidents.mail_intake.charsets import header_text, one_line, plain, text_of
from incidents.mail_intake.machines import Sender, sender_of
from incidents.mail_intake.mime import (
    Mail,
    children_of,
    content_of,
    head_of,
    is_encrypted,
    is_signed,
    mail_parse,
    name_of,
    param,
)
from incidents.mail_intake.rules import MOST_FILES, case_number_in
from incidents.mail_intake.senders import sender_read
from incidents.mail_intake.words import LONGEST_PAGE, html_text, page_cut
from web.jst import JST

MOST_TEXT: Final = 200_000
MOST_BODY: Final = 1_000_000  # bytes of one text that are decoded; pictures in a page are among them
LONGEST_RETURNED: Final = 100_000  # bytes of a returned mail in which its Message-ID is looked for
YEARS: Final = range(1990, 2100)
_ID: Final = re.compile(r"<[^<>\s]{3,240}>")
_RETURNED_ID: Final = re.compile(rb"^Message-ID:[ \t\r\n]{0,20}(<[^<>\s]{3,240}>)", re.IGNORECASE | re.MULTILINE)
_RETURNED: Final = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"})
_ZONE_COLON: Final = re.compile(r"([+-]\d\d):(\d\d)\b")
_CHARSET_OF_PAGE: Final = re.compile(rb"<meta\s[^<>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})", re.IGNORECASE)
_WORDS: Final = frozenset({"text/plain", "text/html"})


@dataclass(frozen=True)
class Attached:
    """A file in a mail. `part`: its place among the mail's parts, to find it again; size in bytes."""

    part: int
    name: str
    kind: str
    size: int
    sha256: str


@dataclass(frozen=True)
class ReadMail:
    """What the desk needs of a mail. `sent_at` is what the sender's clock said (None: unreadable).

    `sender` is empty when nobody can be answered. `whole`: nothing was left out. `encrypted`: its words are for
    another key. `undelivered` and `returned`: addresses a mail server could not deliver to, and the Message-IDs of the
    mails it sent back.
    """

    message_id: str
    references: tuple[str, ...]
    sender: str
    sender_name: str
    subject: str
    sent_at: datetime | None
    text: str
    attached: tuple[Attached, ...]
    sent_by: Sender
    undelivered: tuple[str, ...]
    returned: tuple[str, ...]
    whole: bool
    encrypted: bool

    @property
    def automatic(self) -> bool:
        """Whether no person wrote it, as far as the mail itself shows."""
        return self.sent_by != Sender.PERSON

    @property
    def case_number(self) -> int | None:
        """The number of the firm's case when the subject carries it, as our own mails do."""
        return case_number_in(self.subject)


@dataclass(frozen=True)
class _Text:
    """Words of one part, in what they are written; `whole`: all of them."""

    words: str
    is_page: bool
    whole: bool


def identity_of(raw: bytes) -> str:
    """The same for one mail whatever way it took (To and Cc, delivered twice); 64 hex digits.

    The Message-ID alone would let a program that numbers badly, or a forger, swallow another mail.
    """
    _head, _gap, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    message = head_of(raw)
    named = [str(message.get(name, "")).strip() for name in ("Message-ID", "From", "Date", "Subject")]
    return hashlib.sha256("\n".join(named).encode("utf-8", "replace") + b"\n" + body.strip()).hexdigest()


def mail_read(raw: bytes, *, own: frozenset[str] = frozenset(), longest_page: int = LONGEST_PAGE) -> ReadMail:
    """Read a mail. `own`: the desk's addresses, in small letters; `longest_page`: letters of HTML that are parsed."""
    mail = mail_parse(raw)
    texts = _texts(mail.head, longest_page)
    if not texts and mail.head.get_content_type() in _WORDS:  # a scanner or a phone calls its whole mail a file
        texts = [_text(mail.head, longest_page)]
    name, address = sender_read(mail.head, own=own)
    words = "\n\n".join(text.words.strip("\r\n") for text in texts if text.words.strip())
    attached = tuple(_attached(mail))
    return ReadMail(
        message_id=_first_id(mail.head),
        references=_references(mail.head),
        sender=address,
        sender_name=name,
        subject=header_text(mail.head.get("Subject", ""))[:300],
        sent_at=_date(mail.head),
        text=plain(words[:MOST_TEXT]).strip("\n"),
        attached=attached[:MOST_FILES],
        sent_by=sender_of(mail.head, own=own),
        undelivered=tuple(_undelivered(mail))[:MOST_FILES],
        returned=tuple(_returned(mail))[:MOST_FILES],
        whole=mail.whole and len(words) <= MOST_TEXT and len(attached) <= MOST_FILES and all(t.whole for t in texts),
        encrypted=any(is_encrypted(part) for part in mail.parts),
    )


def attachment_of(raw: bytes, part: int) -> bytes:
    """The content of a file of a stored mail. Raises LookupError."""
    return content_of(mail_parse(raw).parts[part])


def _first_id(message: Message) -> str:
    return next(_ids(message, "Message-ID"), "")


def _ids(message: Message, name: str) -> Iterator[str]:
    """Marks of mails in a header, without raw bytes and control characters, which no database keeps."""
    return map(header_text, _ID.findall(str(message.get(name, ""))))


def _references(message: Message) -> tuple[str, ...]:
    """Newest first: what it answers, then the line of mails before."""
    named = [*_ids(message, "In-Reply-To"), *reversed([*_ids(message, "References")])]
    return tuple(dict.fromkeys(named))[:50]


def _date(message: Message) -> datetime | None:
    """When it was sent. A clock that names no zone is taken for one of Japan, where the desk's people are."""
    written = _ZONE_COLON.sub(r"\1\2", str(message.get("Date", ""))[:200].strip().replace("JST", "+0900"))
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        with suppress(TypeError, ValueError, OverflowError, IndexError):
            moment = read(written)
            unnamed = UTC if written.endswith("-0000") else JST
            sent = (moment.replace(tzinfo=unnamed) if moment.tzinfo is None else moment).astimezone(UTC)
            return sent if sent.year in YEARS else None
    return None


def _undelivered(mail: Mail) -> Iterator[str]:
    """Addresses a mail server says it could not deliver to, for ever (RFC 3464)."""
    for part in mail.parts:
        blocks = part.get_payload()
        if part.get_content_type() != "message/delivery-status" or not isinstance(blocks, list):
            continue
        for block in blocks:
            status, action = str(block.get("Status", "")), str(block.get("Action", ""))  # type: ignore[union-attr]
            address = str(block.get("Final-Recipient", "")).rpartition(";")[2].strip()  # type: ignore[union-attr]
            if address and action.strip().lower() == "failed" and status.strip().startswith("5"):
                yield header_text(address[:254])


def _returned(mail: Mail) -> Iterator[str]:
    """Message-IDs of the mails a mail server sent back, whole or only their heads."""
    for part in mail.parts:
        if part.get_content_type() in _RETURNED:
            message_id = _RETURNED_ID.search(content_of(part)[:LONGEST_RETURNED])
            if message_id:
                yield message_id[1].decode("ascii", "replace")


def _texts(part: Message, longest_page: int) -> list[_Text]:
    """Everything a person can read in a part, in order; of versions of the same words the one that says all."""
    children = children_of(part)
    if not children:
        text = _text(part, longest_page) if _is_body(part) else None
        return [text] if text and (text.words.strip() or not text.whole) else []
    versions = [_texts(child, longest_page) for child in children]
    if part.get_content_type() == "multipart/alternative":
        return _fullest([version for version in versions if version])
    return [text for version in versions for text in version]


def _fullest(versions: list[list[_Text]]) -> list[_Text]:
    """The plain version; also the page when it says much more, as where the plain one only says to look at it."""
    written = next((version for version in versions if not version[0].is_page), None)
    pages = [version for version in versions if version is not written]
    if not written:
        return pages[-1] if pages else []
    if not pages or _length(pages[-1]) <= 2 * _length(written) + 200:
        return written
    return written + pages[-1]


def _length(texts: list[_Text]) -> int:
    return sum(len(text.words) for text in texts)


def _text(part: Message, longest_page: int) -> _Text:
    content = content_of(part, words=True)
    words = text_of(content[:MOST_BODY], param(part, "charset")[1] or _charset_of_page(part, content))
    whole = len(content) <= MOST_BODY
    if part.get_content_type() != "text/html":
        return _Text(_flowed(part, words), is_page=False, whole=whole)
    return _Text(html_text(words, longest_page), is_page=True, whole=whole and page_cut(words, longest_page)[1])


def _charset_of_page(part: Message, content: bytes) -> str:
    """The charset a page names in itself, where its part names none."""
    charset = _CHARSET_OF_PAGE.search(content[:2000]) if part.get_content_type() == "text/html" else None
    return charset[1].decode("ascii", "replace") if charset else ""


def _is_body(part: Message) -> bool:
    """Whether a part is words of the mail, whatever name it carries. A multipart without its boundary is, too."""
    if part.get_content_maintype() == "multipart":
        return part.get_content_type() != "multipart/encrypted"
    return part.get_content_type() in _WORDS and part.get_content_disposition() != "attachment"


def _attached(mail: Mail) -> Iterator[Attached]:
    for place, part in enumerate(mail.parts):
        held = part.get_content_maintype() == "multipart" or part.get_content_type() == "message/delivery-status"
        if held or (is_signed(part) and children_of(part)) or (_is_body(part) and not name_of(part)):
            continue
        content = content_of(part)
        if content:
            name = name_of(part) or _made_name(part, place)
            sha256 = hashlib.sha256(content).hexdigest()
            yield Attached(place, name, one_line(part.get_content_type())[:120], len(content), sha256)


def _made_name(part: Message, place: int) -> str:
    ending = "eml" if part.get_content_type() == "message/rfc822" else part.get_content_subtype()
    return f"{place}.{one_line(ending)[:20]}"


def _flowed(part: Message, text: str) -> str:
    """format=flowed (RFC 3676): a line that ends with a space goes on; with DelSp the space is no part of it."""
    if param(part, "format")[1].lower() != "flowed":
        return text
    joined = "" if param(part, "delsp")[1].lower() == "yes" else " "
    return re.sub(r"(?<!^--) \r?\n(?!>)", joined, text, flags=re.MULTILINE)
