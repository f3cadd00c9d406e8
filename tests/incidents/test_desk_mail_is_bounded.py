"""No mail of a stranger costs more than linear time, breaks the reading, or shows more than it should."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.mail_intake import apart, reading, services, store
from incidents.mail_intake.apart import PartMissing, TooMuch
from incidents.mail_intake.charsets import plain
from incidents.mail_intake.mime import MOST_PARTS, mail_parse
from incidents.mail_intake.reading import MOST_TEXT, identity_of, mail_read
from incidents.models import DeskMail
from tenants.tenancy.scope import programme_scope
from tests.desk_mailbox import Desk, desk_mailbox
from tests.factories import Cast
from tests.incidents.jobsheets import logged_in
from tests.incidents.test_desk_mail_arrives import arrive, mails

__all__ = ["desk_mailbox"]
FROM = b"From: hanako@sakura.invalid\r\n"
HTML = FROM + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
MIXED = FROM + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
MANY = 30_000


def nested(depth: int) -> bytes:
    """A mail in a mail in a mail …, with words at its bottom."""
    heads = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return FROM + b"Subject: deep\r\n" + b"".join(heads) + b"\r\nhelp\r\n" + b"\r\n" * depth


# Each would take minutes if any step of the reading cost the square of it; the reader has ten seconds.
WORST = {
    "comments in a sender": b"From: " + b"(" * MANY * 4 + b"a@b.invalid\r\n\r\nx",
    "a sender without an end": b"From: " + b"a" * MANY * 4 + b"\r\n\r\nx",
    "signs of addresses": b"From: " + b"a@" * MANY * 2 + b"\r\n\r\nx",
    "quotes in a sender": b"From: " + b'"\\' * MANY * 2 + b"\r\n\r\nx",
    "beginnings of encoded words": FROM + b"Subject: " + b"=?a?q?" * MANY + b"\r\n\r\nx",
    "encoded words": FROM + b"Subject: " + b"=?utf-8?q?a?= " * MANY + b"\r\n\r\nx",
    "marks of letters in a subject": FROM + b"Subject: " + "\u0301\u0327".encode() * MANY * 4 + b"\r\n\r\nx",
    "marks of letters in a text": FROM
    + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    + "\u0301\u0327".encode() * MANY * 10,
    "mails it answers": FROM + b"References: " + b"<" * MANY * 4 + b"\r\n\r\nx",
    "parameters": FROM + b"Content-Type: text/plain" + b";" * MANY * 4 + b"\r\n\r\nx",
    "parameters in quotes": FROM + b'Content-Type: text/plain; x="' + b";" * MANY * 4 + b"\r\n\r\nx",
    "names in pieces": FROM
    + b"Content-Disposition: x; "
    + b"".join(b"filename*%d=a;" % n for n in range(MANY))
    + b"\r\n\r\nx",
    "a date": FROM + b"Date: " + b"1 " * MANY * 4 + b"\r\n\r\nx",
    "tags": HTML + b"<a " * MANY * 30,
    "blocks in blocks": HTML + b"<div>" * MANY * 20,
    "attributes": HTML + b"<a " + b" ".join(b"a%d=1" % n for n in range(MANY * 4)),
    "attributes behind a quoted sign": HTML + b"<a x='>' " + b" ".join(b"a%d=1" % n for n in range(MANY * 4)),
    "kinds of letters": HTML + b"".join(b"<font color=%d>" % n for n in range(MANY)) + b"<p>" * MANY,
    "headers": FROM + b"".join(b"h%d: x\r\n" % n for n in range(MANY * 10)) + b"\r\nx",
    "empty lines": FROM + b"\r\n" + b"\n" * MANY * 300,
    "mails in mails": FROM + b"Content-Type: message/rfc822\r\n\r\n" * MANY,
    "parts": MIXED + b"--b\r\n\r\nx\r\n" * MANY,
    "parts with parameters": MIXED
    + (b'--b\r\nContent-Type: text/plain; x="' + b";" * 1900 + b"\r\n\r\nx\r\n") * (MANY // 10),
    "boundaries in boundaries": nested(MANY // 3),
    "a text of double bytes": FROM + b"Content-Type: text/plain; charset=euc-jp\r\n\r\n" + b"\xa4\xa2" * MANY * 40,
    "escapes": FROM + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + b"\x1b$B\x24\x22\x1b(B" * MANY * 10,
    "lines that go on": FROM + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"-- \n" * MANY * 20,
    "ends of base64": FROM + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=A" * MANY * 20,
}


@pytest.mark.parametrize("name", WORST)
def test_the_worst_a_stranger_can_write_is_read_within_the_readers_time(name: str) -> None:
    read = apart.mail_read(WORST[name])
    assert len(read.text) <= MOST_TEXT
    assert max(len(read.subject), len(read.sender), len(read.sender_name)) <= 300
    assert len(identity_of(WORST[name])) == 64


def test_a_mail_nested_without_end_is_read_as_far_as_sense_goes_and_says_so() -> None:
    read = apart.mail_read(nested(5000))
    assert (read.subject, read.whole) == ("deep", False)
    assert mail_read(nested(8)).text == "help"
    assert mail_read(nested(8)).whole


def test_more_parts_than_are_read_are_said_and_the_first_are_there() -> None:
    read = mail_read(MIXED + b"--b\r\n\r\nx\r\n" * 2000)
    assert (read.whole, read.text.startswith("x\n\nx")) == (False, True)
    assert len(mail_parse(MIXED + b"--b\r\n\r\nx\r\n" * 2000).parts) <= MOST_PARTS


def test_marks_on_letters_stay_with_their_letters() -> None:
    written = "か\u3099" * 3000 + "e\u0301" * 3000
    assert plain(written) == "が" * 3000 + "é" * 3000


def test_a_reader_that_takes_too_long_is_ended_and_tried_with_less_of_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lengths: list[int] = []
    real = apart._read

    def slow_with_all(raw: bytes, own: frozenset[str], longest_page: int) -> reading.ReadMail:
        lengths.append(longest_page)
        if longest_page > apart.SHORT_PAGE:
            raise TooMuch("out of time")
        return real(raw, own, longest_page)

    monkeypatch.setattr(apart, "_read", slow_with_all)
    page = HTML + b"<p>help</p>" + b"<p>x</p>" * 10_000
    read = apart.mail_read(page)
    assert (lengths[1], read.text[:4], read.whole) == (apart.SHORT_PAGE, "help", False)


def test_a_reader_that_ends_badly_is_told_and_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.001)
    with pytest.raises(TooMuch):
        apart.mail_read(FROM + b"\r\nx")


def test_read_apart_or_here_a_mail_is_the_same() -> None:
    raw = (
        MIXED + b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: application/pdf\r\n\r\ndata\r\n"
    )
    assert apart.mail_read(raw) == mail_read(raw)
    assert apart.attachment_of(raw, 2) == b"data"
    with pytest.raises(PartMissing):
        apart.attachment_of(raw, 9)


def test_the_page_of_the_worst_mails_opens(cast: Cast, desk_mailbox: Desk) -> None:
    """Deep, with a sender of 100 kB, with a page that would take minutes: the desk reads what there is."""
    named = b'From: "' + b"x" * 100_000 + b'" <a@b.invalid>\r\nSubject: named\r\n\r\nhelp'
    desk_mailbox.deliver(nested(5000), named, HTML.replace(b"\r\n", b"\r\nSubject: page\r\n", 1) + b"<a " * 500_000)
    arrive()
    desk: Client = logged_in(cast.agent)
    for mail in mails(cast):
        answer = desk.get(f"/desk/mail/{mail.pk}/")
        assert answer.status_code == 200, mail.subject
        assert ("読み取れたのは一部だけです" in answer.content.decode()) == mail.read_in_part
    assert [mail.read_in_part for mail in mails(cast)] == [True, False, True]


def test_a_page_of_the_desk_reads_no_mail_again(
    cast: Cast, desk_mailbox: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a stranger sent is taken apart by a worker, once; its words stand in the row."""
    desk_mailbox.deliver(FROM + b"Subject: x\r\n\r\nhelp me\r\n")
    services.mails_fetch(now=datetime.now(UTC))
    services.mails_handle(now=datetime.now(UTC))
    monkeypatch.setattr(store, "kept", lambda _sha: pytest.fail("the mail was read again"))
    with programme_scope(cast.programme.pk):
        number = DeskMail.objects.get().pk
    assert "help me" in logged_in(cast.agent).get(f"/desk/mail/{number}/").content.decode()


# --- whatever a mail is made of, it is read ---

SIGNS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)
NOISE = st.one_of(
    st.binary(max_size=60),
    SIGNS.map(str.encode),
    SIGNS.map(lambda text: text.encode("cp932", "replace")),
    st.sampled_from(
        [b"=?utf-8?B?44Or4?=", b"=?x?Q?=4?=", b'"', b"<", b"\x1b$B", b"\xff\xfe", b"((((", b"a@b.c", b"<![x", b"%"]
    ),
)
NAMES = st.sampled_from(
    [
        b"From",
        b"Reply-To",
        b"Subject",
        b"Date",
        b"Message-ID",
        b"References",
        b"In-Reply-To",
        b"Content-Type",
        b"Content-Disposition",
        b"Content-Transfer-Encoding",
        b"List-Id",
        b"Precedence",
        b"Auto-Submitted",
        b"List-Post",
        b"X-Original-From",
        b"X-Auto-Response-Suppress",
        b"Return-Path",
        b"",
        b"X Y",
        b"\xe3\x81\x82",
    ]
)
CHARSETS = st.sampled_from(
    ["utf-8", "iso-2022-jp", "euc-jp", "shift_jis", "undefined", "idna", "utf-16", "utf-7", "x", ""]
)
KINDS = st.sampled_from(
    [
        "text/plain",
        "text/html",
        "text",
        "multipart/mixed",
        "multipart/alternative",
        "multipart/related",
        "message/rfc822",
        "message/delivery-status",
        "multipart/report",
        "application/pkcs7-mime",
        "application/octet-stream",
        "multipart/digest",
        "multipart/encrypted",
        "/",
        "text/rfc822-headers",
        "image/png",
    ]
)
WAYS = st.sampled_from(["", "7bit", "base64", "quoted-printable", "x-uuencode", "8bit", "nonsense"])
HEADS = st.lists(st.tuples(NAMES, NOISE).map(lambda head: head[0] + b": " + head[1]), max_size=5)


def _leaf(drawn: tuple[str, str, str, list[bytes], bytes]) -> bytes:
    kind, charset, way, heads, body = drawn
    first = f"Content-Type: {kind}; charset={charset}; boundary=b\r\nContent-Transfer-Encoding: {way}".encode()
    return b"\r\n".join([first, *heads]) + b"\r\n\r\n" + (base64.b64encode(body) if way == "base64" else body)


def _tree(children: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    def joined(drawn: tuple[str, list[bytes], list[bytes], bytes]) -> bytes:
        kind, heads, inner, boundary = drawn
        body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in inner)
        top = b"Content-Type: " + kind.encode() + b"; boundary=" + boundary
        return b"\r\n".join([top, *heads]) + b"\r\n\r\n" + body + b"--" + boundary + b"--\r\n"

    return st.tuples(KINDS, HEADS, st.lists(children, max_size=4), st.sampled_from([b"b", b"c", b'"b c"'])).map(joined)


MAILS = st.recursive(st.tuples(KINDS, CHARSETS, WAYS, HEADS, NOISE).map(_leaf), _tree, max_leaves=12)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HEADS, MAILS)
def test_whatever_a_mail_is_made_of_it_is_read(heads: list[bytes], body: bytes) -> None:
    raw = b"\r\n".join([*heads, body])
    read = mail_read(raw, own=frozenset({"desk@otasuke.invalid"}))
    words = read.text + read.subject + read.sender + read.sender_name + "".join(file.name for file in read.attached)
    assert "\x00" not in words
    words.encode("utf-8")
    json.dumps(asdict(read), default=str)
    assert len(identity_of(raw)) == 64
    for file in read.attached:
        assert len(reading.attachment_of(raw, file.part)) == file.size
