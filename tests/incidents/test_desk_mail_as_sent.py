"""What real programs, groups and servers make of a mail is read all the same: nothing a person wrote is lost."""

from __future__ import annotations

import base64
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from incidents.mail_intake.charsets import header_text, text_of
from incidents.mail_intake.machines import Sender
from incidents.mail_intake.reading import attachment_of, mail_read
from incidents.mail_intake.rules import case_number_in
from incidents.mail_intake.words import LONGEST_PAGE, MOST_TAGS, html_text, page_cut

OWN = frozenset({"desk@otasuke.invalid"})
HELP = "電源が入りません。至急お願いします。"


def mail(*heads: str, body: bytes | str = HELP, sender: str = "Hanako <hanako@sakura.invalid>") -> bytes:
    head = "\r\n".join([f"From: {sender}", "To: desk@otasuke.invalid", *heads])
    return head.encode() + b"\r\n\r\n" + (body if isinstance(body, bytes) else body.encode())


def parts(kind: str, *inner: bytes) -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in inner) + b"--b--\r\n"
    return mail(f'Content-Type: multipart/{kind}; boundary="b"', body=body)


def part(content: str, kind: str = "text/plain", *heads: str) -> bytes:
    return "\r\n".join([f"Content-Type: {kind}; charset=utf-8", *heads, "", content]).encode()


UTF8 = "Content-Type: text/plain; charset=utf-8"
HTML = "Content-Type: text/html; charset=utf-8"


# --- charsets: the one a mail names comes first


@pytest.mark.parametrize("place", [0, 3, 24, 51])
@pytest.mark.parametrize("head", [UTF8, "Content-Type: text/plain", "Content-Type: text/plain; charset=x-unknown"])
def test_one_wrong_byte_costs_one_sign_and_not_the_text(place: int, head: str) -> None:
    written = HELP.encode()
    read = mail_read(mail(head, body=written[:place] + b"\x96" + written[place:]))
    assert read.text.replace("�", "") == HELP
    assert read.text.count("�") == 1


def test_a_wrong_byte_in_a_subject_and_in_names_costs_one_sign() -> None:
    broken = HELP.encode()[:24] + b"\x96" + HELP.encode()[24:]
    word = "=?UTF-8?B?" + base64.b64encode(broken).decode() + "?="
    expected = HELP[:8] + "�" + HELP[8:]
    raw = b"From: " + word.encode() + b" <a@b.invalid>\r\nSubject: " + broken + b"\r\n\r\nx"
    read = mail_read(raw)
    assert (read.sender_name, read.subject) == (expected, expected)
    named = parts(
        "mixed", part("x"), part("x", "application/pdf", f'Content-Disposition: attachment; filename="{word}"')
    )
    assert mail_read(named).attached[0].name == expected


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ("花子 <hanako@さくら.みんな>", "hanako@さくら.みんな"),
        ("花子@sakura.invalid", "花子@sakura.invalid"),
        ("Hanako <hanako@sakura.invalid\u200b>", "hanako@sakura.invalid"),
        ("Hanako <ha\x00nako@sakura.invalid>", "hanako@sakura.invalid"),
        ("Hanako <hanako@sakura.invalid> \x00", "hanako@sakura.invalid"),
    ],
)
def test_a_mail_whose_address_holds_raw_signs_can_be_kept(written: str, sender: str) -> None:
    """What the database does not keep would set the whole mail aside, and the cry for help with it."""
    read = mail_read(
        mail("Message-ID: <電源\x00@a>", "In-Reply-To: <親@a>", "References: <祖\x01父@a>", sender=written)
    )
    assert (read.sender, read.message_id, read.references) == (sender, "<電源@a>", ("<親@a>", "<祖父@a>"))
    assert read.text == HELP


def test_a_text_cut_off_in_base64_is_read_to_its_end() -> None:
    encoded = base64.b64encode(HELP.encode()).decode()
    for cut in range(1, 5):
        read = mail_read(mail(UTF8, "Content-Transfer-Encoding: base64", body=encoded[:-cut]))
        assert read.text.rstrip("�") in (HELP, HELP[:-1]), cut


def test_a_footer_a_list_put_behind_a_base64_text_is_kept() -> None:
    body = base64.b64encode(HELP.encode()).decode() + "\r\n-- \r\nfooter of the list"
    assert (
        mail_read(mail(UTF8, "Content-Transfer-Encoding: base64", body=body)).text == f"{HELP}\n-- \nfooter of the list"
    )


@pytest.mark.parametrize(
    "charset", ["undefined", "idna", "punycode", "unicode_escape", "rot13", "hex", "mbcs", "x" * 200, "\\0", "utf-8\"'"]
)
def test_a_charset_that_is_none_is_guessed(charset: str) -> None:
    assert mail_read(mail(f"Content-Type: text/plain; charset={charset}")).text == HELP
    assert mail_read(
        mail(f"Subject: =?{charset.strip(chr(34))}?B?{base64.b64encode(HELP.encode()).decode()}?=")
    ).subject


def test_a_text_that_is_not_what_it_says_is_still_guessed() -> None:
    assert text_of(HELP.encode("cp932"), "utf-8") == HELP
    assert text_of(HELP.encode(), "iso-2022-jp") == HELP or text_of(HELP.encode(), "euc-jp") == HELP
    assert text_of("café".encode("cp1252"), "iso-8859-1") == "café"
    assert text_of(HELP.encode("cp932"), "iso-8859-1") == HELP


@pytest.mark.parametrize("charset", ["EUC-JP", "x-euc-jp", "eucJP-ms", "cp51932"])
def test_euc_jp_is_read_with_the_rows_of_vendors(charset: str) -> None:
    """Row 13 (① ㈱) as Microsoft's programs write it, IBM's characters (髙) as eucJP-ms does, a half-width kana."""
    content = "項目".encode("euc_jp") + b"\xad\xa1\xad\xea" + b"\x8f\xf4\xfb" + b"\x8e\xb6" + b"\xfc\xe2"
    assert text_of(content, charset) == "項目①㈱髙ｶ髙"


def test_iso_2022_jp_is_read_with_ibms_characters() -> None:
    assert text_of(b"\x1b$(D\x74\x7b\x1b(B", "ISO-2022-JP-MS") == "髙"


# --- headers


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("=?UTF-8?B?44Or44O844K/4?=", "ルータ"),
        ("=?UTF-8?B?44Or44O844K/", "ルータ"),
        ("=?UTF-8?Q?a=3?= =?UTF-8?Q?=ZZb?=", "a=3=ZZb"),
        ("=?UTF-8*ja?B?44Or44O844K/?=", "ルータ"),
        ("=?UTF-8?B?44Or?==?UTF-8?B?44O844K/?=", "ルータ"),
        ("Re: =?UTF-8?B?44Or44O844K/?= (2)", "Re: ルータ (2)"),
        ("=?UTF-8?X?44Or?=", "=?UTF-8?X?44Or?="),
        ("=?UTF-8?Q?What??= =?UTF-8?Q?_now?=", "What? now"),
    ],
)
def test_an_encoded_word_is_read_as_far_as_it_goes(written: str, subject: str) -> None:
    assert header_text(written) == subject


# --- bodies: everything a person can read, in order


def test_a_page_and_a_footer_in_plain_text_are_both_read() -> None:
    read = mail_read(parts("mixed", part("<p>身代金の画面が出ています。</p>", "text/html"), part("検査済みです。")))
    assert read.text == "身代金の画面が出ています。\n\n検査済みです。"


def test_words_around_a_picture_are_all_read() -> None:
    picture = part("x", "image/png", 'Content-Disposition: inline; filename="a.png"')
    read = mail_read(parts("mixed", part("一つ目"), picture, part("<p>二つ目</p>", "text/html"), part("三つ目")))
    assert (read.text, [file.name for file in read.attached]) == ("一つ目\n\n二つ目\n\n三つ目", ["a.png"])


def test_of_two_versions_of_the_same_words_one_is_read() -> None:
    assert mail_read(parts("alternative", part(HELP), part(f"<p>{HELP}</p>", "text/html"))).text == HELP
    assert mail_read(parts("alternative", part(" \r\n"), part(f"<p>{HELP}</p>", "text/html"))).text == HELP


def test_a_plain_version_that_only_says_to_look_at_the_page_hides_nothing() -> None:
    page = part(f"<p>{HELP * 20}</p>", "text/html")
    read = mail_read(parts("alternative", part("HTMLメールを表示できる環境でご覧ください。"), page))
    assert HELP in read.text


@pytest.mark.parametrize("disposition", ["inline", 'inline; filename="message.txt"', 'attachment; filename="a.txt"'])
def test_a_text_with_the_name_of_a_file_is_read(disposition: str) -> None:
    read = mail_read(
        parts("mixed", part(HELP, 'text/plain; name="message.txt"', f"Content-Disposition: {disposition}"))
    )
    shown = read.text == HELP
    kept = [attachment_of(parts("mixed", part(HELP, "text/plain")), file.part) for file in read.attached]
    assert shown or kept == [HELP.encode()]
    alone = mail_read(
        mail('Content-Type: text/plain; charset=utf-8; name="m.txt"', f"Content-Disposition: {disposition}")
    )
    assert alone.text == HELP


def test_a_multipart_whose_boundary_never_comes_is_text() -> None:
    assert HELP in mail_read(mail('Content-Type: multipart/mixed; boundary="never"')).text
    assert HELP in mail_read(mail("Content-Type: multipart/mixed")).text


def test_a_mail_inside_a_mail_is_a_file_as_it_came() -> None:
    inner = mail("Subject: inner", "X-Odd:   kept  as it is")
    raw = parts("mixed", part("x"), b"Content-Type: message/rfc822\r\n\r\n" + inner)
    (file,) = mail_read(raw).attached
    assert (file.name, attachment_of(raw, file.part)) == ("2.eml", inner)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person's key and certificate, as Outlook has them."""
    folder = tmp_path_factory.mktemp("smime")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=hanako",
        "-days",
        "2",
        "-keyout",
        str(folder / "key.pem"),
        "-out",
        str(folder / "cert.pem"),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("kind", ["application/pkcs7-mime; smime-type=signed-data", "application/x-pkcs7-mime"])
def test_a_mail_inside_its_signature_is_taken_out_of_it(certificate: Path, kind: str) -> None:
    inner = parts(
        "mixed", part(HELP), part("x", "application/pdf", 'Content-Disposition: attachment; filename="a.pdf"')
    )
    signed = _openssl(certificate, "-sign", "-nodetach", inner, "-signer", "cert.pem", "-inkey", "key.pem")
    read = mail_read(_wrapped(kind, signed))
    assert (read.text, [file.name for file in read.attached], read.encrypted) == (HELP, ["a.pdf"], False)
    assert attachment_of(_wrapped(kind, signed), read.attached[0].part) == b"x"


def test_an_encrypted_mail_says_that_it_is(certificate: Path) -> None:
    sealed = _openssl(certificate, "-encrypt", "-aes256", mail(UTF8), "cert.pem")
    read = mail_read(_wrapped("application/pkcs7-mime; smime-type=enveloped-data", sealed))
    assert (read.encrypted, read.text, [file.name for file in read.attached]) == (True, "", ["smime.p7m"])


def _openssl(folder: Path, verb: str, option: str, content: bytes, *more: str) -> bytes:
    command = ["openssl", "cms", verb, option, "-binary", "-outform", "DER", *more]
    return subprocess.run(command, input=content, cwd=folder, check=True, capture_output=True).stdout


def _wrapped(kind: str, content: bytes) -> bytes:
    heads = (
        f'Content-Type: {kind}; name="smime.p7m"',
        "Content-Transfer-Encoding: base64",
        'Content-Disposition: attachment; filename="smime.p7m"',
    )
    return mail(*heads, body=base64.encodebytes(content))


# --- HTML: what a browser would show


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<html><head><meta charset=utf-8><title>件名</title><body><p>本文</p>", "本文"),
        ("<p>一</p><![FOR]><p>二</p>", "一\n\n二"),
        ("<p>一<![if mso]>二<![endif]></p><!--[if mso]>三<![endif]-->", "一二"),
        ("<p>一<!bad><?php x ?></p", "一"),
        ("<div>一</div><div>二</div><div><br></div><div>三<br></div><div>四", "一\n二\n\n三\n四"),
        ("<table><tr><td>機種<td>PC-1<tr><td>台数<td>2</table>", "機種 PC-1\n台数 2"),
        ("<p>a<span style='display : none'>隠</span><span hidden>隠</span><script>隠</script>b</p>", "ab"),
        ("<pre>一\n  二</pre>", "一\n  二"),
        ("<p>a &amp; b&nbsp;c &lt;d&gt; &#x3042;</p>", "a & b c <d> あ"),
        ("x</body></html>あとから", "xあとから"),
        ("<ul><li>一<li>二</ul>三", "一\n二\n\n三"),
        ("<b><i>重</b>なり</i>", "重なり"),
    ],
)
def test_a_page_is_read_as_a_browser_shows_it(page: str, words: str) -> None:
    assert html_text(page) == words


def test_pictures_written_into_a_page_do_not_cost_its_words() -> None:
    page = f'<p>前</p><img src="data:image/png;base64,{"A" * 2 * LONGEST_PAGE}"><p>後</p>'
    assert html_text(page) == "前\n\n後"
    assert page_cut(page)[1]


@pytest.mark.parametrize("piece", ["<a ", "<div>", "<b>x", "<a x='>' y=1 ", "<!--", "</p>", "&amp;", "<table><tr><td>"])
def test_a_page_is_cut_before_it_is_parsed(piece: str) -> None:
    """However long it is, the parser gets no more letters and no more tags than it can parse at once."""
    cut, whole = page_cut(piece * 500_000)
    assert not whole
    assert len(cut) <= LONGEST_PAGE
    assert cut.count("<") <= MOST_TAGS + 1
    assert not mail_read(mail(HTML, body=piece * 500_000)).whole


# --- machines and groups

GOOGLE = (
    "Precedence: list",
    "Mailing-list: list desk@chamber.invalid; contact desk+owners@chamber.invalid",
    "List-ID: <desk.chamber.invalid>",
    "X-Original-Sender: hanako@sakura.invalid",
    "List-Unsubscribe: <mailto:googlegroups-manage+1@chamber.invalid>, <https://groups.google.com/a/x/subscribe>",
)
MAILMAN = (
    "Precedence: list",
    "List-Id: Desk <desk.chamber.invalid>",
    "List-Post: <mailto:desk@chamber.invalid>",
    "List-Unsubscribe: <https://lists.chamber.invalid/options/desk>",
)
MICROSOFT = ("Precedence: list", "List-Id: <desk.chamber.onmicrosoft.invalid>")
OURS = ("List-Id: <desk.otasuke.invalid>", "List-Unsubscribe: <https://otasuke.invalid/leave>")


@pytest.mark.parametrize("heads", [GOOGLE, MAILMAN, MICROSOFT, OURS], ids=["google", "mailman", "microsoft", "ours"])
def test_a_person_who_writes_through_a_group_is_a_person(heads: tuple[str, ...]) -> None:
    assert mail_read(mail(*heads), own=OWN).sent_by == Sender.PERSON


@pytest.mark.parametrize(
    "heads",
    [
        ("X-Original-From: Hanako <hanako@sakura.invalid>", *GOOGLE),
        ("Reply-To: Hanako <hanako@sakura.invalid>", *MAILMAN),
    ],
)
def test_who_wrote_through_a_group_that_changed_the_sender_is_known(heads: tuple[str, ...]) -> None:
    read = mail_read(mail(*heads, sender="Hanako via Desk <desk@chamber.invalid>"), own=OWN)
    assert (read.sender, read.sender_name, read.sent_by) == ("hanako@sakura.invalid", "Hanako", Sender.PERSON)


@pytest.mark.parametrize(
    "heads",
    [
        ("List-Unsubscribe: <https://shop.invalid/x>", "List-Id: <news.shop.invalid>"),
        ("List-Unsubscribe: <mailto:u@shop.invalid>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"),
        ("List-Id: <news.shop.invalid>", "Feedback-ID: 1:shop", "List-Post: <mailto:x@shop.invalid>"),
    ],
)
def test_a_newsletter_is_one(heads: tuple[str, ...]) -> None:
    assert mail_read(mail(*heads), own=OWN).sent_by == Sender.LIST


OOF = "Subject: =?UTF-8?B?" + base64.b64encode("自動応答: 不在です".encode()).decode() + "?="


@pytest.mark.parametrize(
    "heads",
    [
        (OOF, "X-Auto-Response-Suppress: All", "X-MS-Exchange-Inbox-Rules-Loop: hanako@sakura.invalid"),
        (OOF, "X-Auto-Response-Suppress: DR, OOF, AutoReply"),
        (OOF, "X-MS-Exchange-Inbox-Rules-Loop: hanako@sakura.invalid"),
        ("Subject: Automatic reply: test", "X-Auto-Response-Suppress: All"),
        ("Subject: Re: x", "X-Autoreply: yes", "Precedence: bulk"),
        ("Subject: Re: x", "Auto-Submitted: auto-replied (vacation)"),
        ("Subject: x", "Precedence: auto_reply"),
        ("Subject: 【自動返信】お問い合わせを受け付けました", "In-Reply-To: <1@otasuke.invalid>"),
        ("Subject: 自動応答：不在です", "In-Reply-To: <1@otasuke.invalid>"),
        ("Subject: [外部] 自動応答: 不在です", "X-Auto-Response-Suppress: All"),
        ("Subject: Réponse automatique : x", "X-Auto-Response-Suppress: All"),
        ("Subject: Automatische Antwort: x", "X-Auto-Response-Suppress: All"),
        ("Subject: Re: x", "X-Autoresponse: yes"),
    ],
)
def test_an_answer_of_somebody_who_is_away_comes_from_a_machine(heads: tuple[str, ...]) -> None:
    assert mail_read(mail(*heads), own=OWN).sent_by == Sender.MACHINE


@pytest.mark.parametrize(
    "heads",
    [
        ("Subject: x", "X-MS-Exchange-Inbox-Rules-Loop: hanako@sakura.invalid"),  # forwarded by a rule
        ("Subject: x", "X-Auto-Response-Suppress: All"),
        (OOF.replace("Subject: ", "Subject: Re: "),),
        ("Subject: x", "Auto-Submitted: no"),
        ("Subject: x", "Auto-Submitted:"),
        ("Subject: 自動応答が止まりません",),
        ("Subject: 自動返信メールの設定を教えてください", "In-Reply-To: <1@otasuke.invalid>"),
        ("Subject: Re: 【自動返信】お問い合わせ", "In-Reply-To: <1@otasuke.invalid>"),
    ],
)
def test_one_sign_of_a_machine_alone_hides_no_person(heads: tuple[str, ...]) -> None:
    assert mail_read(mail(*heads), own=OWN).sent_by == Sender.PERSON


def test_what_a_mail_server_returns_in_plain_words_is_no_persons() -> None:
    head = mail("Subject: failure notice", sender="MAILER-DAEMON@sakura.invalid")
    assert mail_read(head, own=OWN).sent_by == Sender.MACHINE


@pytest.mark.parametrize(
    "subject",
    [
        "Re[2]: case 12",
        "SV: case 12",
        "答复: 相談12番",
        "[EXTERNAL] RE: 相談 12番",
        "Fwd: 【外部】Re: 相談12番",
        "相談12番の件",
        "相談 12番について",
        "Case 12.",
        "相談１２番です。",
    ],
)
def test_who_answers_or_names_the_case_is_in_it_whatever_the_program_adds(subject: str) -> None:
    assert case_number_in(subject) == 12


# --- heads as programs write them


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("o'brien@sakura.invalid", "o'brien@sakura.invalid"),
        ("Hanako <o'brien@sakura.invalid>", "o'brien@sakura.invalid"),
        ("'hanako@sakura.invalid'", "hanako@sakura.invalid"),
        ("Hanako <'hanako@sakura.invalid'>", "hanako@sakura.invalid"),
        ("Hanako <hanako@sakura.invalid.>", "hanako@sakura.invalid"),
        ("hanako@yamada@sakura.invalid", ""),
        ("h" * 70 + "@sakura.invalid", ""),
        ("hanako@sakura.invalid@yamada.invalid", ""),
    ],
)
def test_a_sender_is_the_whole_address_or_nobody(written: str, address: str) -> None:
    """A piece of an address is the address of somebody else."""
    assert mail_read(mail(sender=written)).sender == address


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("[hanako@sakura.invalid]", ""),
        ("hanako@sakura.invalid, taro@sakura.invalid", ""),
        ("hanako@sakura.invalid;", ""),
        ("mailto:hanako@sakura.invalid", ""),
        ("Hanako hanako@sakura.invalid", "Hanako"),
        ("<@relay.invalid:hanako@sakura.invalid>", ""),
    ],
)
def test_what_stands_beside_an_address_is_a_name_only_when_it_is_one(written: str, name: str) -> None:
    read = mail_read(mail(sender=written))
    assert (read.sender, read.sender_name) == ("hanako@sakura.invalid", name)


@pytest.mark.parametrize("way", ["base64;", '"base64"', "base64 (as always)", " BASE64 ", "base64; charset=utf-8"])
def test_the_way_a_text_was_encoded_is_known_by_its_first_word(way: str) -> None:
    encoded = base64.b64encode(HELP.encode()).decode()
    assert mail_read(mail(UTF8, f"Content-Transfer-Encoding: {way}", body=encoded)).text == HELP


@pytest.mark.parametrize(
    "odd", ["a line of a scanner without a colon", "表 is no name: x", "Subject : 電源", "X Mailer: office", ">From x"]
)
def test_a_line_that_is_no_header_does_not_turn_the_others_into_text(odd: str) -> None:
    read = mail_read(mail(odd, "Message-ID: <1@sakura.invalid>", UTF8))
    assert (read.text, read.message_id) == (HELP, "<1@sakura.invalid>")
    assert (read.subject == "電源") == odd.startswith("Subject")


@pytest.mark.parametrize("begin", [b"\r\n", b"\n\n\n"])
def test_blank_lines_before_the_head_do_not_turn_it_into_text(begin: bytes) -> None:
    read = mail_read(begin + mail("Subject: power", UTF8))
    assert (read.text, read.subject, read.sender) == (HELP, "power", "hanako@sakura.invalid")


def test_a_text_without_a_blank_line_before_it_is_kept() -> None:
    raw = b"From: hanako@sakura.invalid\r\nSubject: power\r\nno power since today.\r\nplease call: soon\r\n"
    assert mail_read(raw).text.splitlines() == ["no power since today.", "please call: soon"]


@pytest.mark.parametrize(
    "date",
    [
        "Sun, 29 Nov 2026 10:00:00 +0900",
        "Sun, 29 Nov 2026 10:00:00 JST",
        "Sun, 29 Nov 2026 10:00:00 +0900 (JST)",
        "Sun, 29 Nov 2026 10:00:00 +09:00",
        "Sun, 29 Nov 2026 10:00:00",
        "Sun, 29 Nov 2026 01:00:00 -0000",
        "Sun, 29 Nov 2026 01:00:00 GMT",
        "2026-11-29T10:00:00+09:00",
        "2026-11-29T01:00:00Z",
        "2026-11-29 10:00:00",
    ],
)
def test_the_time_of_a_mail_is_read_as_its_program_wrote_it(date: str) -> None:
    assert mail_read(mail(f"Date: {date}")).sent_at == datetime(2026, 11, 29, 1, tzinfo=UTC)


def test_a_page_that_names_its_charset_only_in_itself_is_read_in_it() -> None:
    page = f'<html><head><meta charset="Shift_JIS"></head><body>{HELP}</body></html>'
    other = page.replace('charset="Shift_JIS"', 'http-equiv="Content-Type" content="text/html; charset=EUC-JP"')
    assert mail_read(mail("Content-Type: text/html", body=page.encode("cp932"))).text == HELP
    assert mail_read(mail("Content-Type: text/html", body=other.encode("euc_jp"))).text == HELP
    short = '<meta charset="windows-1251"><p>Привет</p>'
    assert mail_read(mail("Content-Type: text/html", body=short.encode("cp1251"))).text == "Привет"


def test_a_kind_without_its_semicolon_is_still_a_text() -> None:
    read = mail_read(mail("Content-Type: text/plain charset=shift_jis", body=HELP.encode("cp932")))
    assert (read.text, read.attached) == (HELP, ())


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", [None, "us-ascii", "utf-8", "shift_jis", "utf-16"])
def test_a_text_in_utf_16_is_read_whatever_it_calls_itself(codec: str, name: str | None) -> None:
    written = f"{HELP} Please call 090-0000-0000.\r\n"
    if name == "utf-16" and codec == "utf-16-be":
        return  # without a mark nobody can tell
    assert text_of(written.encode(codec), name) == written


@pytest.mark.parametrize(
    ("codec", "written"),
    [("iso2022_jp_2004", "鱓ヶ丘 俱楽部"), ("iso2022_jp_3", "森鷗外 ①"), ("iso2022_jp_2", "汉字 한국 日本")],
)
def test_the_wider_families_of_iso_2022_jp_are_read(codec: str, written: str) -> None:
    assert text_of(written.encode(codec), codec.replace("iso2022_jp", "iso-2022-jp").replace("_", "-")) == written
