"""Chats, webhooks and telephones on the page of contacts: what is entered, what is shown, how it is confirmed."""

from __future__ import annotations

import json
import re
from io import StringIO
from urllib.parse import unquote_plus

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from base.sealing import unseal
from notifications.contacts import CODE_HOLDS
from notifications.models import NoticeContact
from notifications.post_delivery import posts_send
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.notifications.cast_of_contacts import messages, owner
from tests.notifications.town import Town

PAGE = "/organisation/notices/"
COMMON = {"name": "総務のチャット", "topics": ["serious", "digest"], "language": "ja"}


def _contact(cast: Cast) -> NoticeContact:
    with tenant_scope(cast.sakura_dental.pk):
        contact: NoticeContact = NoticeContact.objects.get(is_main=False)
    return contact


def test_a_chat_is_confirmed_from_the_chat_and_its_address_is_shown_nowhere(cast: Cast, town: Town) -> None:
    url, client = f"{town.url}/services/T000/B000/verysecret", owner(cast.hanako)
    assert client.post(f"{PAGE}new/slack/", COMMON | {"url": url}).status_code == 302
    contact = _contact(cast)
    assert contact.state == "waiting"
    assert url not in contact.secrets
    assert json.loads(unseal(contact.secrets)) == {"url": url}
    for page in (PAGE, f"{PAGE}{contact.pk}/"):
        words = client.get(page).content.decode()
        assert "verysecret" not in words
        assert "…cret" in words
    assert posts_send() == 1
    (request,) = town.received
    path = re.search(r"/notices/confirm/[^/\s\"\\]+/", request.body.decode())
    assert path
    Client().post(path[0])
    assert _contact(cast).state == "active"
    assert messages(cast.sakura_dental.pk)[0].text == "", "a link that confirms is forgotten once it is sent"


@pytest.mark.parametrize(
    ("carrier", "url"),
    [
        ("slack", "https://hooks.slack.com.evil.example/services/x"),
        ("slack", "https://example.com/services/x"),
        ("slack", "http://hooks.slack.com/services/x"),
        ("teams", "https://hooks.slack.com/services/x"),
        ("webhook", "https://192.168.0.10/hook"),
        ("webhook", "https://localhost/hook"),
        ("webhook", "http://example.com/hook"),
    ],
)
def test_an_address_that_is_none_of_the_service_or_of_the_internet_is_not_taken(
    cast: Cast, carrier: str, url: str
) -> None:
    page = owner(cast.hanako).post(f"{PAGE}new/{carrier}/", COMMON | {"url": url})
    assert page.status_code == 200
    with tenant_scope(cast.sakura_dental.pk):
        assert not NoticeContact.objects.exists()


@pytest.mark.parametrize(
    ("carrier", "url"),
    [
        ("slack", "https://hooks.slack.com/services/T/B/x"),
        ("teams", "https://prod-12.japaneast.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=x"),
        ("webhook", "https://hook.example.co.jp/notices"),
    ],
)
def test_an_address_of_the_service_is_taken(cast: Cast, carrier: str, url: str) -> None:
    page = owner(cast.hanako).post(f"{PAGE}new/{carrier}/", COMMON | {"url": url})
    assert page.status_code == (200 if carrier == "webhook" else 302)
    assert _contact(cast).carrier == carrier


def test_the_secret_of_a_webhook_is_shown_once(cast: Cast, town: Town) -> None:
    client = owner(cast.hanako)
    page = client.post(f"{PAGE}new/webhook/", COMMON | {"url": f"{town.url}/hook"}).content.decode()
    secret = re.search(r"whsec_[A-Za-z0-9+/=]{44}", page)
    assert secret
    assert json.loads(unseal(_contact(cast).secrets))["secret"] == secret[0]
    assert "whsec_" not in client.get(f"{PAGE}{_contact(cast).pk}/").content.decode()


def test_a_key_of_line_works_that_is_none_is_not_taken(cast: Cast) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = COMMON | {
        "channel_id": "12345a12-b12c",
        "bot_id": "100",
        "client_id": "c",
        "client_secret": "s",
        "service_account": "x.serviceaccount@firm",
    }
    client = owner(cast.hanako)
    assert (
        "鍵が読み取れません" in client.post(f"{PAGE}new/line_works/", account | {"private_key": "x"}).content.decode()
    )
    assert client.post(f"{PAGE}new/line_works/", account | {"private_key": pem}).status_code == 302
    assert "PRIVATE KEY" not in client.get(f"{PAGE}{_contact(cast).pk}/").content.decode()


def test_telephones_are_offered_where_there_is_a_provider(cast: Cast, town: Town, settings: Settings) -> None:
    client = owner(cast.hanako)
    assert "自動音声の電話" in client.get(f"{PAGE}new/").content.decode()
    settings.TELEPHONY_ACCOUNT = ""
    assert "自動音声の電話" not in client.get(f"{PAGE}new/").content.decode()
    assert client.get(f"{PAGE}new/sms/").status_code == 404


def _figures(town: Town) -> str:
    figures = re.search(r"\d{6}", unquote_plus(town.received[-1].body.decode()).partition("Body=")[2])
    assert figures
    return figures[0]


def _sms(cast: Cast, town: Town) -> tuple[Client, str]:
    client = owner(cast.hanako)
    answer = client.post(f"{PAGE}new/sms/", {"name": "社長", "number": "090-1234-5678", "language": "ja"})
    assert answer.status_code == 302
    assert posts_send() == 1
    return client, f"{PAGE}{_contact(cast).pk}/act/"


def test_a_telephone_is_confirmed_by_figures_that_came_there(cast: Cast, town: Town) -> None:
    client, act = _sms(cast, town)
    contact = _contact(cast)
    assert (contact.address, contact.topics) == ("+819012345678", frozenset({"serious"}))
    figures = _figures(town)
    assert figures not in contact.code
    assert "番号が違う" in client.post(act, {"action": "code", "figures": "abcdef"}, follow=True).content.decode()
    client.post(act, {"action": "code", "figures": figures})
    assert _contact(cast).state == "active"


def test_figures_are_not_guessed(cast: Cast, town: Town) -> None:
    client, act = _sms(cast, town)
    figures = _figures(town)
    wrong = "000000" if figures != "000000" else "000001"
    for _ in range(5):
        client.post(act, {"action": "code", "figures": wrong})
    client.post(act, {"action": "code", "figures": figures})
    assert _contact(cast).state == "waiting"


def test_old_figures_confirm_nothing(cast: Cast, town: Town) -> None:
    client, act = _sms(cast, town)
    with tenant_scope(cast.sakura_dental.pk):
        NoticeContact.objects.filter(is_main=False).update(asked_at=timezone.now() - CODE_HOLDS * 2)
    client.post(act, {"action": "code", "figures": _figures(town)})
    assert _contact(cast).state == "waiting"


def test_a_number_abroad_is_not_taken(cast: Cast, town: Town) -> None:
    page = owner(cast.hanako).post(f"{PAGE}new/sms/", {"name": "x", "number": "+1 212 555 0100", "language": "ja"})
    assert "国内の電話番号を" in page.content.decode()


def test_seals_are_renewed_with_the_others(cast: Cast, town: Town, settings: Settings) -> None:
    url = f"{town.url}/services/x"
    owner(cast.hanako).post(f"{PAGE}new/slack/", COMMON | {"url": url})
    before = _contact(cast).secrets
    settings.SEALING_KEYS = ["a new key of the house"]
    call_command("contact_seals_renew", stdout=StringIO())
    after = _contact(cast).secrets
    assert after != before
    assert json.loads(unseal(after)) == {"url": url}
