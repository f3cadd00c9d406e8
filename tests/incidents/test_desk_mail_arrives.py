"""Mail to the desk's address, from a real IMAP server past a real scanner: nothing lost, nothing twice."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from incidents.core.triage import groups_claim
from incidents.desk.cases import case_message
from incidents.desk.sweeps import messages_announce
from incidents.desk.ui.case_words import event_words
from incidents.mail_intake import mailbox, services, store
from incidents.mail_intake.doors import waiting_mails
from incidents.mail_intake.mailbox import Fetched, MailboxSilent, place_of
from incidents.models import Case, CaseEvent, Contact, CustomerMessage, DeskMail, Incident, MailFile
from notifications.delivery_states import Delivery, stand_of
from notifications.mail import mail_write, recipient_of
from notifications.models import Attention, OutboxMessage
from notifications.rules import message_id
from notifications.services import outbox_put
from tenants.models import Organisation, Programme
from tenants.tenancy.scope import person_scope, programme_scope, tenant_scope
from tests import factories
from tests.desk_mailbox import EICAR, Desk, desk_mailbox, scanner
from tests.factories import OWNER, Cast, Kind
from tests.mailing import high_group_make
from tests.notifications.cast_of_contacts import contact_make

__all__ = ["desk_mailbox", "scanner"]
NOW = datetime.now(UTC)


def letter(
    number: int = 1, sender: str = "owner@sakura.invalid", *, head: str = "", body: str = "電源が入りません"
) -> bytes:
    return (
        f"From: {sender}\r\nMessage-ID: <{number}@sakura.invalid>\r\nSubject: test {number}\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n{head}\r\n{body}\r\n"
    ).encode()


def with_files(*files: tuple[str, bytes]) -> bytes:
    parts = "".join(
        f"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n{base64.encodebytes(content).decode()}\r\n'
        for name, content in files
    )
    return (
        "From: owner@sakura.invalid\r\nMessage-ID: <files@sakura.invalid>\r\nSubject: files\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n'
        f"{parts}--b--\r\n"
    ).encode()


def arrive() -> tuple[int, int]:
    return services.mails_fetch(now=NOW), services.mails_handle(now=NOW)


def mails(cast: Cast) -> list[DeskMail]:
    with programme_scope(cast.programme.pk):
        return list(DeskMail.objects.order_by("pk"))


def files(cast: Cast) -> dict[str, tuple[str, str]]:
    with programme_scope(cast.programme.pk):
        return {file.name: (file.verdict, file.found) for file in MailFile.objects.all()}


def test_a_mail_of_a_firm_is_known_by_its_address(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter(1), letter(2, "HANAKO@sakura.invalid"), letter(3, "somebody@else.invalid"))
    arrive()
    stored = mails(cast)
    assert [mail.firm_id for mail in stored] == [cast.sakura_dental.pk, cast.sakura_dental.pk, None]
    assert [mail.state for mail in stored] == ["done"] * 3


def cases(owner: int) -> list[tuple[str, str, int]]:
    """(title, state, messages) of the cases of a firm or, of strangers, of the office."""
    with tenant_scope(owner):
        found = Case.objects.filter(tenant_id=owner).order_by("number")
        return [(case.title, case.state, case.messages.count()) for case in found]


def test_a_mail_is_a_case_with_what_was_written(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter(1), letter(2, "stranger@else.invalid", body="参加したいのですが"))
    arrive()
    assert cases(cast.sakura_dental.pk) == [("test 1", "new", 1)]
    assert cases(cast.office.pk) == [("test 2", "new", 1)]
    assert cases(cast.yamada_works.pk) == []
    with person_scope(cast.agent.pk, cast.desk.pk):
        contact = Contact.objects.get(tenant_id=cast.office.pk)
        assert contact.caller is not None
        assert (contact.channel, contact.caller.email) == ("mail", "stranger@else.invalid")
        assert CustomerMessage.objects.get(tenant_id=cast.office.pk).body == "参加したいのですが"
    with person_scope(cast.clerk.pk, cast.office.pk):
        assert CustomerMessage.objects.count() == 0


def test_a_mail_that_answers_goes_on_with_its_case(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter(1))
    arrive()
    with tenant_scope(cast.sakura_dental.pk):
        case = Case.objects.get()
    with person_scope(cast.agent.pk, cast.desk.pk):
        message = case_message(
            tenant_id=case.tenant_id, case_id=case.pk, version=1, by=cast.agent, body="返事", now=NOW, wait=True
        )
    messages_announce(now=NOW)
    ours = message_id(case.tenant_id, f"case_message:{message.pk}", django_settings.MAIL_DOMAIN)
    desk_mailbox.deliver(
        letter(2, head="In-Reply-To: <1@sakura.invalid>\r\n"),
        letter(3, head=f"References: <1@nowhere> {ours}\r\n"),
        letter(4, head="Subject: Re: case 1\r\n").replace(b"Subject: test 4\r\n", b""),
    )
    arrive()
    assert cases(case.tenant_id) == [("test 1", "working", 5)]


def test_an_answer_to_the_mail_of_an_incident_belongs_to_it(cast: Cast, desk_mailbox: Desk) -> None:
    group = high_group_make(cast.sakura_box)
    groups_claim(now=NOW)
    ours = message_id(group.tenant_id, "incident:1:opened", django_settings.MAIL_DOMAIN)
    desk_mailbox.deliver(letter(1, head=f"In-Reply-To: {ours}\r\n"))
    arrive()
    with tenant_scope(group.tenant_id):
        assert Case.objects.get().incident == Incident.objects.get()


def test_nobody_joins_another_firms_case_by_quoting_it(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter(1))
    arrive()
    desk_mailbox.deliver(
        letter(2, "owner@yamada.invalid", head="In-Reply-To: <1@sakura.invalid>\r\n"),
        letter(3, "stranger@else.invalid", head="In-Reply-To: <1@sakura.invalid>\r\n"),
    )
    arrive()
    assert cases(cast.sakura_dental.pk) == [("test 1", "new", 1)]
    assert cases(cast.yamada_works.pk) == [("test 2", "new", 1)]
    assert cases(cast.office.pk) == [("test 3", "new", 1)]


def test_a_stranger_joins_no_strangers_case_by_its_number_or_its_mail(cast: Cast, desk_mailbox: Desk) -> None:
    """The people of no firm share the office's numbers; each goes on with their own case only."""
    desk_mailbox.deliver(letter(1, "first@else.invalid"))
    arrive()
    desk_mailbox.deliver(
        letter(2, "second@else.invalid", head="In-Reply-To: <1@sakura.invalid>\r\n"),
        letter(3, "third@else.invalid").replace(b"Subject: test 3", b"Subject: Re: case 1"),
        letter(4, "First@else.invalid").replace(b"Subject: test 4", b"Subject: Re: case 1"),
        letter(5, "first@else.invalid", head="In-Reply-To: <1@sakura.invalid>\r\n"),
    )
    arrive()
    assert cases(cast.office.pk) == [("test 1", "new", 3), ("test 2", "new", 1), ("Re: case 1", "new", 1)]
    with tenant_scope(cast.office.pk):
        hints = CaseEvent.objects.filter(code="mail_other_sender").values_list("case__number", flat=True)
        assert sorted(hints) == [2, 3]
        assert "新しい相談にしました" in event_words(CaseEvent.objects.filter(code="mail_other_sender")[0])


@pytest.mark.parametrize(
    "subject",
    [
        "In case 1 PCs stop, whom do we call?",
        "case 1 of 3 broken",
        "相談 1番目のPCの件",
        "相談1番に電話しましたが",
        "1",
        "#1",
    ],
)
def test_a_number_in_a_subject_is_no_mark_of_ours(cast: Cast, desk_mailbox: Desk, subject: str) -> None:
    desk_mailbox.deliver(letter(1))
    arrive()
    desk_mailbox.deliver(letter(2).replace(b"Subject: test 2", b"Subject: " + subject.encode()))
    arrive()
    assert len(cases(cast.sakura_dental.pk)) == 2


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_answer_to_our_mail_goes_on_with_its_case_by_its_subject_alone(
    cast: Cast, desk_mailbox: Desk, language: str
) -> None:
    """Some programs of phones send no In-Reply-To; the subject is ours as we wrote it."""
    desk_mailbox.deliver(letter(1))
    arrive()
    with tenant_scope(cast.sakura_dental.pk):
        recipient = replace(recipient_of(tenant_id=cast.sakura_dental.pk), language=language)
        ours = mail_write(name="case_message", recipient=recipient, context={"case_number": 1, "case_url": "x"}).subject
    desk_mailbox.deliver(letter(2).replace(b"Subject: test 2", f"Subject: Re: {ours}".encode()))
    arrive()
    assert cases(cast.sakura_dental.pk) == [("test 1", "new", 2)]


@pytest.mark.parametrize("stored", ["taro..yamada@docomo.invalid", '"taro..yamada"@docomo.invalid'])
@pytest.mark.parametrize("sender", ["taro..yamada@docomo.invalid", '"taro..yamada"@docomo.invalid'])
def test_an_old_carriers_address_is_its_firms_with_quotes_and_without(
    cast: Cast, desk_mailbox: Desk, stored: str, sender: str
) -> None:
    Organisation.objects.using(OWNER).filter(pk=cast.sakura_dental.pk).update(email=stored)
    desk_mailbox.deliver(letter(1, sender))
    arrive()
    assert [mail.firm_id for mail in mails(cast)] == [cast.sakura_dental.pk]
    assert mails(cast)[0].sender == "taro..yamada@docomo.invalid"


def test_a_list_is_set_aside_unless_a_firm_of_ours_wrote_through_it(cast: Cast, desk_mailbox: Desk) -> None:
    newsletter = "List-Id: <news.shop.invalid>\r\nList-Unsubscribe: <https://shop.invalid/x>\r\n"
    desk_mailbox.deliver(letter(1, "shop@shop.invalid", head=newsletter), letter(2, head=newsletter))
    arrive()
    assert [(mail.state, mail.reason) for mail in mails(cast)] == [("aside", "automatic"), ("done", "")]


def test_small_mails_are_read_before_large_ones(cast: Cast, desk_mailbox: Desk) -> None:
    """What a stranger makes costly is large; somebody's cry for help does not wait behind it."""
    desk_mailbox.deliver(letter(1, body="x" * 200_000), letter(2))
    services.mails_fetch(now=NOW)
    large, small = mails(cast)
    assert waiting_mails() == [(cast.programme.pk, small.pk), (cast.programme.pk, large.pk)]


def test_a_long_mail_says_where_the_rest_is(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter(1, body="あ" * 5000))
    arrive()
    with tenant_scope(cast.sakura_dental.pk):
        body = CustomerMessage.objects.get().body
    assert len(body) == 4000
    assert body.endswith("全文は、相談窓口が受信したメールにあります。)")


def test_an_address_of_two_firms_is_nobodys(cast: Cast, desk_mailbox: Desk) -> None:
    factories.user_make("owner@sakura.invalid", cast.yamada_works)
    desk_mailbox.deliver(letter())
    arrive()
    assert mails(cast)[0].firm_id is None


def test_a_mail_is_marked_only_once_it_is_stored(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter())
    with patch.object(services, "mail_keep", side_effect=OSError("disk full")):
        services.mails_fetch(now=NOW)
    assert desk_mailbox.flags() == [set()]
    arrive()
    assert desk_mailbox.flags() == [{b"\\Seen", mailbox.KEYWORD}]
    assert len(mails(cast)) == 1


def test_a_mail_that_cannot_be_stored_does_not_hold_up_the_next(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter(1), letter(2))
    real = services.mail_keep

    def refuse_first(mail: Fetched, **more: Any) -> bool:
        if b"test 1" in mail.raw:
            raise OSError("disk full")
        return real(mail, **more)

    with patch.object(services, "mail_keep", refuse_first):
        services.mails_fetch(now=NOW)
    assert [flags != set() for flags in desk_mailbox.flags()] == [False, True]


def test_killed_after_storing_and_before_the_mark_the_mail_is_still_one(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter())
    with (
        patch("imapclient.IMAPClient.add_flags", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        services.mails_fetch(now=NOW)
    assert desk_mailbox.flags() == [set()]
    arrive()
    arrive()
    assert [mail.state for mail in mails(cast)] == ["done"]


def test_killed_while_it_is_handled_the_mail_waits(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter())
    services.mails_fetch(now=NOW)
    with patch.object(services, "_move", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        services.mails_handle(now=NOW)
    assert [mail.state for mail in mails(cast)] == ["waiting"]
    assert cases(cast.sakura_dental.pk) == []
    assert services.mails_handle(now=NOW) == 1
    assert services.mails_handle(now=NOW) == 0
    assert cases(cast.sakura_dental.pk) == [("test 1", "new", 1)]


def test_what_somebody_read_in_the_mailbox_is_taken_all_the_same(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter())
    with desk_mailbox.open() as server:
        server.add_flags(server.search("ALL"), [b"\\Seen"])
    assert arrive() == (1, 1)


def test_the_same_mail_by_to_and_cc_is_one(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(b"Received: by a\r\n" + letter(), b"Received: by b\r\n" + letter())
    arrive()
    assert len(mails(cast)) == 1
    assert len(desk_mailbox.flags()) == 2


def test_a_virus_is_kept_from_everybody_and_shown_as_one(cast: Cast, desk_mailbox: Desk, scanner: None) -> None:
    desk_mailbox.deliver(with_files(("good.txt", b"good"), ("bad.exe", b"MZ" + EICAR)))
    arrive()
    verdicts = files(cast)
    assert verdicts["good.txt"] == ("clean", "")
    assert verdicts["bad.exe"][0] == "infected"
    assert "Eicar" in verdicts["bad.exe"][1]


def test_while_the_scanner_is_silent_the_mail_arrives_and_its_files_wait(
    cast: Cast, desk_mailbox: Desk, scanner: None, settings: Settings
) -> None:
    answering = settings.CLAMD_ADDRESS
    settings.CLAMD_ADDRESS = "/nonexistent/clamd.sock"
    desk_mailbox.deliver(with_files(("bad.exe", EICAR)))
    assert arrive() == (1, 1)
    assert files(cast)["bad.exe"][0] == "waiting"
    settings.CLAMD_ADDRESS = answering
    services.mails_handle(now=NOW)
    assert files(cast)["bad.exe"][0] == "infected"


def test_without_a_scanner_files_say_so(cast: Cast, desk_mailbox: Desk, settings: Settings) -> None:
    settings.CLAMD_ADDRESS = ""
    desk_mailbox.deliver(with_files(("a.txt", b"a")))
    arrive()
    assert files(cast)["a.txt"][0] == "unscanned"


def test_what_nobody_can_answer_is_kept_aside_with_the_reason(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(
        b"Subject: nobody\r\n\r\nhello\r\n", letter(2, head="Auto-Submitted: auto-replied\r\n"), letter(3)
    )
    with patch.object(mailbox, "LARGEST_MAIL", 180), patch.object(services, "LARGEST_MAIL", 180):
        desk_mailbox.deliver(letter(4, body="x" * 200))
        arrive()
    assert [(mail.state, mail.reason) for mail in mails(cast)] == [
        ("aside", "no sender"),
        ("aside", "automatic"),
        ("done", ""),
        ("aside", "too large"),
    ]
    large = mails(cast)[3]
    assert (large.subject, large.sender) == ("test 4", "owner@sakura.invalid")
    assert b"xxx" not in store.kept(large.sha256)


def test_a_mail_that_breaks_the_intake_is_kept_aside_and_not_tried_for_ever(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter())
    services.mails_fetch(now=NOW)
    with patch.object(services, "mail_read", side_effect=RuntimeError("a bug")):
        for _ in range(7):
            services.mails_handle(now=NOW)
    assert [(mail.state, mail.attempts) for mail in mails(cast)] == [("aside", 5)]


def bounce(address: str, returned: str) -> bytes:
    """The report of a mail server about a mail it could not deliver, with the head of that mail."""
    return (
        "From: MAILER-DAEMON@relay.invalid\r\nSubject: failure\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.invalid\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: ours\r\nMessage-ID: {returned}\r\n\r\n--b--\r\n"
    ).encode()


def sent_to(tenant_id: int, address: str) -> str:
    """A mail of ours to a firm's address; its Message-ID."""
    with tenant_scope(tenant_id):
        outbox_put(tenant_id=tenant_id, key="digest:1", kind="digest", to=address, subject="x", text="x", html="")
    return message_id(tenant_id, "digest:1", django_settings.MAIL_DOMAIN)


def test_a_mail_that_came_back_asks_the_desk_to_call(cast: Cast, desk_mailbox: Desk) -> None:
    ours = sent_to(cast.sakura_dental.pk, "owner@sakura.invalid")
    desk_mailbox.deliver(bounce("owner@sakura.invalid", ours))
    arrive()
    with tenant_scope(cast.sakura_dental.pk):
        attention = Attention.objects.get()
    assert (attention.kind, attention.facts["to"]) == ("mail_failed", "owner@sakura.invalid")


def test_a_forged_report_that_a_firms_mail_came_back_is_not_believed(cast: Cast, desk_mailbox: Desk) -> None:
    """Neither a number anybody can reckon, nor the number of a mail of another firm, nor none."""
    guessed = hashlib.sha256(f"{cast.sakura_dental.pk}\ndigest:1".encode()).hexdigest()[:40]
    sent_to(cast.sakura_dental.pk, "owner@sakura.invalid")
    others = sent_to(cast.yamada_works.pk, "owner@yamada.invalid")
    for returned in (f"<{guessed}@{django_settings.MAIL_DOMAIN}>", others, ""):
        desk_mailbox.deliver(bounce("owner@sakura.invalid", returned))
    arrive()
    for firm in (cast.sakura_dental, cast.yamada_works):
        with tenant_scope(firm.pk):
            assert not Attention.objects.exists()
    assert [mail.reason for mail in mails(cast)] == ["automatic"] * 3


def test_only_the_desk_of_the_programme_reads_its_mail(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter())
    arrive()
    others = factories.organisation_make("よその窓口", Kind.CALL_CENTRE)
    stranger = factories.user_make("agent@other.invalid", others)
    elsewhere = Programme.objects.using(OWNER).get(pk=cast.programme.pk)
    elsewhere.pk, elsewhere.name, elsewhere.office = None, "よその事業", others
    elsewhere.save(using=OWNER)
    for person, organisation, count in (
        (cast.agent, cast.desk, 1),
        (stranger, others, 0),
        (cast.hanako, cast.sakura_dental, 0),
        (cast.analyst, cast.soc, 0),
        (cast.engineer, cast.vendor, 0),
        (cast.clerk, cast.office, 0),
    ):
        with person_scope(person.pk, organisation.pk):
            assert DeskMail.objects.count() == count, person.email
    with programme_scope(elsewhere.pk):
        assert DeskMail.objects.count() == 0


def test_a_mailbox_that_is_away_stops_nothing_and_its_password_is_not_told(
    cast: Cast, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DESK_MAILBOXES = {"desk@otasuke.invalid": "imap://desk:very-secret@127.0.0.1:9/INBOX"}
    assert services.mails_fetch(now=NOW) == 0
    assert "mailbox desk@otasuke.invalid" in caplog.text
    assert "very-secret" not in caplog.text


def test_a_wrong_password_is_a_silent_mailbox(cast: Cast, desk_mailbox: Desk) -> None:
    wrong = place_of(desk_mailbox.url.replace("secret", "wrong"))
    with pytest.raises(MailboxSilent):
        mailbox.mails_take(wrong, today=NOW.date(), most=1, taken=lambda mail: True)


def test_an_address_of_a_mailbox_is_read_with_its_signs() -> None:
    place = place_of("imaps://desk%40otasuke.invalid:a%2Fb@mail.invalid/Desk%20Mail")
    assert (place.user, place.password, place.port, place.folder) == ("desk@otasuke.invalid", "a/b", 993, "Desk Mail")


def test_a_mail_to_a_contact_that_came_back_is_seen_though_nobody_of_the_firm_has_that_address(
    cast: Cast, desk_mailbox: Desk
) -> None:
    """An accountant is told by several firms: the report is believed for the one whose mail it brings."""
    address, ids = "tax@accountant.invalid", {}
    for firm in (cast.sakura_dental.pk, cast.yamada_works.pk):
        contact_make(firm, address)
        ids[firm] = sent_to(firm, address)
    desk_mailbox.deliver(bounce(address, ids[cast.yamada_works.pk]))
    arrive()
    returned = {}
    for firm in ids:
        with tenant_scope(firm):
            returned[firm] = stand_of(OutboxMessage.objects.get(to=address)).delivery == Delivery.RETURNED
            assert Attention.objects.filter(kind="mail_failed", address=address).exists() == returned[firm]
    assert returned == {cast.sakura_dental.pk: False, cast.yamada_works.pk: True}
