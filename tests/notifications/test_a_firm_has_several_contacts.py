"""Several contacts of a firm: each gets its own mail, in its language, with its own links, and its state is seen."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client

from alerts.digest import digest_write, hour_of
from incidents.core.mails import incident_mail_put
from incidents.models import AlertAnswer
from notifications.contact_rules import Topic
from notifications.delivery import outbox_send
from notifications.delivery_states import Delivery, stand_of
from notifications.models import OutboxMessage
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.mailing import Mailbox, group_make
from tests.notifications.cast_of_contacts import contact_make, main_wants, messages, owner
from tests.portal import scenes

SERIOUS, MONTHLY = Topic.SERIOUS, Topic.MONTHLY
_HOUR = timedelta(hours=1)


def _digest(cast: Cast) -> list[OutboxMessage]:
    group = group_make(cast.sakura_box)
    assert digest_write(tenant_id=cast.sakura_dental.pk, hour=hour_of(group.last_at) + _HOUR)
    return messages(cast.sakura_dental.pk, kind="digest")


def _incident(cast: Cast) -> list[OutboxMessage]:
    scenes.box_seen(cast.sakura_box.sensor)
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count")
    incident = scenes.incident_make(group, number=4)
    with tenant_scope(cast.sakura_dental.pk):
        incident_mail_put(incident=incident, group=group)
    return messages(cast.sakura_dental.pk, kind="incident")


def _answer_path(message: OutboxMessage) -> str:
    links = re.findall(r"https?://[^/\s]+(/answer/\S+/)", message.text)
    assert links
    return str(links[0])


def test_a_firm_that_names_nobody_is_told_at_its_one_address_as_before(cast: Cast) -> None:
    (mail,) = _digest(cast)
    assert (mail.to, mail.contact_id, mail.key) == ("owner@sakura.invalid", None, mail.notice)


def test_each_contact_gets_its_own_mail_in_its_language(cast: Cast, mailbox: Mailbox) -> None:
    contact_make(cast.sakura_dental.pk, "office@sakura.invalid")
    contact_make(cast.sakura_dental.pk, "john@sakura.invalid", language="en")
    contact_make(cast.sakura_dental.pk, "president@sakura.invalid", frozenset({SERIOUS}))
    main, office, john = _digest(cast)
    assert [mail.to for mail in (main, office, john)] == [
        "owner@sakura.invalid",
        "office@sakura.invalid",
        "john@sakura.invalid",
    ]
    assert "していただくこと" in office.text
    assert "していただくこと" not in john.text
    assert len({_answer_path(mail) for mail in (main, office, john)}) == 3
    assert outbox_send() == 3
    assert {mail.recipients[0] for mail in mailbox.mails()} == {mail.to for mail in (main, office, john)}


def test_a_serious_one_goes_to_the_president_and_the_digest_does_not(cast: Cast) -> None:
    contact_make(cast.sakura_dental.pk, "president@sakura.invalid", frozenset({SERIOUS}))
    assert [mail.to for mail in _incident(cast)] == ["owner@sakura.invalid", "president@sakura.invalid"]
    assert [mail.to for mail in _digest(cast)] == ["owner@sakura.invalid"]


def test_a_digest_nobody_wants_is_not_written_and_its_notices_do_not_pile_up(cast: Cast) -> None:
    contact_make(cast.sakura_dental.pk, "accountant@tax.invalid", frozenset({MONTHLY}))
    main_wants(cast.sakura_dental.pk, SERIOUS)
    group = group_make(cast.sakura_box)
    hour = hour_of(group.last_at) + _HOUR
    assert digest_write(tenant_id=cast.sakura_dental.pk, hour=hour)
    assert messages(cast.sakura_dental.pk, kind="digest") == []
    assert not digest_write(tenant_id=cast.sakura_dental.pk, hour=hour)


def test_the_link_says_whose_mail_the_answer_came_from(cast: Cast) -> None:
    contact_make(cast.sakura_dental.pk, "office@sakura.invalid", name="経理の山田")
    main, office = _digest(cast)
    client, path = Client(), _answer_path(office)
    page = client.get(path).content.decode()
    assert [stand_of(mail).delivery for mail in messages(cast.sakura_dental.pk)] == [Delivery.QUEUED] * 2
    act = re.search(r'name="act" value="([^"]+)"', page)
    assert act
    assert client.post(path, {"act": act[1], "answer": "removed"}).status_code == 302
    main, office = messages(cast.sakura_dental.pk, kind="digest")
    assert stand_of(office).delivery == Delivery.ANSWERED
    assert stand_of(main).delivery == Delivery.QUEUED
    with tenant_scope(cast.sakura_dental.pk):
        assert AlertAnswer.objects.get().contact == "経理の山田 (office@sakura.invalid)"


def test_opening_the_link_says_nothing_and_touching_its_page_says_read(cast: Cast) -> None:
    contact_make(cast.sakura_dental.pk, "office@sakura.invalid")
    _main, office = _digest(cast)
    client, path = Client(), _answer_path(office)
    client.get(path)
    client.head(path)
    assert messages(cast.sakura_dental.pk, kind="digest")[1].read_at is None
    assert client.post(f"{path}seen/").status_code == 204
    main, office = messages(cast.sakura_dental.pk, kind="digest")
    assert stand_of(office).delivery == Delivery.READ
    assert main.read_at is None
    assert client.get(f"{path}seen/").status_code == 405
    assert client.post("/answer/altered/seen/").status_code == 204


def test_who_opens_the_page_of_an_incident_has_read_what_was_mailed_to_them(cast: Cast) -> None:
    contact_make(cast.sakura_dental.pk, cast.hanako.email)
    contact_make(cast.sakura_dental.pk, "office@sakura.invalid")
    _incident(cast)
    client = Client()
    client.force_login(cast.hanako)
    page = client.get("/incidents/4/").content.decode()
    assert "だれにお知らせしたか" in page
    assert "office@sakura.invalid" in page
    read = {mail.to: mail.read_at is not None for mail in messages(cast.sakura_dental.pk, kind="incident")}
    assert read == {"owner@sakura.invalid": False, cast.hanako.email: True, "office@sakura.invalid": False}


def test_the_desk_sees_whom_a_serious_one_reached_and_who_is_to_be_told(cast: Cast) -> None:
    contact_make(cast.sakura_dental.pk, "office@sakura.invalid", name="経理の山田")
    _incident(cast)
    client = Client()
    client.force_login(cast.agent)
    page = client.get(f"/desk/incidents/{cast.sakura_dental.pk}/4/").content.decode()
    assert "だれに知らせたか" in page
    assert "経理の山田" in page
    assert "送信を待っています" in page
    assert "お知らせの届け先(2件)" in page


def test_home_tells_a_notice_once_however_many_get_it(cast: Cast) -> None:
    contact_make(cast.sakura_dental.pk, "office@sakura.invalid")
    _digest(cast)
    home = owner(cast.hanako).get("/").content.decode()
    (subject,) = {mail.subject for mail in messages(cast.sakura_dental.pk, kind="digest")}
    assert home.count(subject) == 1
