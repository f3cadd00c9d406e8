"""A firm acts on what its mail says, on a phone: the real mail of the mail server, tapped with a finger.

Nothing is prepared but who exists: the box sends a signed batch, the worker grades it, the digest is written and sent.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django import Settings

from alerts.digest import digest_send_due
from alerts.models import AlertGroup
from incidents.models import AlertAnswer
from ops.smtp_sink import Mail
from tenants.tenancy.scope import tenant_scope
from tests.e2e.browser import PASSWORD, PHONE
from tests.e2e.town import Town, town
from tests.factories import Cast

OWNER_MAIL = "owner@sakura.invalid"


class Finger:
    """Taps, and counts the taps."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, target: Locator) -> None:
        """One tap; what it opens is loaded afterwards."""
        target.tap()
        self.taps += 1
        self.page.wait_for_load_state()


@pytest.fixture
def place(chromium: Browser, cast: Cast, tmp_path: Path) -> Iterator[Town]:
    with town(cast, chromium, tmp_path) as made:
        yield made


@pytest.fixture
def group(place: Town, settings: Settings) -> AlertGroup:
    """One call of a trojan: ★★, and so in the digest of its hour, which has been sent."""
    settings.PORTAL_URL = place.address
    place.callbacks(1)
    for _attempt in range(100):
        with tenant_scope(place.cast.sakura_dental.pk):
            known: AlertGroup | None = AlertGroup.objects.first()
        if known is not None:
            break
        time.sleep(0.1)
    assert known is not None
    assert (known.grade, known.notify) == (2, "digest")
    return known


def _digest(place: Town) -> Mail:
    assert digest_send_due(now=timezone.now() + timedelta(hours=1)) == 1
    return place.letter(OWNER_MAIL, "重要度 中(★★☆)")


def _read(browser: Browser, mail: Mail) -> Finger:
    """The mail as a phone's mail program shows it, by somebody who is logged in nowhere."""
    context = browser.new_context(viewport={"width": PHONE, "height": 844}, has_touch=True, locale="ja-JP")
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.set_content(mail.html())
    return Finger(page)


def test_from_a_mail_to_the_recorded_answer_in_two_taps_without_logging_in(place: Town, group: AlertGroup) -> None:
    finger = _read(place.browser, _digest(place))
    finger.tap(finger.page.get_by_role("link", name="したことを答える(ログイン不要)"))
    finger.tap(finger.page.get_by_role("button", name="ウイルスを検査し、見つかったので駆除した"))
    expect(finger.page.get_by_role("heading", level=1)).to_have_text("お答えを記録しました")
    assert finger.taps == 2
    with tenant_scope(group.tenant_id):
        answer = AlertAnswer.objects.get()
    assert (answer.group_id, answer.answer, answer.ends, answer.way) == (group.pk, "removed", True, "mail")
    assert answer.contact == OWNER_MAIL
    expect(finger.page.get_by_text("このお知らせは確認済みになりました。")).to_be_visible()


def test_from_the_digest_to_which_machine_and_back_on_one_path(place: Town, group: AlertGroup) -> None:
    finger = _read(place.browser, _digest(place))
    page = finger.page
    finger.tap(page.get_by_role("link", name="どの機器か、1つずつ確かめる"))
    page.fill("input[name=login]", place.cast.hanako.email)
    page.fill("input[name=password]", PASSWORD)
    finger.tap(page.get_by_role("button", name="ログインする"))
    page.wait_for_url(f"**/alerts/{group.pk}/which/")
    expect(page.get_by_text(group.asset_mac, exact=True)).to_be_visible()
    for question, answer in (
        ("この機器は、いま会社にありますか。", "ある"),
        ("だれが使っていますか。", "この方です"),
        ("会社のものですか、個人のものですか。", "会社のもの"),
        ("夜(22時から朝5時まで)に使うことがありますか。", "使うことがある"),
    ):
        expect(page.get_by_role("heading", name=question)).to_be_visible()
        if answer == "この方です":
            page.get_by_label("使っている方").fill("経理の佐藤さん")
        finger.tap(page.get_by_role("button", name=answer, exact=True))
    expect(page.get_by_text("お答えを記録しました。")).to_be_visible()
    finger.tap(page.locator("#asks").get_by_role("link", name="お知らせに戻る"))
    page.wait_for_url(f"**/alerts/{group.pk}/")
    expect(page.get_by_role("main").get_by_text("経理の佐藤さん").first).to_be_visible()
    expect(page.get_by_role("button", name="ウイルスを検査し、見つかったので駆除した")).to_be_visible()
    assert finger.taps == 7, "the mail's link, the log-in, four answers, the way back"
