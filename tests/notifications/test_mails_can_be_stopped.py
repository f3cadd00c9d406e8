"""What is not critical can be stopped by whoever is mailed: with one click in the mail program, or on a page."""

from __future__ import annotations

from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from urllib.parse import urlsplit

import pytest
from django.test import Client

from alerts.digest import digest_write, hour_of
from notifications.contact_rules import Topic
from notifications.delivery import outbox_send
from notifications.models import NoticeContact
from notifications.services import outbox_put
from notifications.stop_links import StopLink, stop_token
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.mailing import Mailbox, group_make
from tests.notifications.cast_of_contacts import contact_make


def _digests(cast: Cast, mailbox: Mailbox) -> dict[str, EmailMessage]:
    group = group_make(cast.sakura_box)
    digest_write(tenant_id=cast.sakura_dental.pk, hour=hour_of(group.last_at) + timedelta(hours=1))
    outbox_send()
    parse = BytesParser(policy=policy.default)
    return {mail.recipients[0]: parse.parsebytes(mail.path.read_bytes()) for mail in mailbox.mails()}


def _stop_path(mail: EmailMessage) -> str:
    header = str(mail["List-Unsubscribe"])
    assert header.startswith("<http")
    assert header.endswith(">")
    return urlsplit(header[1:-1]).path


def _topics(cast: Cast, address: str) -> frozenset[Topic]:
    with tenant_scope(cast.sakura_dental.pk):
        contact: NoticeContact = NoticeContact.objects.get(address=address)
    return contact.topics


def test_a_digest_is_stopped_with_one_click_as_mail_programs_do_it(cast: Cast, mailbox: Mailbox) -> None:
    contact_make(cast.sakura_dental.pk, "office@sakura.invalid")
    mail = _digests(cast, mailbox)["office@sakura.invalid"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = _stop_path(mail)
    assert path in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    program = Client(enforce_csrf_checks=True)
    assert program.get(path).status_code == 200
    assert Topic.DIGEST in _topics(cast, "office@sakura.invalid"), "mail scanners open links"
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert _topics(cast, "office@sakura.invalid") == frozenset(Topic) - {Topic.DIGEST}
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_a_firm_that_names_nobody_can_stop_its_digests_and_keeps_the_rest(cast: Cast, mailbox: Mailbox) -> None:
    path = _stop_path(_digests(cast, mailbox)["owner@sakura.invalid"])
    Client().post(path)
    assert _topics(cast, "") == frozenset(Topic) - {Topic.DIGEST}


def test_who_stops_the_only_thing_it_wanted_is_paused(cast: Cast) -> None:
    contact = contact_make(cast.sakura_dental.pk, "tax@accountant.invalid", frozenset({Topic.MONTHLY}))
    token = stop_token(StopLink(cast.sakura_dental.pk, contact.pk, Topic.MONTHLY))
    Client().post(f"/notices/stop/{token}/")
    with tenant_scope(cast.sakura_dental.pk):
        assert NoticeContact.objects.get(pk=contact.pk).state == "paused"


@pytest.mark.parametrize("topic", [Topic.SERIOUS, Topic.COURSE])
def test_what_is_critical_cannot_be_stopped_by_a_link(cast: Cast, topic: Topic) -> None:
    contact = contact_make(cast.sakura_dental.pk, "office@sakura.invalid")
    token = stop_token(StopLink(cast.sakura_dental.pk, contact.pk, topic))
    assert Client().post(f"/notices/stop/{token}/").status_code == 404
    assert topic in _topics(cast, "office@sakura.invalid")


@pytest.mark.parametrize(
    ("kind", "stoppable"), [("digest", True), ("report", True), ("incident", False), ("job", False)]
)
def test_only_digests_and_reports_carry_the_header(cast: Cast, mailbox: Mailbox, kind: str, stoppable: bool) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        outbox_put(
            tenant_id=cast.sakura_dental.pk, key="k", kind=kind, to="a@sakura.invalid", subject="s", text="t", html=""
        )
    outbox_send()
    (mail,) = mailbox.mails()
    assert ("List-Unsubscribe" in mail.message) is stoppable
