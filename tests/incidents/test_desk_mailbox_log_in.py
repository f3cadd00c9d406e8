"""Mailboxes that take no passwords (Microsoft 365, Google Workspace): tokens are asked for, kept, and renewed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pytest_django import Settings

from incidents.mail_intake import oauth, services
from incidents.mail_intake.mailbox import AddressWrong, place_of
from incidents.mail_intake.oauth import TokenRefused, token_for
from incidents.models import DeskMail, MailboxFault
from tenants.tenancy.scope import programme_scope
from tests.desk_mailbox import Desk, dovecot
from tests.factories import Cast
from tests.incidents.test_desk_mail_arrives import letter
from tests.token_endpoint import Endpoint, token_endpoint

NOW = datetime.now(UTC)
DESK = "desk@otasuke.invalid"


@pytest.fixture
def endpoint(settings: Settings) -> Iterator[Endpoint]:
    oauth.token_forget(DESK)
    with token_endpoint() as running:
        settings.DESK_MAILBOX_TOKENS = {
            DESK: {
                "token_url": f"{running.url}/token",
                "client_id": "the-client",
                "client_secret": running.secret,
                "scope": "https://outlook.office365.com/.default",
            }
        }
        yield running
    oauth.token_forget(DESK)


@pytest.fixture
def by_token(settings: Settings, endpoint: Endpoint) -> Iterator[Desk]:
    """Dovecot that takes tokens only, with one mail in the desk's mailbox."""
    with dovecot(f"{endpoint.url}/introspect") as desk:
        settings.DESK_MAILBOXES = {DESK: f"imap://desk;AUTH=XOAUTH2@127.0.0.1:{desk.port}/INBOX"}
        oauth_deliver(desk, endpoint, letter(1))
        yield desk


def oauth_deliver(desk: Desk, endpoint: Endpoint, *mails: bytes) -> None:
    endpoint.valid.add("of-a-person")
    from imapclient import IMAPClient

    with IMAPClient("127.0.0.1", desk.port, ssl=False) as server:
        server.oauth2_login("desk", "of-a-person")
        for mail in mails:
            server.append("INBOX", mail)
    endpoint.valid.discard("of-a-person")


def count(cast: Cast) -> int:
    with programme_scope(cast.programme.pk):
        return DeskMail.objects.count()


def test_a_mailbox_of_microsoft_365_is_read_with_a_token(cast: Cast, by_token: Desk, endpoint: Endpoint) -> None:
    assert services.mails_fetch(now=NOW) == 1
    assert endpoint.forms == [
        {
            "grant_type": "client_credentials",
            "client_id": "the-client",
            "client_secret": endpoint.secret,
            "scope": "https://outlook.office365.com/.default",
        }
    ]


def test_a_token_is_asked_for_once_and_again_when_the_mailbox_no_more_takes_it(
    cast: Cast, by_token: Desk, endpoint: Endpoint
) -> None:
    services.mails_fetch(now=NOW)
    services.mails_fetch(now=NOW)
    assert len(endpoint.forms) == 1
    endpoint.valid.clear()
    oauth_deliver(by_token, endpoint, letter(2))
    assert services.mails_fetch(now=NOW) == 0
    assert services.mails_fetch(now=NOW) == 1
    assert (len(endpoint.forms), count(cast)) == (2, 2)


def test_a_token_that_ends_soon_is_not_kept(cast: Cast, by_token: Desk, endpoint: Endpoint) -> None:
    endpoint.expires_in = 60
    services.mails_fetch(now=NOW)
    services.mails_fetch(now=NOW)
    assert len(endpoint.forms) == 2


def test_a_refused_client_is_a_silent_mailbox_and_its_secret_is_not_told(
    cast: Cast, by_token: Desk, endpoint: Endpoint, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DESK_MAILBOX_TOKENS[DESK]["client_secret"] = "an-old-secret"
    assert services.mails_fetch(now=NOW) == 0
    with programme_scope(cast.programme.pk):
        fault = MailboxFault.objects.get()
    assert (fault.tries, "401 invalid_client" in fault.error) == (1, True)
    assert "an-old-secret" not in caplog.text + fault.error


def test_a_refresh_token_is_changed_for_an_access_token(endpoint: Endpoint) -> None:
    token_for("a", {"token_url": f"{endpoint.url}/token", "client_id": "c", "refresh_token": "r"})
    oauth.token_forget("a")
    assert endpoint.forms == [{"grant_type": "refresh_token", "client_id": "c", "refresh_token": "r"}]


def test_a_service_account_of_google_signs_for_the_desks_user(endpoint: Endpoint) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    url = f"{endpoint.url}/token"
    client = {"token_url": url, "issuer": "robot@x.invalid", "subject": DESK, "scope": "https://mail.google.com/"}
    token_for("g", {**client, "private_key": pem})
    oauth.token_forget("g")
    assertion = endpoint.forms[0]["assertion"]
    signed, _dot, signature = assertion.rpartition(".")
    key.public_key().verify(_unpacked(signature), signed.encode(), PKCS1v15(), SHA256())
    claims = json.loads(_unpacked(signed.split(".")[1]))
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("robot@x.invalid", DESK, url)
    assert endpoint.forms[0]["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"


def _unpacked(written: str) -> bytes:
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))


def test_a_secret_goes_to_no_endpoint_without_tls() -> None:
    with pytest.raises(TokenRefused, match="https"):
        token_for("x", {"token_url": "http://login.invalid/token", "client_secret": "s"})


def test_an_address_says_that_its_log_in_is_by_token() -> None:
    place = place_of("imaps://desk%40firm.invalid;AUTH=XOAUTH2@outlook.office365.com/INBOX")
    assert (place.user, place.by_token, place.port) == ("desk@firm.invalid", True, 993)
    assert not place_of("imaps://desk:secret@x.invalid").by_token
    for wrong in ("imaps://desk;AUTH=NTLM@x.invalid", "http://desk@x.invalid", "imaps://x.invalid:99999"):
        with pytest.raises(AddressWrong):
            place_of(wrong)
