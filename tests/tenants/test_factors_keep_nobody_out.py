"""Passkeys, codes and recovery codes are tried as rarely as passwords, and the person they are about still gets in."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client
from fido2.utils import websafe_encode
from pytest_django import Settings

from tenants.accounts.log_in_failures import failures_of
from tenants.tenancy.scope import person_scope
from tests.factories import PASSWORD, Cast, totp_code, totp_make
from tests.tenants.people import is_inside
from tests.tenants.soft_key import LOG_IN, SoftKey, challenge, send

AGENT = "agent@desk.invalid"
STRANGER, OFFICE = "198.51.100.7", "203.0.113.20"
CODE, ADD = "/accounts/2fa/authenticate/", "/accounts/2fa/webauthn/add/"


@pytest.fixture(autouse=True)
def few_tries(settings: Settings) -> None:
    """Eight wrong codes an hour for an account from anywhere, where an installation takes fifty."""
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed_account": "8/h/key"}
    cache.clear()


@pytest.fixture
def passkey(cast: Cast) -> SoftKey:
    """Hanako's passkey, known to the platform."""
    key = SoftKey(cast.hanako)
    key.register(cast.sakura_dental.pk)
    return key


def in_by_passkey(key: SoftKey, address: str, client: Client | None = None) -> bool:
    browser = client or Client()
    key.log_in(browser, address)
    return is_inside(browser)


def forged(key: SoftKey, address: str, times: int, client: Client | None = None) -> None:
    """Somebody without the key says they are its owner."""
    for _ in range(times):
        assert not is_inside_after_forgery(key, address, client or Client())


def is_inside_after_forgery(key: SoftKey, address: str, client: Client) -> bool:
    key.log_in(client, address, signature=b"not hers")
    return is_inside(client)


def half_in(address: str) -> Client:
    """A browser that has the agent's password right and is asked for the code."""
    client = Client()
    client.post("/accounts/login/", {"login": AGENT, "password": PASSWORD}, REMOTE_ADDR=address)
    return client


def code_opens(client: Client, code: str, address: str) -> bool:
    client.post(CODE, {"code": code}, REMOTE_ADDR=address)
    return is_inside(client)


def wrong_codes(times: int, address: str) -> None:
    client = half_in(address)
    for number in range(times):
        assert not code_opens(client, f"{number:06}", address)


def test_a_passkey_opens_and_good_ones_use_up_no_tries(passkey: SoftKey) -> None:
    for _ in range(7):
        assert in_by_passkey(passkey, OFFICE)


def test_after_five_forged_passkeys_that_address_waits_and_the_person_elsewhere_does_not(passkey: SoftKey) -> None:
    forged(passkey, STRANGER, 5)
    assert not in_by_passkey(passkey, STRANGER), "from that address even the right one waits"
    assert in_by_passkey(passkey, OFFICE)


def test_forged_passkeys_from_everywhere_keep_the_person_out_nowhere_else(passkey: SoftKey) -> None:
    for number in range(20):
        forged(passkey, f"198.51.100.{number + 10}", 1)
    assert in_by_passkey(passkey, OFFICE)


def test_a_browser_the_person_used_before_has_its_own_count_of_passkeys(passkey: SoftKey) -> None:
    own = Client()
    assert in_by_passkey(passkey, OFFICE, own)
    own.post("/accounts/logout/")
    forged(passkey, OFFICE, 5)
    assert not in_by_passkey(passkey, OFFICE)
    assert in_by_passkey(passkey, OFFICE, own)


def test_a_known_browser_may_not_forge_without_end(passkey: SoftKey) -> None:
    own = Client()
    assert in_by_passkey(passkey, OFFICE, own)
    own.post("/accounts/logout/")
    forged(passkey, OFFICE, 5, own)
    assert not in_by_passkey(passkey, OFFICE, own)


def test_forged_passkeys_take_no_tries_of_the_password(cast: Cast, passkey: SoftKey) -> None:
    forged(passkey, OFFICE, 5)
    client = Client()
    client.post("/accounts/login/", {"login": "hanako@sakura.invalid", "password": PASSWORD}, REMOTE_ADDR=OFFICE)
    assert "account_login" in client.session, "the second factor is asked for"


def test_whoever_sends_what_names_nobody_waits_too(passkey: SoftKey) -> None:
    for _ in range(5):
        send(Client(), {"id": "x"}, STRANGER)
    answer = send(Client(), {"id": "x"}, STRANGER)
    page = Client(REMOTE_ADDR=STRANGER)
    page.cookies = answer.cookies
    assert "ログイン" in page.get("/accounts/login/").content.decode()
    assert in_by_passkey(passkey, STRANGER), "a person is not nobody"


def test_a_stranger_with_the_password_uses_up_no_codes_of_the_person(cast: Cast) -> None:
    secret = totp_make(cast.agent)
    wrong_codes(6, STRANGER)
    assert not code_opens(half_in(STRANGER), totp_code(secret), STRANGER)
    assert code_opens(half_in(OFFICE), totp_code(secret), OFFICE)


def test_codes_guessed_from_many_addresses_stop_for_that_account_but_not_in_the_persons_own_browser(cast: Cast) -> None:
    secret = totp_make(cast.agent)
    own = half_in(OFFICE)
    assert code_opens(own, totp_code(secret), OFFICE)
    own.post("/accounts/logout/")
    for number in range(8):
        wrong_codes(1, f"198.51.100.{number + 10}")
    with person_scope(cast.agent.pk, cast.desk.pk):
        first, second = RecoveryCodes.activate(cast.agent).get_unused_codes()[:2]
    assert not code_opens(half_in("203.0.113.99"), first, "203.0.113.99")
    own.post("/accounts/login/", {"login": AGENT, "password": PASSWORD}, REMOTE_ADDR=OFFICE)
    assert code_opens(own, second, OFFICE)


def test_recovery_codes_are_tried_as_rarely_as_others(cast: Cast) -> None:
    totp_make(cast.agent)
    with person_scope(cast.agent.pk, cast.desk.pk):
        code = RecoveryCodes.activate(cast.agent).get_unused_codes()[0]
    wrong_codes(5, STRANGER)
    assert not code_opens(half_in(STRANGER), code, STRANGER)
    assert code_opens(half_in(OFFICE), code, OFFICE)


HANDLES: tuple[Any, ...] = (
    None,
    1,
    [],
    {},
    "",
    "%%%",
    "é",
    "\x00",
    "\ud800",
    websafe_encode(b"\xff\xfe"),
    websafe_encode(b"\x00"),
    websafe_encode(b"-1"),
    websafe_encode(b"z" * 60),
    websafe_encode(b"z" * 20_000),
    websafe_encode("٣".encode()),
)


@pytest.mark.parametrize("part", ["userHandle", "clientDataJSON", "authenticatorData", "signature"])
def test_no_odd_answer_of_a_passkey_is_an_error_of_ours(passkey: SoftKey, part: str) -> None:
    for odd in HANDLES:
        client = Client(raise_request_exception=False)
        cache.clear()
        credential = passkey.answer(challenge(client, OFFICE))
        credential["response"][part] = odd
        assert send(client, credential, OFFICE).status_code < 500, odd
        assert part == "userHandle" or not is_inside(client)


WHOLE = (
    "",
    "{",
    "1",
    "[]",
    '""',
    "NaN",
    "[" * 10_000,
    '{"a":' * 10_000,
    '{"response": []}',
    '{"id": "\\ud800"}',
    "\x00",
    '{"id": "\\u0000"}',
    '{"id": 1, "response": {"userHandle": "MQ"}}',
    "1e999",
    "9" * 5000,
    '{"id": 1, "id": 2}',
)


@pytest.mark.parametrize("whole", WHOLE)
def test_no_odd_credential_is_an_error_of_ours(cast: Cast, whole: str) -> None:
    client = Client(raise_request_exception=False)
    assert client.post(LOG_IN, {"credential": whole}, REMOTE_ADDR=OFFICE).status_code < 500
    secret = totp_make(cast.agent)
    half = half_in(OFFICE)
    half.raise_request_exception = False
    assert half.post(CODE, {"credential": whole}, REMOTE_ADDR=OFFICE).status_code < 500
    assert half.post(CODE, {"code": whole}, REMOTE_ADDR=OFFICE).status_code < 500
    assert code_opens(half, totp_code(secret), OFFICE)


@pytest.mark.parametrize("whole", WHOLE)
def test_no_odd_new_passkey_is_an_error_of_ours(cast: Cast, whole: str) -> None:
    client = Client(raise_request_exception=False)
    client.post("/accounts/login/", {"login": "jiro@yamada.invalid", "password": PASSWORD}, REMOTE_ADDR=OFFICE)
    assert client.get(ADD).status_code == 200
    for credential in (whole, f'{{"id": "x", "rawId": "x", "type": "public-key", "response": {whole or 0}}}'):
        refused = 400 if "\x00" in credential else 200  # the form again, or: no browser sends a NUL
        assert client.post(ADD, {"name": "鍵", "credential": credential}).status_code == refused
        assert client.post(ADD, {"name": "鍵\x00", "credential": credential}).status_code == 400
    with person_scope(cast.jiro.pk, cast.yamada_works.pk):
        assert not Authenticator.objects.filter(user=cast.jiro).exists()


def test_a_failed_passkey_of_nobody_in_particular_stands_in_nobodys_trail(passkey: SoftKey, cast: Cast) -> None:
    forged(passkey, STRANGER, 1)
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        assert not failures_of(cast.hanako).exists()
