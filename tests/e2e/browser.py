"""Chromium as people use it: log in by the form, look at pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "a long enough passphrase"
PHONE, DESK = 390, 1280


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def log_in(browser: Browser, address: str, email: str, width: int) -> Page:
    """A page of a fresh browser profile, logged in by the form as a person would."""
    page = browser.new_context(viewport={"width": width, "height": 844}, locale="ja-JP").new_page()
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="ログインする").click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    if "/2fa/" in page.url:
        from tenants.models import User
        from tests.factories import totp_code, totp_make

        # A fresh secret: the code of the half minute may have been used by an earlier log-in.
        page.fill("input[name=code]", totp_code(totp_make(User.objects.get(email=email))))
        page.get_by_role("button", name="ログインする").click()
        page.wait_for_url(lambda url: "/2fa/" not in url)
    return page
