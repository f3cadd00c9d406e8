"""A stranger who keeps guessing is slowed down, and the person it is about still gets in."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.factories import PASSWORD, Cast
from tests.mailing import account_mails
from tests.tenants.people import is_inside

HANAKO = "hanako@sakura.invalid"
STRANGER, OFFICE = "198.51.100.7", "203.0.113.20"


@pytest.fixture(autouse=True)
def few_tries(settings: Settings) -> None:
    """Eight wrong passwords an hour for an account from anywhere, where an installation takes fifty."""
    assert settings.ACCOUNT_RATE_LIMITS["login_failed_account"] == "50/h/key"
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed_account": "8/h/key"}
    cache.clear()


def try_in(client: Client, password: str, address: str, email: str = HANAKO, host: str = "testserver") -> bool:
    """Whether the person is inside afterwards."""
    client.post("/accounts/login/", {"login": email, "password": password}, REMOTE_ADDR=address, HTTP_HOST=host)
    return is_inside(client)


def guess_from_everywhere(times: int) -> None:
    for number in range(times):
        try_in(Client(), "wrong password!", f"198.51.{number // 200}.{number % 200 + 1}")


def test_six_wrong_passwords_of_a_stranger_do_not_keep_the_person_out_elsewhere(cast: Cast) -> None:
    for _ in range(6):
        try_in(Client(), "wrong password!", STRANGER)
    assert not try_in(Client(), PASSWORD, STRANGER), "from that address even the right one waits"
    assert try_in(Client(), PASSWORD, OFFICE)


def test_who_guesses_from_many_addresses_is_stopped_for_that_account(cast: Cast) -> None:
    guess_from_everywhere(8)
    assert not try_in(Client(), PASSWORD, OFFICE)
    assert try_in(Client(), PASSWORD, OFFICE, email="jiro@yamada.invalid")


def test_a_browser_the_person_used_before_lets_them_in_even_then(cast: Cast) -> None:
    own = Client()
    assert try_in(own, PASSWORD, OFFICE)
    own.post("/accounts/logout/")
    assert not is_inside(own)
    guess_from_everywhere(8)
    assert not try_in(Client(), PASSWORD, OFFICE)
    assert try_in(own, PASSWORD, OFFICE)


def test_a_known_browser_is_no_way_to_guess_without_end(cast: Cast) -> None:
    own = Client()
    try_in(own, PASSWORD, OFFICE)
    own.post("/accounts/logout/")
    for _ in range(5):
        assert not try_in(own, "wrong password!", OFFICE)
    assert not try_in(own, PASSWORD, OFFICE)


def test_the_cookie_of_one_person_opens_nothing_for_another_account(cast: Cast) -> None:
    thief = Client()
    assert try_in(thief, PASSWORD, OFFICE, email="jiro@yamada.invalid")
    thief.post("/accounts/logout/")
    for _ in range(5):
        try_in(thief, "wrong password!", OFFICE)
    assert not try_in(thief, PASSWORD, OFFICE)


@pytest.mark.parametrize("cookie", ["", "x", "WyJhIiwxXQ:1a:forged", "9" * 5000])
def test_a_forged_cookie_says_nothing(cast: Cast, settings: Settings, cookie: str) -> None:
    forger = Client()
    forger.cookies[settings.KNOWN_DEVICE_COOKIE_NAME] = cookie
    for _ in range(5):
        assert not try_in(forger, "wrong password!", OFFICE)
    assert not try_in(forger, PASSWORD, OFFICE)


def test_the_cookie_is_for_our_server_only_and_lasts(cast: Cast, settings: Settings) -> None:
    own = Client()
    try_in(own, PASSWORD, OFFICE)
    cookie = own.cookies[settings.KNOWN_DEVICE_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 180 * 24 * 3600)


def test_another_port_in_the_host_header_is_no_fresh_start(cast: Cast) -> None:
    for port in range(5):
        try_in(Client(), "wrong password!", STRANGER, host=f"testserver:{6000 + port}")
    assert not try_in(Client(), PASSWORD, STRANGER, host="testserver:7000")


def test_a_reset_by_mail_opens_the_door_again(cast: Cast) -> None:
    guess_from_everywhere(8)
    client = Client()
    client.post("/accounts/password/reset/", {"email": HANAKO}, REMOTE_ADDR=OFFICE)
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", account_mails()[-1]["text"])
    assert link
    form = client.get(link[1], follow=True, REMOTE_ADDR=OFFICE).redirect_chain[-1][0]
    new = {"password1": "correct horse 電池", "password2": "correct horse 電池"}
    client.post(form, new, REMOTE_ADDR=OFFICE)
    assert try_in(Client(), "correct horse 電池", OFFICE)
