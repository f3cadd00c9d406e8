"""Mail in the outbox reaches a real SMTP server; nothing is lost, and after the mark nothing is sent again."""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from notifications import delivery, smtp
from notifications.delivery import outbox_send
from notifications.models import Attention, OutboxMessage
from notifications.rules import MAX_ATTEMPTS, HeaderInjection
from notifications.services import outbox_put
from ops.smtp_sink import Behaviour, set_behaviour
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.mailing import Mailbox

ROOT = Path(__file__).resolve().parents[2]
# The program that sends, but killed by the system between the server's 250 and the mark.
KILLED_AFTER_250 = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[1])
from datetime import timedelta
from notifications import delivery
delivery.services.message_mark_sent = lambda **_: os.kill(os.getpid(), signal.SIGKILL)
delivery.outbox_send(lease=timedelta(seconds=0))
"""


def put(
    firm_id: int,
    key: str = "digest:1",
    to: str = "owner@sakura.invalid",
    kind: str = "digest",
    subject: str = "重要度 中(★★☆)",
) -> None:
    with tenant_scope(firm_id):
        outbox_put(
            tenant_id=firm_id,
            key=key,
            kind=kind,
            to=to,
            subject=subject,
            text="本文\n",
            html="<p>本文</p>",
        )


def message(firm_id: int) -> OutboxMessage:
    with tenant_scope(firm_id):
        message: OutboxMessage = OutboxMessage.objects.get()
        return message


def attentions(firm_id: int) -> list[Attention]:
    with tenant_scope(firm_id):
        return list(Attention.objects.filter(closed_at__isnull=True))


def make_due(firm_id: int) -> None:
    with tenant_scope(firm_id):
        OutboxMessage.objects.update(due_at=timezone.now(), lease_until=None)


def test_the_same_key_is_stored_and_sent_once(cast: Cast, mailbox: Mailbox) -> None:
    firm = cast.sakura_dental.pk
    put(firm)
    put(firm, subject="another text under the same key")
    assert outbox_send() == 1
    assert outbox_send() == 0
    assert [mail.subject for mail in mailbox.mails()] == ["重要度 中(★★☆)"]
    assert message(firm).state == "sent"


def test_two_firms_may_use_the_same_key_and_get_different_message_ids(cast: Cast, mailbox: Mailbox) -> None:
    put(cast.sakura_dental.pk)
    put(cast.yamada_works.pk, to="owner@yamada.invalid")
    assert outbox_send() == 2
    assert len({mail.message_id for mail in mailbox.mails()}) == 2


def test_a_mail_is_not_sent_when_the_work_it_tells_of_was_rolled_back(cast: Cast, mailbox: Mailbox) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        put(cast.sakura_dental.pk)
        transaction.set_rollback(True)
    assert outbox_send() == 0


def test_a_server_that_says_later_is_asked_again_after_a_pause(cast: Cast, mailbox: Mailbox) -> None:
    firm = cast.sakura_dental.pk
    put(firm)
    set_behaviour(mailbox.directory, Behaviour.REFUSE_NOW, times=1)
    assert outbox_send() == 0
    assert message(firm).state == "waiting"
    assert message(firm).due_at > timezone.now() + timedelta(seconds=30)
    assert outbox_send() == 0

    make_due(firm)
    assert outbox_send() == 1
    assert len(mailbox.mails()) == 1
    assert attentions(firm) == []


def test_a_server_that_is_down_delays_and_never_loses(cast: Cast, mailbox: Mailbox, settings: object) -> None:
    firm = cast.sakura_dental.pk
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1  # type: ignore[attr-defined]
    put(firm)
    assert outbox_send() == 0
    settings.EMAIL_PORT = port  # type: ignore[attr-defined]
    make_due(firm)
    assert outbox_send() == 1


def test_an_address_the_server_refuses_for_ever_is_told_to_a_person_and_not_tried_again(
    cast: Cast, mailbox: Mailbox
) -> None:
    firm = cast.sakura_dental.pk
    put(firm)
    set_behaviour(mailbox.directory, Behaviour.REFUSE_FOR_EVER)
    outbox_send()
    assert message(firm).state == "failed"
    assert "550" in message(firm).error
    (attention,) = attentions(firm)
    assert (attention.kind, attention.facts["to"]) == ("mail_failed", "owner@sakura.invalid")

    set_behaviour(mailbox.directory, Behaviour.KEEP)
    make_due(firm)
    assert outbox_send() == 0


def test_the_next_mail_that_arrives_closes_the_question(cast: Cast, mailbox: Mailbox) -> None:
    firm = cast.sakura_dental.pk
    put(firm)
    set_behaviour(mailbox.directory, Behaviour.REFUSE_FOR_EVER, times=1)
    outbox_send()
    assert len(attentions(firm)) == 1
    put(firm, key="digest:2")
    outbox_send()
    assert attentions(firm) == []


def test_it_gives_up_after_the_last_try_and_says_so(cast: Cast, mailbox: Mailbox) -> None:
    firm = cast.sakura_dental.pk
    put(firm)
    with tenant_scope(firm):
        OutboxMessage.objects.update(attempts=MAX_ATTEMPTS - 1)
    set_behaviour(mailbox.directory, Behaviour.REFUSE_NOW)
    outbox_send()
    assert message(firm).state == "failed"
    assert [attention.kind for attention in attentions(firm)] == ["mail_failed"]


def test_an_urgent_mail_that_hangs_is_told_to_a_person_while_it_is_still_tried(cast: Cast, mailbox: Mailbox) -> None:
    firm = cast.sakura_dental.pk
    put(firm, kind="incident")
    set_behaviour(mailbox.directory, Behaviour.REFUSE_NOW, times=3)
    for _ in range(3):
        outbox_send()
        make_due(firm)
    assert len(attentions(firm)) == 1
    assert outbox_send() == 1
    assert attentions(firm) == []


def test_killed_between_the_servers_yes_and_the_mark_it_repeats_with_the_same_message_id(
    cast: Cast, mailbox: Mailbox
) -> None:
    firm = cast.sakura_dental.pk
    put(firm)
    child = subprocess.run(
        [sys.executable, "-c", KILLED_AFTER_250, str(mailbox.port)], cwd=ROOT, env=os.environ, capture_output=True
    )
    assert child.returncode == -9, child.stderr.decode()
    assert len(mailbox.mails()) == 1
    assert message(firm).state == "waiting"

    assert outbox_send() == 1
    first, second = mailbox.mails()
    assert first.message_id == second.message_id
    assert outbox_send() == 0
    assert len(mailbox.mails()) == 2


def test_a_lost_reply_repeats_with_the_same_message_id(cast: Cast, mailbox: Mailbox) -> None:
    firm = cast.sakura_dental.pk
    put(firm)
    set_behaviour(mailbox.directory, Behaviour.LOSE_REPLY, times=1)
    assert outbox_send() == 0
    make_due(firm)
    assert outbox_send() == 1
    assert len({mail.message_id for mail in mailbox.mails()}) == 1


def test_a_server_that_hangs_up_after_its_yes_does_not_make_it_send_again(cast: Cast, mailbox: Mailbox) -> None:
    put(cast.sakura_dental.pk)
    set_behaviour(mailbox.directory, Behaviour.CLOSE_AFTER_REPLY)
    assert outbox_send() == 1
    assert message(cast.sakura_dental.pk).state == "sent"


def test_a_leased_mail_is_left_to_whoever_sends_it(cast: Cast, mailbox: Mailbox) -> None:
    firm = cast.sakura_dental.pk
    put(firm)
    with tenant_scope(firm):
        OutboxMessage.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    assert outbox_send() == 0
    assert mailbox.mails() == []


def test_many_senders_at_once_send_every_mail_once(cast: Cast, mailbox: Mailbox) -> None:
    for number in range(30):
        put(cast.sakura_dental.pk, key=f"digest:{number}")

    def work() -> None:
        try:
            outbox_send()
        finally:
            connection.close()

    senders = [threading.Thread(target=work) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(mailbox.mails()) == 30
    assert len({mail.message_id for mail in mailbox.mails()}) == 30


@pytest.mark.parametrize("to", ["", "nobody", "a b@sakura.invalid", "x@sakura.invalid\r\nBcc: y@evil.invalid"])
def test_an_address_no_server_takes_does_not_stop_the_work_but_is_told_to_a_person(
    cast: Cast, mailbox: Mailbox, to: str
) -> None:
    firm = cast.sakura_dental.pk
    put(firm, to=to)
    assert message(firm).state == "failed"
    assert [attention.kind for attention in attentions(firm)] == ["mail_failed"]
    assert outbox_send() == 0
    assert mailbox.mails() == []


def test_a_line_break_in_a_subject_is_refused(cast: Cast) -> None:
    with pytest.raises(HeaderInjection):
        put(cast.sakura_dental.pk, subject="hello\r\nBcc: everyone@evil.invalid")


@pytest.mark.parametrize(
    ("address", "delivered"),
    [
        ("taro..yamada@carrier.invalid", '"taro..yamada"@carrier.invalid'),
        ("taro.@carrier.invalid", '"taro."@carrier.invalid'),
        (".taro@carrier.invalid", '".taro"@carrier.invalid'),
        (" info@sakura.invalid ", "info@sakura.invalid"),
        ("info@さくら.invalid", "info@xn--y8jl1n.invalid"),
    ],
)
def test_addresses_of_old_carriers_get_their_mail(cast: Cast, mailbox: Mailbox, address: str, delivered: str) -> None:
    put(cast.sakura_dental.pk, to=address)
    assert outbox_send() == 1
    (mail,) = mailbox.mails()
    raw = mail.path.read_text()
    assert f"To: {delivered}" in raw
    assert mail.recipients[0].replace('"', "") == delivered.replace('"', "")


def test_an_incidents_mail_overtakes_what_can_wait(cast: Cast, mailbox: Mailbox) -> None:
    firm = cast.sakura_dental.pk
    for number in range(3):
        put(firm, key=f"digest:{number}")
    put(firm, key="incident:1:opened", kind="incident", subject="重要度 高(★★★)")
    outbox_send()
    assert mailbox.mails()[0].subject == "重要度 高(★★★)"


def test_a_mail_that_cannot_be_written_does_not_stop_the_next_one(cast: Cast, mailbox: Mailbox) -> None:
    put(cast.sakura_dental.pk)
    cast.programme.desk_email = "this is no address"
    cast.programme.save(using="owner")
    assert outbox_send() == 0
    assert message(cast.sakura_dental.pk).state == "waiting"
    assert message(cast.sakura_dental.pk).error

    cast.programme.desk_email = "desk@otasuke.invalid"
    cast.programme.save(using="owner")
    put(cast.yamada_works.pk, to="owner@yamada.invalid")
    make_due(cast.sakura_dental.pk)
    assert outbox_send() == 2


def _hang_ups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one for each connection that is ended."""
    ended: list[str] = []
    real = smtplib.SMTP.close

    def close(self: smtplib.SMTP) -> None:
        if self.sock is not None:
            ended.append("closed")
        real(self)

    monkeypatch.setattr(smtplib.SMTP, "close", close)
    return ended


def test_the_mails_of_a_turn_share_a_connection(cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        put(cast.sakura_dental.pk, key=f"digest:{number}")
    ended = _hang_ups(monkeypatch)
    assert outbox_send() == 60
    assert len(mailbox.mails()) == 60
    assert len(ended) == 2, "fifty mails, then ten"


def test_a_connection_the_server_ended_costs_the_next_mail_nothing(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        put(cast.sakura_dental.pk, key=f"digest:{number}")
    real = smtp.Line.transmit

    def slow(self: smtp.Line, letter: smtp.Letter, taken: Callable[[], None]) -> None:
        real(self, letter, taken)
        time.sleep(0.2)  # the server has hung up when the next mail comes

    monkeypatch.setattr(smtp.Line, "transmit", slow)
    set_behaviour(mailbox.directory, Behaviour.CLOSE_AFTER_REPLY)
    assert outbox_send() == 3
    assert len(mailbox.mails()) == 3


def test_a_turn_ends_after_its_time_and_wakes_the_next(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        put(cast.sakura_dental.pk, key=f"digest:{number}")
    woken: list[str] = []
    monkeypatch.setattr(delivery, "wake", woken.append)
    assert outbox_send(seconds=0.0) == 1
    assert woken == ["notifications.tasks.send_outbox"]
    assert outbox_send() == 2
    assert len(woken) == 1, "nothing is left"
