"""The owner of a firm is invited, sets a passkey in a real browser and lands on the firm's home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, CDPSession, Page, expect

from tenants.accounts.invitations import token_hash, token_make
from tenants.models import Invitation
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Site

PASSWORD = "correct horse 電池"


@pytest.fixture
def phone(site: Site) -> Iterator[Page]:
    """A phone with a screen lock that answers at once (a virtual authenticator)."""
    page = _phone_page(site.browser)
    yield page
    page.context.close()


def _phone_page(browser: Browser) -> Page:
    context = browser.new_context(viewport={"width": PHONE, "height": 844}, locale="ja-JP")
    page = context.new_page()
    devtools: CDPSession = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def _invited(site: Site) -> str:
    token = token_make()
    Invitation.objects.using("owner").create(
        organisation_id=site.cast.sakura_dental.pk,
        email="mamoru@sakura.invalid",
        role="owner",
        token_hash=token_hash(token),
        expires_at=timezone.now() + timedelta(days=7),
    )
    # A passkey belongs to a name, not to a number.
    return f"{site.address.replace('127.0.0.1', 'localhost')}/invitations/{token}/"


def test_invited_owner_sets_a_passkey_and_lands_on_the_firms_home(site: Site, phone: Page) -> None:
    complaints: list[str] = []
    phone.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    phone.goto(_invited(site))
    expect(phone.get_by_role("heading", level=1)).to_have_text("さくら歯科に参加する")
    for label, value in (("姓", "森"), ("名", "守"), ("姓(かな)", "もり"), ("名(かな)", "まもる")):
        phone.locator(f"#{_FIELDS[label]}").fill(value)
    phone.locator("#id_password").fill(PASSWORD)
    phone.locator("#id_password_again").fill(PASSWORD)
    phone.get_by_role("button", name="参加する").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("登録が終わりました")
    phone.get_by_role("link", name="パスキーを設定する").click()
    phone.get_by_role("button", name="パスキーを作る").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("予備の番号")
    phone.get_by_role("link", name="ホームへ進む").click()
    expect(phone.locator("header").get_by_text("さくら歯科").first).to_be_visible()
    expect(phone.get_by_role("link", name="いますぐやることを見る")).to_be_visible()

    phone.locator("summary", has_text="利用者メニュー").click()
    phone.get_by_role("button", name="ログアウト").click()
    phone.goto(f"{phone.url.split('/accounts')[0].rstrip('/')}/accounts/login/")
    phone.get_by_role("button", name="パスキーでログイン").click()
    expect(phone.get_by_role("link", name="いますぐやることを見る")).to_be_visible()
    assert complaints == []


_FIELDS = {
    "姓": "id_family_name",
    "名": "id_given_name",
    "姓(かな)": "id_family_name_kana",
    "名(かな)": "id_given_name_kana",
}


def test_the_link_of_a_used_invitation_says_so(site: Site, phone: Page) -> None:
    phone.goto(_invited(site)[:-2] + "x/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("このリンクは使えません")
