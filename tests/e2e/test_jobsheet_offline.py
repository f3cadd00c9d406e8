"""The connection is lost in a firm's cellar: what is typed and photographed stays, and arrives once it is back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from incidents.jobsheet.checking import uploads_check
from incidents.models import Evidence, SheetRecord, Upload, WorkEntry
from tenants.tenancy.scope import tenant_scope
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Site
from tests.incidents.jobsheets import Phone, jpeg, phone_make


@pytest.fixture
def phone(site: Site) -> Phone:
    return phone_make(site.cast, number=3, family="callback/other")


def _sheet(site: Site, phone: Phone) -> Page:
    page = site.visit("engineer@vendor.invalid", PHONE)
    page.goto(site.address + phone.path("sheet/"))
    page.wait_for_selector("[data-jobsheet][data-ready]", state="attached")
    return page


def _step(page: Page, words: str) -> None:
    page.get_by_label("したこと").fill(words)
    page.locator("#steps").get_by_role("button", name="書く").click()


def _steps(phone: Phone) -> list[str]:
    with tenant_scope(phone.job.tenant_id):
        return [row.data["what"] for row in SheetRecord.objects.filter(kind="step")]


def test_offline_and_back_loses_nothing_typed_or_photographed(site: Site, phone: Phone, tmp_path: Path) -> None:
    page = _sheet(site, phone)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    photo = tmp_path / "screen.jpg"
    photo.write_bytes(jpeg(900, 700))
    page.context.set_offline(True)
    page.get_by_role("button", name="聴取").click()
    expect(page.get_by_text("1件 未送信")).to_be_visible()
    _step(page, "電話で定義ファイルの更新方法を説明")
    page.locator("#files").set_input_files(photo)
    page.get_by_label("何の写真か").fill("スキャン中の画面")
    page.get_by_role("button", name="送る").click()
    expect(page.get_by_text("3件 未送信")).to_be_visible()
    expect(page.get_by_text("電波がありません")).to_be_visible()
    assert _steps(phone) == []
    page.context.set_offline(False)
    expect(page.get_by_text("届いています。ウイルス検査を待っています")).to_be_visible(timeout=30_000)
    assert uploads_check(now=datetime.now(UTC)) == 1
    expect(page.locator("[data-unsent]")).to_be_hidden(timeout=30_000)
    expect(page.get_by_text("電話で定義ファイルの更新方法を説明")).to_be_visible()
    assert _steps(phone) == ["電話で定義ファイルの更新方法を説明"]
    with tenant_scope(phone.job.tenant_id):
        assert WorkEntry.objects.get().kind == "hearing"
        assert Evidence.objects.get().caption == "スキャン中の画面"
    assert phone.state() == "working"
    assert complaints == []


def test_a_photo_that_is_refused_holds_up_none_behind_it(site: Site, phone: Phone, tmp_path: Path) -> None:
    page = _sheet(site, phone)
    broken, good = tmp_path / "broken.jpg", tmp_path / "good.jpg"
    broken.write_bytes(b"\xff\xd8\xff" + bytes(500))
    good.write_bytes(jpeg())
    page.locator("#files").set_input_files([broken, good])
    page.get_by_role("button", name="送る").click()
    expect(page.get_by_text("届いています。ウイルス検査を待っています")).to_be_visible(timeout=30_000)
    with tenant_scope(phone.job.tenant_id):
        assert [upload.state for upload in Upload.objects.all()] == ["arrived", "arrived"]
    assert uploads_check(now=datetime.now(UTC)) == 2
    expect(page.get_by_text("写真として開けません")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("1件 未送信")).to_be_visible(timeout=30_000)
    with tenant_scope(phone.job.tenant_id):
        assert Evidence.objects.get().name == "good.jpg"


def test_closing_the_browser_while_offline_loses_nothing(site: Site, phone: Phone) -> None:
    page = _sheet(site, phone)
    context = page.context
    context.set_offline(True)
    _step(page, "閉じる前に書いたこと")
    page.get_by_label("したこと").fill("書きかけの文")
    expect(page.get_by_text("1件 未送信")).to_be_visible()
    page.wait_for_timeout(300)
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(site.address + phone.path("sheet/"))
    expect(again.get_by_text("閉じる前に書いたこと")).to_be_visible(timeout=30_000)
    expect(again.locator("[data-unsent]")).to_be_hidden(timeout=30_000)
    expect(again.get_by_label("したこと")).to_have_value("書きかけの文")
    assert _steps(phone) == ["閉じる前に書いたこと"]


def test_what_the_platform_refuses_is_shown_and_not_lost(site: Site, phone: Phone) -> None:
    page = _sheet(site, phone)
    page.context.set_offline(True)
    _step(page, "報告のあとに書いたこと")
    phone.write("start", kind="work")
    phone.write("stop")
    phone.report()
    page.context.set_offline(False)
    expect(page.get_by_text("報告したあとなので書き足せません").first).to_be_visible(timeout=30_000)
    expect(page.get_by_text("1件 未送信")).to_be_visible()
    assert _steps(phone) == []


def test_the_firm_draws_its_mark_with_a_finger_on_the_vendors_phone(site: Site, phone: Phone) -> None:
    phone.write("start", kind="work")
    phone.write("stop")
    phone.report()
    page = site.visit("engineer@vendor.invalid", PHONE)
    page.goto(site.address + phone.path("report/sign/"))
    page.locator("[data-mark-canvas]").scroll_into_view_if_needed()
    box = page.locator("[data-mark-canvas]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=8)
    page.mouse.move(box["x"] + 60, box["y"] + 110, steps=8)
    page.mouse.up()
    page.get_by_label("お名前").fill("桜井 花子")
    page.get_by_label("報告の内容を読み、確認しました").check()
    page.get_by_role("button", name="確認しました").click()
    expect(page.get_by_role("img", name="桜井 花子さんが書いたしるし")).to_be_visible()
    assert phone.state() == "signed"
