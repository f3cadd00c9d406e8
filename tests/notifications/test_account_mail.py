"""Mails about a person's own account are not lost, not sent twice, and nobody reads their links on the way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from pytest_django import Settings

from notifications.account_mail import account_mail_put, account_mail_send
from notifications.models import OutboxMessage
from notifications.rules import MAX_ATTEMPTS, HeaderInjection
from ops.smtp_sink import Behaviour, set_behaviour
from tenants.accounts.invitations import invitation_create
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.access.world import superuser
from tests.factories import Cast
from tests.mailing import Mailbox

ROOT = Path(__file__).resolve().parents[2]
HANAKO = "hanako@sakura.invalid"
# The worker, killed by the system between the server's 250 and the mark.
KILLED_AFTER_250 = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[1])
from datetime import timedelta
from notifications import account_mail
account_mail.settle_account_mail = lambda **_: os.kill(os.getpid(), signal.SIGKILL)
account_mail.account_mail_send(lease=timedelta(seconds=0))
"""


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


def rows() -> list[tuple[Any, ...]]:
    return _as_superuser("SELECT state, sealed, attempts, error FROM notifications_accountmail ORDER BY created_at")


def make_due() -> None:
    _as_superuser("UPDATE notifications_accountmail SET due_at = now(), lease_until = NULL RETURNING 1")


def _as_superuser(sql: str) -> list[tuple[Any, ...]]:
    server = superuser()
    with server, server.cursor() as cursor:
        cursor.execute(sql)
        rows = list(cursor.fetchall())
    server.close()
    return rows


def ask_for_a_new_password(email: str = HANAKO) -> None:
    answer = Client().post("/accounts/password/reset/", {"email": email})
    assert answer.status_code == 302


def test_a_reset_mail_arrives_once_and_its_link_works(cast: Cast, mailbox: Mailbox) -> None:
    ask_for_a_new_password()
    assert account_mail_send() == 1
    assert account_mail_send() == 0
    (mail,) = mailbox.mails(to=HANAKO)
    link = re.search(r"http://\S+(/accounts/password/reset/key/\S+)", mail.text())
    assert link, mail.text()
    assert Client().get(link.group(1), follow=True).status_code == 200
    assert mail.message["Reply-To"]


def test_a_mail_server_that_is_down_loses_no_reset(cast: Cast, mailbox: Mailbox, settings: Settings) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    ask_for_a_new_password()
    assert account_mail_send() == 0
    assert [row[0] for row in rows()] == ["waiting"]
    settings.EMAIL_PORT = port
    assert account_mail_send() == 0, "it waits for its pause"
    make_due()
    assert account_mail_send() == 1
    assert len(mailbox.mails(to=HANAKO)) == 1


def test_killed_between_the_servers_yes_and_the_mark_it_repeats_with_the_same_message_id(
    cast: Cast, mailbox: Mailbox
) -> None:
    ask_for_a_new_password()
    child = subprocess.run(
        [sys.executable, "-c", KILLED_AFTER_250, str(mailbox.port)], cwd=ROOT, env=os.environ, capture_output=True
    )
    assert child.returncode == -9, child.stderr.decode()
    assert rows()[0][0] == "waiting"
    assert account_mail_send() == 1
    first, second = mailbox.mails()
    assert first.message_id == second.message_id
    make_due()
    assert account_mail_send() == 0, "once marked it is never sent again"


@pytest.mark.parametrize(("behaviour", "state"), [(Behaviour.KEEP, "sent"), (Behaviour.REFUSE_FOR_EVER, "failed")])
def test_nothing_of_it_is_kept_afterwards(cast: Cast, mailbox: Mailbox, behaviour: Behaviour, state: str) -> None:
    ask_for_a_new_password()
    set_behaviour(mailbox.directory, behaviour)
    account_mail_send()
    (row,) = rows()
    assert row[:2] == (state, "")


def test_it_is_tried_for_a_day_and_then_given_up(cast: Cast, mailbox: Mailbox) -> None:
    ask_for_a_new_password()
    _as_superuser(f"UPDATE notifications_accountmail SET attempts = {MAX_ATTEMPTS - 1} RETURNING 1")
    set_behaviour(mailbox.directory, Behaviour.REFUSE_NOW)
    account_mail_send()
    (row,) = rows()
    assert (row[0], row[1]) == ("failed", "")
    assert "451" in row[3]


def test_whoever_reads_the_table_finds_neither_link_nor_address(cast: Cast) -> None:
    ask_for_a_new_password()
    (row,) = rows()
    assert row[1]
    whole = str(_as_superuser("SELECT m::text FROM notifications_accountmail m"))
    assert "reset" not in row[1]
    assert "hanako" not in whole
    assert "/accounts/" not in whole


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT sealed FROM notifications_accountmail",
        "SELECT id FROM notifications_accountmail",
        "UPDATE notifications_accountmail SET due_at = now()",
        "DELETE FROM notifications_accountmail",
        "INSERT INTO notifications_accountmail (id, kind, sealed, state, created_at, due_at, attempts, error)"
        " VALUES (gen_random_uuid(), 'k', '', 'waiting', now(), now(), 0, '') RETURNING sealed",
    ],
)
def test_the_application_may_add_one_and_nothing_else(cast: Cast, sql: str) -> None:
    ask_for_a_new_password()
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_mail_that_nobody_claimed_cannot_be_settled(cast: Cast) -> None:
    ask_for_a_new_password()
    (number,) = _as_superuser("SELECT id FROM notifications_accountmail")[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.settle_account_mail(%s, 'sent', '', interval '0')", [number])
    assert rows()[0][0] == "waiting"


def test_whether_somebody_has_an_account_shows_neither_in_the_answer_nor_in_the_table(cast: Cast) -> None:
    ask_for_a_new_password(HANAKO)
    ask_for_a_new_password("nobody@sakura.invalid")
    assert [row[0] for row in rows()] == ["waiting", "waiting"]


def test_what_was_rolled_back_sends_nothing(database: None) -> None:
    with transaction.atomic():
        account_mail_put(kind="k", to="a@b.invalid", subject="s", text="t")
        transaction.set_rollback(True)
    assert rows() == []


def test_a_line_break_cannot_become_a_header(database: None) -> None:
    with pytest.raises(HeaderInjection):
        account_mail_put(kind="k", to="a@b.invalid", subject="s\r\nBcc: x@y.invalid", text="t")
    account_mail_put(kind="k", to="a@b.invalid\r\nBcc: x@y.invalid", subject="s", text="t")
    assert rows() == []


def test_an_invitations_link_cannot_be_read_while_it_waits(cast: Cast, mailbox: Mailbox) -> None:
    from notifications.delivery import outbox_send

    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        invitation_create(
            organisation=cast.sakura_dental, email="new@sakura.invalid", role="member", invited_by=cast.hanako
        )
    for person, organisation in ((cast.agent, cast.desk), (cast.hanako, cast.sakura_dental)):
        with person_scope(person.pk, organisation.pk):
            waiting = OutboxMessage.objects.get()
            assert "invitations/" not in waiting.text + waiting.html
            assert waiting.text
    assert outbox_send() == 1
    assert "/invitations/" in mailbox.mails()[0].text()
    with tenant_scope(cast.sakura_dental.pk):
        assert OutboxMessage.objects.get().text == ""
