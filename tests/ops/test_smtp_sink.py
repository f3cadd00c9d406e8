"""The local mail server keeps every message, and can fail the ways real ones do."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from ops.processes import Supervisor, free_port, smtp_sink
from ops.smtp_sink import Behaviour, read_mail, set_behaviour, wait_for_mail
from tests.mailing import folder_for_all


@pytest.fixture
def sink() -> Iterator[tuple[int, Path]]:
    with folder_for_all() as folder, Supervisor(folder) as supervisor:
        port, mail = free_port(), folder / "mail"
        supervisor.start(smtp_sink(port, mail))
        yield port, mail


def send(port: int, subject: str = "重要度 高(★★★) のお知らせ") -> None:
    message = EmailMessage()
    message["From"], message["To"] = "desk@otasuke.invalid", "owner@firm.invalid"
    message["Subject"], message["Message-ID"] = subject, "<1@otasuke.invalid>"
    message.set_content("パソコンをネットワークから外してください。")
    message.add_alternative("<p>パソコンをネットワークから外してください。</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        client.send_message(message)


def test_a_mail_is_kept_as_it_was_sent(sink: tuple[int, Path]) -> None:
    port, mail = sink
    send(port)

    (kept,) = wait_for_mail(mail, to="owner@firm.invalid")

    assert kept.subject == "重要度 高(★★★) のお知らせ"
    assert kept.sender == "desk@otasuke.invalid"
    assert kept.message_id == "<1@otasuke.invalid>"
    assert "外してください" in kept.text()
    assert kept.html().startswith("<p>")
    assert read_mail(mail, to="somebody.else@firm.invalid") == []


def test_it_refuses_for_a_while_and_then_takes_the_mail(sink: tuple[int, Path]) -> None:
    port, mail = sink
    set_behaviour(mail, Behaviour.REFUSE_NOW, times=1)

    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(port)
    assert refused.value.smtp_code == 451
    assert read_mail(mail) == []

    send(port)
    assert len(read_mail(mail)) == 1


def test_a_lost_reply_leaves_the_sender_unsure_although_the_mail_was_kept(sink: tuple[int, Path]) -> None:
    port, mail = sink
    set_behaviour(mail, Behaviour.LOSE_REPLY, times=1)

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        send(port)

    assert len(read_mail(mail)) == 1


def test_an_address_that_does_not_exist_is_refused_for_ever(sink: tuple[int, Path]) -> None:
    port, mail = sink
    set_behaviour(mail, Behaviour.REFUSE_FOR_EVER)

    for _ in range(2):
        with pytest.raises(smtplib.SMTPDataError, match="550"):
            send(port)
    assert read_mail(mail) == []
