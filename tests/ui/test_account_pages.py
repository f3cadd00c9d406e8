"""Log-in and password pages come in our look, in Japanese, with one heading and one way on."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client

PAGES = ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/"]


@pytest.mark.parametrize("address", PAGES)
def test_account_pages_are_ours(database: None, address: str) -> None:
    html = Client().get(address).content.decode()
    assert html.count("<h1") == 1
    assert '<header class="site-header">' in html
    assert html.count("button--primary") <= 1
    assert "Sign In" not in html
    assert "Menu:" not in html


def test_a_failed_log_in_says_so_above_the_form_and_keeps_the_address(database: None) -> None:
    html = Client().post("/accounts/login/", {"login": "who@example.jp", "password": "wrong"}).content.decode()
    assert 'class="error-summary"' in html
    assert 'value="who@example.jp"' in html


def test_a_used_reset_link_offers_a_new_one(database: None) -> None:
    html = Client().get("/accounts/password/reset/key/1-set-password/", follow=True).content.decode()
    assert "このリンクは使えません。" in html
    assert 'href="/accounts/password/reset/"' in html


@pytest.mark.parametrize(
    "name", ["password_reset_key", "password_changed", "password_set", "unknown_account", "email_confirmation"]
)
def test_account_mails_are_plain_text_in_japanese(name: str) -> None:
    context = {
        "password_reset_url": "https://portal.example.jp/r?a=1&b=2",
        "activate_url": "https://portal.example.jp/c?a=1&b=2",
        "email": "who@example.jp",
        "desk": {"phone": "0120-000-000"},
    }
    message = render_to_string(f"account/email/{name}_message.txt", context)
    subject = render_to_string(f"account/email/{name}_subject.txt", context)
    assert "相談窓口" in message
    assert "&amp;" not in message
    assert "【お助け隊】" in subject
    assert "\n" not in subject.strip()
