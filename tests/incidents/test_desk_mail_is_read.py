"""Mails as firms really send them are read: old Japanese encodings, broken names of files, mails that answer mails."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.mail_intake.charsets import text_of
from incidents.mail_intake.reading import attachment_of, identity_of, mail_read
from incidents.mail_intake.words import html_text


def jis(text: str) -> bytes:
    return text.encode("iso2022_jp")


def word(charset: str, content: bytes) -> bytes:
    return b"=?" + charset.encode() + b"?B?" + base64.b64encode(content) + b"?="


FROM = b"From: " + word("ISO-2022-JP", jis("桜井 花子")) + b" <hanako@sakura.invalid>\r\n"


def mail(head: bytes, body: bytes = b"x", *, sender: bytes = FROM) -> bytes:
    return sender + head + b"\r\n\r\n" + body


def attached(disposition: bytes, content: bytes = b"data") -> bytes:
    return mail(
        b'Content-Type: multipart/mixed; boundary="b"',
        b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: application/octet-stream\r\n"
        b"Content-Disposition: attachment; " + disposition + b"\r\n\r\n" + content + b"\r\n--b--\r\n",
    )


def test_a_mail_of_an_old_japanese_program_is_read() -> None:
    read = mail_read(
        mail(
            b"Subject: "
            + word("ISO-2022-JP", jis("ルーターの設定"))
            + b"\r\nContent-Type: text/plain; charset=ISO-2022-JP",
            jis("お世話になります。\r\n電源が入りません。\r\n"),
        )
    )
    assert (read.sender_name, read.sender) == ("桜井 花子", "hanako@sakura.invalid")
    assert read.subject == "ルーターの設定"
    assert read.text == "お世話になります。\n電源が入りません。"


def test_signs_only_japanese_computers_have_are_read_in_iso_2022_jp() -> None:
    """① and ㈱ stand in row 13, 髙 beyond: CP932's characters, sent as ISO-2022-JP by every Windows program."""
    text = "㈱髙橋①"
    sjis = text.encode("cp932")
    double = bytearray()
    for high, low in zip(sjis[::2], sjis[1::2], strict=True):
        row = (high - (0x81 if high < 0xA0 else 0xC1)) * 2 + (low >= 0x9F)
        double += bytes((row + 0x21, low - (0x7E if low >= 0x9F else 0x1F if low < 0x80 else 0x20)))
    content = b"\x1b$B" + bytes(double) + b"\x1b(B"
    assert text_of(content, "ISO-2022-JP")[0] == "㈱"
    assert text_of(content, "ISO-2022-JP")[-1] == "①"
    assert text_of(b"\x1b(I6E\x1b(B", "iso-2022-jp") == "ｶﾅ"


@pytest.mark.parametrize("charset", ["Shift_JIS", "x-sjis", "windows-31j", "CP932", "", "us-ascii"])
def test_cp932_is_read_whatever_it_calls_itself(charset: str) -> None:
    kind = f"; charset={charset}" if charset else ""
    read = mail_read(mail(b"Content-Type: text/plain" + kind.encode(), "㈱山田製作所の髙橋です①".encode("cp932")))
    assert read.text == "㈱山田製作所の髙橋です①"


def test_a_name_in_a_mail_keeps_the_form_of_its_kanji() -> None:
    text = "㈱\ufa19山の\ufa1b田です"
    assert mail_read(mail(b"Content-Type: text/plain; charset=Shift_JIS", text.encode("cp932"))).text == text


@given(
    st.text(alphabet=st.characters(codec="cp932", exclude_categories=["Cc"], exclude_characters="¢£¬‖−〜"), max_size=60)
)
def test_text_in_cp932_comes_back_as_it_was_written(text: str) -> None:
    assert text_of(text.encode("cp932"), "shift_jis") == text


@given(st.text(alphabet=st.characters(codec="iso2022_jp", min_codepoint=0x3041, max_codepoint=0x9FFF), max_size=40))
def test_text_in_iso_2022_jp_comes_back_as_it_was_written(text: str) -> None:
    assert text_of(jis(text), "iso-2022-jp") == text


def test_a_subject_cut_in_the_middle_of_a_character_is_read() -> None:
    content = jis("見積書をお送りします")
    cut = b"Subject: " + word("ISO-2022-JP", content[:10]) + b"\r\n " + word("ISO-2022-JP", content[10:])
    assert mail_read(mail(cut)).subject == "見積書をお送りします"
    utf8 = "至急のご連絡".encode()
    assert mail_read(mail(b"Subject: " + word("UTF-8", utf8[:4]) + word("UTF-8", utf8[4:]))).subject == "至急のご連絡"


def test_a_subject_nobody_encoded_is_read() -> None:
    assert mail_read(mail(b"Subject: " + "箱が届きました".encode("cp932"))).subject == "箱が届きました"
    assert mail_read(mail(b"Subject: " + jis("箱が届きました"))).subject == "箱が届きました"
    assert mail_read(mail(b"Subject: " + "箱が届きました".encode())).subject == "箱が届きました"


@pytest.mark.parametrize(
    "disposition",
    [
        b"filename*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.xlsx",
        b"filename*=''%90%BF%8B%81%8F%91.xlsx",  # CP932, and says nothing
        b"filename*=iso-2022-jp''%1B%24B%40A5a%3Dq%1B%28B.xlsx",
        b"filename*0*=UTF-8''%E8%AB%8B%E6;\r\n filename*1*=%B1%82%E6%9B%B8;\r\n filename*2=.xlsx",
        b'filename="' + word("ISO-2022-JP", jis("請求書.xlsx")) + b'"',
        b"filename=" + word("UTF-8", "請求書.xlsx".encode()),
        b'filename="' + "請求書.xlsx".encode("cp932") + b'"',
        b'filename="' + "請求書.xlsx".encode() + b'"',
        b'filename="..\\..\\' + "請求書.xlsx".encode() + b'"',
    ],
)
def test_the_name_of_a_file_is_read_however_it_was_written(disposition: bytes) -> None:
    read = mail_read(attached(disposition))
    assert [file.name for file in read.attached] == ["請求書.xlsx"]
    assert attachment_of(attached(disposition), read.attached[0].part) == b"data"


def test_a_name_cannot_pretend_to_end_otherwise() -> None:
    read = mail_read(attached(b"filename*=UTF-8''photo%E2%80%AEgpj.exe"))
    assert read.attached[0].name == "photogpj.exe"


def test_addresses_that_break_the_rules_are_answered_all_the_same() -> None:
    for address in (b"taro..yamada@docomo.invalid", b"taro.@ezweb.invalid", b'"taro..y"@docomo.invalid'):
        read = mail_read(mail(b"Subject: x", sender=b"From: " + address + b"\r\n"))
        assert read.sender.replace('"', "").startswith("taro"), address
        assert "@" in read.sender


def test_what_it_answers_comes_first_and_our_mark_in_the_subject_is_found() -> None:
    read = mail_read(
        mail(
            b"References: <a@x> <b@x>\r\nIn-Reply-To: <c@x>\r\nSubject: "
            + word("UTF-8", "Re: 相談　１２番に窓口から返事があります".encode())
        )
    )
    assert read.references == ("<c@x>", "<b@x>", "<a@x>")
    assert read.case_number == 12
    assert mail_read(mail(b"Subject: 12")).case_number is None


def test_lines_of_a_phone_are_joined_again() -> None:
    read = mail_read(
        mail(
            b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes",
            "昨日から電源が \r\n入りません。\r\n桜井".encode(),
        )
    )
    assert read.text == "昨日から電源が入りません。\n桜井"


def test_a_mail_in_html_only_is_read_as_words() -> None:
    page = (
        "<html><head><style>p{}</style><script>alert(1)</script></head><p>電源が<b>入りません</b></p><p>桜井&amp;</p>"
    )
    assert html_text(page) == "電源が入りません\n\n桜井&"
    assert "alert" not in mail_read(mail(b"Content-Type: text/html; charset=utf-8", page.encode())).text


def test_machines_are_told_from_people() -> None:
    assert not mail_read(mail(b"Subject: x")).automatic
    for head in (b"Auto-Submitted: auto-replied", b"Precedence: bulk", b"List-Id: <news.x>"):
        assert mail_read(mail(head)).automatic, head


def test_a_mail_server_that_cannot_deliver_names_the_address() -> None:
    read = mail_read(
        b"From: MAILER-DAEMON@relay.invalid\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; relay.invalid\r\n\r\nFinal-Recipient: rfc822; owner@sakura.invalid\r\n"
        b"Action: failed\r\nStatus: 5.1.1\r\n\r\nFinal-Recipient: rfc822; later@sakura.invalid\r\n"
        b"Action: delayed\r\nStatus: 4.0.0\r\n\r\n--b--\r\n"
    )
    assert read.automatic
    assert read.undelivered == ("owner@sakura.invalid",)


def test_the_same_mail_by_two_ways_is_one_and_two_mails_with_one_number_are_two() -> None:
    first = mail(b"Message-ID: <1@x>\r\nSubject: x", b"hello")
    assert identity_of(b"Received: by a\r\n" + first) == identity_of(b"Received: by b\r\n" + first)
    assert identity_of(first) != identity_of(mail(b"Message-ID: <1@x>\r\nSubject: x", b"goodbye"))


def test_a_mail_without_a_sender_is_read_all_the_same() -> None:
    read = mail_read(b"Subject: x\r\n\r\nhello")
    assert (read.sender, read.text) == ("", "hello")


@given(st.binary(max_size=400))
def test_no_mail_breaks_the_reading(noise: bytes) -> None:
    read = mail_read(FROM + noise)
    assert "\x00" not in read.subject + read.text + read.sender_name
    read.text.encode("utf-8")
