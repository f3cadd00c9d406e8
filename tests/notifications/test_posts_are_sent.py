"""Messages by chat, webhook and telephone: as their makers want them, signed, tried again, and told when they fail."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils import timezone

from alerts.digest import digest_write, hour_of
from notifications.carriers.webhook import secret_make
from notifications.contact_rules import Topic
from notifications.delivery_states import Delivery, reason_in_words, stand_of
from notifications.doors import claim_outbox, claim_posts
from notifications.mail import Recipient, Written
from notifications.models import Attention, NoticeContact, OutboxMessage
from notifications.notices import notice_put
from notifications.post_delivery import posts_send
from notifications.rules import MAX_ATTEMPTS
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.mailing import group_make
from tests.notifications.cast_of_contacts import contact_make, messages
from tests.notifications.town import Received, Town

LINK = "https://portal.example/answer/x/"
TITLE = "【さくら歯科】<!channel> [toall] 重要度 高(★★★) & 今すぐ"


def write_to_all(firm: int, kind: str = "incident") -> None:
    """Write a message to everybody who wants it."""

    def write(recipient: Recipient, _key: str) -> Written:
        link = "" if recipient.carrier == "mail" else LINK
        return Written(TITLE, TITLE, "", link)

    with tenant_scope(firm):
        notice_put(tenant_id=firm, key="k", kind=kind, write=write, grade=3)


def post_of(firm: int) -> OutboxMessage:
    (message,) = [message for message in messages(firm) if message.carrier != "mail"]
    return message


def due(firm: int) -> None:
    """Let time pass until the next try."""
    with tenant_scope(firm):
        OutboxMessage.objects.exclude(carrier="mail").update(due_at=timezone.now(), lease_until=None)


def sent(cast: Cast, town: Town, carrier: str, **secrets: str) -> Received:
    """What a carrier's server got."""
    contact_make(cast.sakura_dental.pk, "shown", carrier=carrier, secrets=secrets or None)
    write_to_all(cast.sakura_dental.pk)
    assert posts_send() == 1
    assert stand_of(post_of(cast.sakura_dental.pk)).delivery == Delivery.ACCEPTED
    return town.received[-1]


def form(request: Received) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def test_slack_gets_title_and_link_and_nobody_is_called_by_them(cast: Cast, town: Town) -> None:
    request = sent(cast, town, "slack", url=f"{town.url}/services/T/B/x")
    body: Any = request.json
    assert request.path == "/services/T/B/x"
    assert body["text"].startswith("【さくら歯科】&lt;!channel&gt; [toall] 重要度 高(★★★) &amp; 今すぐ\n")
    assert body["text"].endswith(f"<{LINK}|くわしく見る・答える>")


def test_teams_gets_an_adaptive_card_with_a_button(cast: Cast, town: Town) -> None:
    body: Any = sent(cast, town, "teams", url=f"{town.url}/workflows/1").json
    card = body["attachments"][0]["content"]
    assert (body["type"], card["type"]) == ("message", "AdaptiveCard")
    assert card["body"][0]["inlines"][0]["text"] == TITLE
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "くわしく見る・答える", "url": LINK}]


def test_chatwork_gets_a_form_and_no_tag(cast: Cast, town: Town) -> None:
    request = sent(cast, town, "chatwork", room="123456", token="abcdef0123456789")
    assert request.path == "/v2/rooms/123456/messages"
    assert request.headers["x-chatworktoken"] == "abcdef0123456789"
    assert "[toall]" not in form(request)["body"]
    assert form(request)["body"].endswith(LINK)
    assert form(request)["self_unread"] == "1"


def _line_works(key: rsa.RSAPrivateKey) -> dict[str, str]:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    names = ("client_id", "client_secret", "service_account", "bot_id", "channel_id")
    return {name: f"the-{name}" for name in names} | {"private_key": pem}


def _unpadded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_line_works_gets_a_signed_assertion_then_the_text(cast: Cast, town: Town) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    town.answers["/oauth2/v2.0/token"] = (200, json.dumps({"access_token": "t0ken", "expires_in": "86400"}))
    town.answers["/v1.0/bots/the-bot_id/channels/the-channel_id/messages"] = (201, "")
    request = sent(cast, town, "line_works", **_line_works(key))
    asked = form(town.received[0])
    head, claims, mark = asked["assertion"].split(".")
    key.public_key().verify(_unpadded(mark), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
    assert json.loads(_unpadded(head))["alg"] == "RS256"
    claimed = json.loads(_unpadded(claims))
    assert (claimed["iss"], claimed["sub"]) == ("the-client_id", "the-service_account")
    assert 0 < claimed["exp"] - claimed["iat"] <= 3600
    assert asked["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert request.headers["authorization"] == "Bearer t0ken"
    body: Any = request.json
    assert body["content"]["type"] == "text"
    assert body["content"]["text"].endswith(LINK)
    assert "<" not in body["content"]["text"]


def test_line_works_without_a_token_is_tried_again_and_a_refused_key_is_not(cast: Cast, town: Town) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    contact_make(cast.sakura_dental.pk, "shown", carrier="line_works", secrets=_line_works(key))
    write_to_all(cast.sakura_dental.pk)
    town.answers["/oauth2/v2.0/token"] = (200, "[]")
    assert posts_send() == 0
    assert stand_of(post_of(cast.sakura_dental.pk)).delivery == Delivery.RETRYING
    town.answers["/oauth2/v2.0/token"] = (401, "{}")
    due(cast.sakura_dental.pk)
    assert posts_send() == 0
    assert stand_of(post_of(cast.sakura_dental.pk)).delivery == Delivery.FAILED


def test_a_webhook_is_signed_as_standard_webhooks_says_and_keeps_its_id(cast: Cast, town: Town) -> None:
    secret = secret_make()
    town.answers["/hook"] = (500, "")
    contact_make(
        cast.sakura_dental.pk, "shown", carrier="webhook", secrets={"url": f"{town.url}/hook", "secret": secret}
    )
    write_to_all(cast.sakura_dental.pk)
    assert posts_send() == 0
    town.answers.clear()
    due(cast.sakura_dental.pk)
    assert posts_send() == 1
    first, second = town.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    for request in town.received:
        signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        mark = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert request.headers["webhook-signature"] == f"v1,{mark}"
        assert abs(int(request.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    body: Any = second.json
    assert body["type"] == "notice.incident"
    assert body["data"] == {"title": TITLE, "grade": 3, "url": LINK, "language": "ja"}


def test_an_sms_is_asked_of_the_provider_with_title_and_link(cast: Cast, town: Town) -> None:
    town.answers["/2010-04-01/Accounts/AC1/Messages.json"] = (201, json.dumps({"sid": "SM1", "status": "queued"}))
    contact_make(cast.sakura_dental.pk, "+819012345678", frozenset({Topic.SERIOUS}), carrier="sms")
    write_to_all(cast.sakura_dental.pk)
    assert posts_send() == 1
    (request,) = town.received
    assert form(request) == {"To": "+819012345678", "From": "+815012345678", "Body": f"{TITLE}\n{LINK}"}
    assert base64.b64decode(request.headers["authorization"].removeprefix("Basic ")) == b"AC1:the secret"


def test_a_call_speaks_the_title_in_the_contacts_language_and_no_markup_gets_in(cast: Cast, town: Town) -> None:
    contact_make(cast.sakura_dental.pk, "+81662345678", frozenset({Topic.SERIOUS}), carrier="voice", language="en")
    write_to_all(cast.sakura_dental.pk)
    assert posts_send() == 1
    (request,) = town.received
    assert request.path == "/2010-04-01/Accounts/AC1/Calls.json"
    spoken = form(request)["Twiml"]
    assert spoken.count('<Say language="en-US">') == 2
    assert "&lt;!channel&gt;" in spoken
    assert LINK not in spoken


def test_a_telephone_gets_what_is_serious_and_nothing_else(cast: Cast, town: Town) -> None:
    contact_make(cast.sakura_dental.pk, "+819012345678", frozenset({Topic.SERIOUS}), carrier="sms")
    write_to_all(cast.sakura_dental.pk, "digest")
    assert [message.carrier for message in messages(cast.sakura_dental.pk)] == ["mail"]


@pytest.mark.parametrize(
    ("carrier", "status", "delivery"),
    [
        ("slack", 404, Delivery.FAILED),
        ("slack", 403, Delivery.FAILED),
        ("slack", 429, Delivery.RETRYING),
        ("slack", 500, Delivery.RETRYING),
        ("slack", 302, Delivery.FAILED),
        ("webhook", 404, Delivery.RETRYING),
        ("webhook", 302, Delivery.RETRYING),
        ("webhook", 410, Delivery.FAILED),
    ],
)
def test_what_an_answer_means(cast: Cast, town: Town, carrier: str, status: int, delivery: Delivery) -> None:
    town.answers["/x"] = (status, "no")
    secrets = {"url": f"{town.url}/x", "secret": secret_make()}
    contact_make(cast.sakura_dental.pk, "shown", carrier=carrier, secrets=secrets)
    write_to_all(cast.sakura_dental.pk)
    assert posts_send() == 0
    assert stand_of(post_of(cast.sakura_dental.pk)).delivery == delivery


def test_a_post_is_tried_with_growing_pauses_and_given_up_with_a_person_asked(cast: Cast, town: Town) -> None:
    firm = cast.sakura_dental.pk
    town.answers["/x"] = (503, "")
    contact_make(firm, "shown", carrier="slack", secrets={"url": f"{town.url}/x"})
    write_to_all(firm, "digest")
    pauses = []
    for _ in range(4):
        posts_send()
        message = post_of(firm)
        pauses.append(round((message.due_at - timezone.now()) / timedelta(minutes=1)))
        due(firm)
    assert pauses == [1, 2, 4, 8]
    with tenant_scope(firm):
        assert not Attention.objects.exists()
        OutboxMessage.objects.exclude(carrier="mail").update(attempts=MAX_ATTEMPTS - 1)
    posts_send()
    assert stand_of(post_of(firm)).delivery == Delivery.FAILED
    with tenant_scope(firm):
        attention = Attention.objects.get()
    assert (attention.kind, attention.address) == ("mail_failed", "shown")
    assert posts_send() == 0


def test_a_serious_one_that_does_not_arrive_asks_a_person_while_it_is_still_tried(cast: Cast, town: Town) -> None:
    firm = cast.sakura_dental.pk
    town.answers["/x"] = (503, "")
    contact_make(firm, "shown", carrier="slack", secrets={"url": f"{town.url}/x"})
    write_to_all(firm)
    for _ in range(3):
        posts_send()
        due(firm)
    with tenant_scope(firm):
        assert Attention.objects.filter(closed_at=None).count() == 1
    town.answers.clear()
    assert posts_send() == 1
    with tenant_scope(firm):
        assert not Attention.objects.filter(closed_at=None).exists()


def test_once_marked_it_is_never_sent_again(cast: Cast, town: Town) -> None:
    sent(cast, town, "slack", url=f"{town.url}/x")
    due(cast.sakura_dental.pk)
    assert posts_send() == 0
    assert len(town.received) == 1


def test_a_post_whose_mark_was_lost_is_repeated_after_its_lease(
    cast: Cast, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = cast.sakura_dental.pk
    contact_make(firm, "shown", carrier="slack", secrets={"url": f"{town.url}/x"})
    write_to_all(firm)
    with monkeypatch.context() as killed:
        killed.setattr("notifications.services.message_mark_sent", lambda **_k: (_ for _ in ()).throw(OSError()))
        assert posts_send() == 0
    assert posts_send() == 0, "its lease holds"
    due(firm)
    assert posts_send() == 1
    assert len(town.received) == 2


def test_what_waits_for_a_contact_that_was_taken_off_is_let_go_and_calls_nobody(cast: Cast, town: Town) -> None:
    firm = cast.sakura_dental.pk
    contact = contact_make(firm, "shown", carrier="slack", secrets={"url": f"{town.url}/x"})
    write_to_all(firm)
    with tenant_scope(firm):
        NoticeContact.objects.filter(pk=contact.pk).update(state="ended")
    assert posts_send() == 0
    assert town.received == []
    assert post_of(firm).error == "contact ended"
    with tenant_scope(firm):
        assert not Attention.objects.exists()


def test_an_address_of_ours_is_refused_for_good_and_said_in_plain_words(cast: Cast) -> None:
    contact_make(cast.sakura_dental.pk, "shown", carrier="webhook", secrets={"url": "https://127.0.0.1/", "secret": ""})
    write_to_all(cast.sakura_dental.pk)
    assert posts_send() == 0
    message = post_of(cast.sakura_dental.pk)
    assert stand_of(message).delivery == Delivery.FAILED
    assert reason_in_words(message.error) == "インターネットから届かない宛先です。宛先を確かめてください。"


def test_mails_are_not_posted_and_posts_are_not_mailed(cast: Cast, town: Town) -> None:
    contact_make(cast.sakura_dental.pk, "shown", carrier="slack", secrets={"url": f"{town.url}/x"})
    write_to_all(cast.sakura_dental.pk)
    lease = timedelta(minutes=1)
    mailed, posted = claim_outbox(how_many=10, lease=lease), claim_posts(how_many=10, lease=lease)
    carriers = {message.pk: message.carrier for message in messages(cast.sakura_dental.pk)}
    assert [carriers[pk] for _firm, pk in mailed] == ["mail"]
    assert [carriers[pk] for _firm, pk in posted] == ["slack"]


def test_nothing_of_a_firm_leaves_by_chat_but_the_subject_and_a_link(cast: Cast) -> None:
    """The words of a real digest: no device, no address, no signature."""
    contact_make(cast.sakura_dental.pk, "shown", carrier="slack", secrets={"url": "https://hooks.slack.com/x"})
    group = group_make(cast.sakura_box)
    digest_write(tenant_id=cast.sakura_dental.pk, hour=hour_of(group.last_at) + timedelta(hours=1))
    message = post_of(cast.sakura_dental.pk)
    assert message.text == message.subject
    assert message.html == ""
    for inside in (group.asset_ip, group.asset_mac, group.peer, group.signature):
        assert str(inside) not in message.text + message.link


def test_a_firm_with_another_firms_contacts_does_not_exist(cast: Cast) -> None:
    contact_make(cast.yamada_works.pk, "office@yamada.invalid")
    write_to_all(cast.sakura_dental.pk)
    assert [message.to for message in messages(cast.sakura_dental.pk)] == ["owner@sakura.invalid"]
    assert messages(cast.yamada_works.pk) == []
