"""お知らせの届け先: an owner adds, tries, pauses and takes off contacts; nothing goes to one that has not confirmed."""

from __future__ import annotations

import re
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from notifications.contact_rules import Topic, keeps_serious
from notifications.models import Attention, NoticeContact
from notifications.services import message_mark_failed, message_words
from tenants.models import AuditEvent, Membership
from tenants.tenancy.scope import tenant_scope
from tests.at_once import at_once, meeting_in
from tests.factories import Cast, user_make
from tests.notifications.cast_of_contacts import contact_make, main_wants, messages, owner

PAGE = "/organisation/notices/"
NEW = {"name": "税理士の先生", "email": "Tax@Accountant.invalid", "topics": ["monthly"], "language": "ja"}


def _confirm_path(cast: Cast) -> str:
    with tenant_scope(cast.sakura_dental.pk):
        text = message_words(message=messages(cast.sakura_dental.pk, kind="contact_confirm")[-1])[0]
    links = re.findall(r"https?://[^/\s]+(/notices/confirm/\S+/)", text)
    assert links
    return str(links[0])


def _contacts(cast: Cast) -> dict[str, str]:
    with tenant_scope(cast.sakura_dental.pk):
        return {row.address: row.state for row in NoticeContact.objects.order_by("pk")}


def test_a_new_contact_gets_nothing_but_the_request_until_it_has_confirmed(cast: Cast) -> None:
    client = owner(cast.hanako)
    assert "すべて" not in client.get(PAGE).content.decode()
    response = client.post(f"{PAGE}new/mail/", NEW)
    assert response.status_code == 302
    assert _contacts(cast) == {"": "active", "tax@accountant.invalid": "waiting"}
    (request,) = messages(cast.sakura_dental.pk)
    assert (request.kind, request.to, request.sealed) == ("contact_confirm", "tax@accountant.invalid", True)
    path = _confirm_path(cast)
    stranger = Client()
    page = stranger.get(path).content.decode()
    assert "税理士の先生" in page
    assert "毎月の見守り報告書" in page
    assert _contacts(cast)["tax@accountant.invalid"] == "waiting", "mail scanners open links"
    assert "受け取りの確認が済んでいます" in stranger.post(path).content.decode()
    assert _contacts(cast)["tax@accountant.invalid"] == "active"
    with tenant_scope(cast.sakura_dental.pk):
        codes = set(AuditEvent.objects.filter(code__startswith="notice_contact").values_list("code", flat=True))
    assert codes == {"notice_contact.added", "notice_contact.confirmed"}


@pytest.mark.parametrize("path", ["/notices/confirm/altered/", "/notices/stop/altered/"])
def test_a_link_that_is_not_ours_opens_nothing(cast: Cast, path: str) -> None:
    assert Client().get(path).status_code == 404
    assert Client().post(path).status_code == 404


def test_the_link_of_a_contact_that_was_taken_off_confirms_nothing(cast: Cast) -> None:
    client = owner(cast.hanako)
    client.post(f"{PAGE}new/mail/", NEW)
    path = _confirm_path(cast)
    with tenant_scope(cast.sakura_dental.pk):
        contact = NoticeContact.objects.get(is_main=False)
    assert client.post(f"{PAGE}{contact.pk}/act/", {"action": "end"}).url == PAGE  # type: ignore[attr-defined]
    assert Client().post(path).status_code == 404
    assert _contacts(cast)["tax@accountant.invalid"] == "ended"


def test_the_same_address_is_added_once(cast: Cast) -> None:
    client = owner(cast.hanako)
    client.post(f"{PAGE}new/mail/", NEW)
    again = client.post(f"{PAGE}new/mail/", NEW).content.decode()
    assert "この宛先は、すでに届け先にあります" in again
    assert len(_contacts(cast)) == 2


def test_nobody_is_left_without_a_mail_when_it_is_serious(cast: Cast) -> None:
    """Not by pausing, not by taking off, not by wishing something else; a chat alone is not enough."""
    firm = cast.sakura_dental.pk
    president = contact_make(firm, "president@sakura.invalid", frozenset({Topic.SERIOUS}))
    contact_make(firm, "hooks.slack.com", carrier="slack", secrets={"url": "https://hooks.slack.com/x"})
    main_wants(firm, Topic.DIGEST)
    client, path = owner(cast.hanako), f"{PAGE}{president.pk}/"
    for action in ("pause", "end"):
        page = client.post(f"{path}act/", {"action": action}, follow=True).content.decode()
        assert "1人もいなくなります" in page
    wish = {"name": "社長", "topics": ["monthly"], "language": "ja"}
    assert "1人もいなくなります" in client.post(path, wish).content.decode()
    assert _contacts(cast)["president@sakura.invalid"] == "active"
    contact_make(firm, "office@sakura.invalid")
    client.post(f"{path}act/", {"action": "end"})
    assert _contacts(cast)["president@sakura.invalid"] == "ended"


def test_two_owners_at_once_leave_somebody_who_is_mailed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    firm = cast.sakura_dental.pk
    both = [contact_make(firm, f"{name}@sakura.invalid") for name in ("one", "two")]
    main_wants(firm, Topic.DIGEST)
    clients = [owner(cast.hanako), owner(user_make("second@sakura.invalid", cast.sakura_dental))]
    monkeypatch.setattr("notifications.contacts.keeps_serious", meeting_in(keeps_serious))

    def end(place: int) -> None:
        clients[place].post(f"{PAGE}{both[place].pk}/act/", {"action": "end"})

    at_once(partial(end, 0), partial(end, 1))
    assert sorted(state for address, state in _contacts(cast).items() if address) == ["active", "ended"]


def test_the_firms_own_address_is_paused_but_not_taken_off(cast: Cast) -> None:
    contact_make(cast.sakura_dental.pk, "office@sakura.invalid")
    with tenant_scope(cast.sakura_dental.pk):
        main = NoticeContact.objects.get(is_main=True)
    client = owner(cast.hanako)
    assert "外せません" in client.post(f"{PAGE}{main.pk}/act/", {"action": "end"}, follow=True).content.decode()
    client.post(f"{PAGE}{main.pk}/act/", {"action": "pause"})
    assert _contacts(cast)[""] == "paused"
    client.post(f"{PAGE}{main.pk}/act/", {"action": "resume"})
    assert _contacts(cast)[""] == "active"


def test_a_trial_is_sent_and_its_state_stands_on_the_page(cast: Cast) -> None:
    office = contact_make(cast.sakura_dental.pk, "office@sakura.invalid")
    client, path = owner(cast.hanako), f"{PAGE}{office.pk}/"
    page = client.post(f"{path}act/", {"action": "try"}, follow=True).content.decode()
    assert "試しのお知らせを送ります" in page
    assert "送信を待っています" in page
    assert "送ったばかりです" in client.post(f"{path}act/", {"action": "try"}, follow=True).content.decode()
    assert [message.kind for message in messages(cast.sakura_dental.pk)] == ["contact_test"]


def test_what_did_not_arrive_is_said_in_plain_words_and_a_mistyped_address_calls_no_desk(cast: Cast) -> None:
    office = contact_make(cast.sakura_dental.pk, "office@sakura.invalid")
    client, path = owner(cast.hanako), f"{PAGE}{office.pk}/"
    client.post(f"{path}act/", {"action": "try"})
    with tenant_scope(cast.sakura_dental.pk):
        (message,) = messages(cast.sakura_dental.pk)
        message_mark_failed(message=message, error="550 5.1.1 <x> unknown", now=timezone.now())
        assert not Attention.objects.exists()
    page = client.get(path).content.decode()
    assert "届きませんでした" in page
    assert "アドレスに間違いがないか確かめてください" in page
    assert "550" not in page


@pytest.mark.parametrize("role", [Membership.Role.MEMBER, Membership.Role.READ_ONLY])
def test_who_is_no_owner_sees_the_list_and_changes_nothing(cast: Cast, role: str) -> None:
    office = contact_make(cast.sakura_dental.pk, "office@sakura.invalid")
    client = owner(user_make("other@sakura.invalid", cast.sakura_dental, role))
    page = client.get(PAGE).content.decode()
    assert "office@sakura.invalid" in page
    assert "届け先を足す" not in page
    for path in (f"{PAGE}new/", f"{PAGE}new/mail/", f"{PAGE}{office.pk}/"):
        assert client.get(path).status_code == 404
    assert client.post(f"{PAGE}{office.pk}/act/", {"action": "end"}).status_code in (403, 404)
    assert _contacts(cast)["office@sakura.invalid"] == "active"


def test_another_firms_contact_does_not_exist(cast: Cast) -> None:
    theirs = contact_make(cast.yamada_works.pk, "office@yamada.invalid")
    client = owner(cast.hanako)
    assert client.get(f"{PAGE}{theirs.pk}/").status_code == 404
    assert client.post(f"{PAGE}{theirs.pk}/act/", {"action": "pause"}).status_code == 404
    assert "office@yamada.invalid" not in client.get(PAGE).content.decode()


def test_the_page_says_what_reaches_nobody(cast: Cast) -> None:
    contact_make(cast.sakura_dental.pk, "office@sakura.invalid", frozenset({Topic.SERIOUS}))
    main_wants(cast.sakura_dental.pk, Topic.SERIOUS, Topic.MONTHLY)
    page = owner(cast.hanako).get(PAGE).content.decode()
    assert "「1時間ごとのまとめ」は、だれにも届きません" in page
    assert "「月の報告書」は、だれにも届きません" not in page
