"""What we write in subjects and names is what people read, through a real mail server and two readers of headers."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.mail_intake.reading import mail_read
from notifications import delivery
from notifications.delivery import outbox_send
from notifications.models import OutboxMessage
from notifications.rules import WARN_AFTER_ATTEMPTS
from notifications.smtp import Letter, build
from tests.factories import OWNER, Cast
from tests.mailing import Mailbox
from tests.notifications.test_mail_is_sent_once import attentions, make_due, message, put

SUBJECTS = [
    "重要度 高 ",
    "【さくら歯科】重要度 高(★★★)のお知らせ: 社内のパソコンが外部の不正なサーバーと通信しました　至急ご確認ください",
    "A あ B い C う " * 10,
    "あ  い   う",
    "重要度 高 " * 33,
    "😀 " * 60,
    "👨‍👩‍👧‍👦 家族 " * 10,
    "㈱髙橋 ① が " * 12,
    "=?utf-8?q?x?= あ",
    "=?utf-8?q?Re=3A_x?=",
    "plain and long " * 13,
    "x" * 190,
    "x" * 70 + " " + "y" * 70,
    "【ABC Co., Ltd.】 Report 2026-11 for 山田 太郎 様 (test)",
]
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"]), min_size=1, max_size=120)


def letter(subject: str, name: str = "") -> Letter:
    return Letter("<1@x.invalid>", "a@b.invalid", subject, "x", "", "desk@otasuke.invalid", name)


@pytest.mark.parametrize("subject", [one.strip()[:200].strip() for one in SUBJECTS])
def test_a_subject_arrives_as_it_was_written(cast: Cast, mailbox: Mailbox, subject: str) -> None:
    put(cast.sakura_dental.pk, subject=subject)
    assert outbox_send() == 1
    (mail,) = mailbox.mails()
    assert mail.subject == subject
    lines = mail.path.read_bytes().split(b"\r\n")
    assert max(len(line) for line in lines if not line.startswith(b"List-Unsubscribe: ")) <= 78  # no address is cut


@pytest.mark.parametrize("name", ["お助け隊 相談窓口 (東京), A課", "Desk A あ B い", 'O"Neil 相談', "Help Desk"])
def test_the_desks_name_arrives_as_it_was_written(cast: Cast, mailbox: Mailbox, name: str) -> None:
    cast.programme.desk_name = name.strip()
    cast.programme.save(using=OWNER)
    put(cast.sakura_dental.pk)
    outbox_send()
    (mail,) = mailbox.mails()
    for header in ("From", "Reply-To"):
        (sender,) = mail.message[header].addresses
        assert (sender.display_name, sender.addr_spec) == (name.strip(), "desk@otasuke.invalid")
    assert mail.sender == "desk@otasuke.invalid"


def test_a_long_name_of_the_desk_loses_no_blank() -> None:
    """Read by the older reader of the library: the newer one of Python 3.11 puts a blank between two encoded words."""
    name = ("窓口 A " * 15).strip()
    raw = build(letter("x", name)).as_bytes()
    written = message_from_bytes(raw)["From"]
    assert str(make_header(decode_header(written))).startswith(name)
    assert mail_read(raw).sender_name == name


@given(TEXT, TEXT)
def test_whatever_a_subject_and_a_name_hold_they_come_back(subject: str, name: str) -> None:
    subject, name = " ".join(subject.split()), " ".join(name.split())
    raw = build(letter(subject, name)).as_bytes()
    assert all(line.isascii() for line in raw.split(b"\r\n\r\n")[0].splitlines())
    assert str(message_from_bytes(raw, policy=default)["Subject"]) == subject
    read = mail_read(raw)
    assert read.sender == "desk@otasuke.invalid"


def test_signs_nobody_can_print_in_a_firms_name_stop_no_mail(cast: Cast, mailbox: Mailbox) -> None:
    """A character of one's own making, an invisible joiner, a bell."""
    put(cast.sakura_dental.pk, subject="【\ue000\u200d会社\x07】お知らせ")
    assert outbox_send() == 1
    assert mailbox.mails()[0].subject == "【\ue000\u200d会社 】お知らせ"


def test_a_mail_nobody_can_write_is_told_to_a_person_soon_and_the_others_go(cast: Cast, mailbox: Mailbox) -> None:
    firm = cast.sakura_dental.pk
    put(firm)
    cast.programme.desk_email = "this is no address"
    cast.programme.save(using=OWNER)
    for _ in range(WARN_AFTER_ATTEMPTS):
        make_due(firm)
        assert outbox_send() == 0
    assert [attention.kind for attention in attentions(firm)] == ["mail_failed"]
    assert message(firm).state == "waiting"


def test_a_row_that_breaks_the_sender_does_not_stop_the_next(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(cast.sakura_dental.pk)
    put(cast.yamada_works.pk, to="owner@yamada.invalid")
    real = delivery._MESSAGE.models

    def breaks_once(*key: int) -> list[OutboxMessage]:
        monkeypatch.setattr(delivery._MESSAGE, "models", real)
        raise RuntimeError("a bug")

    monkeypatch.setattr(delivery._MESSAGE, "models", breaks_once)
    assert outbox_send() == 1


def test_a_server_that_refuses_our_own_address_fails_no_mail(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address of the desk is wrong, not the firm's: the mail waits until somebody has set it right."""
    firm = cast.sakura_dental.pk
    put(firm)
    with monkeypatch.context() as sender:
        sender.setattr("notifications.smtp._bare", lambda _sender: "a> b <c")
        assert outbox_send() == 0
    assert message(firm).state == "waiting"
    assert attentions(firm) == []
    make_due(firm)
    assert outbox_send() == 1
