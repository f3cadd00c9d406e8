"""A chamber's clerk founds a consortium on an empty installation, by the wizard alone and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tenants.founding import code_make
from tenants.models import Organisation, Programme, ProgrammePartner, User
from tests.e2e import browser as browsing
from tests.e2e.browser import DESK, PASSWORD, PHONE
from tests.e2e.web import serving
from tests.factories import totp_make
from tests.tenants.people import mails_of, words_of

CLERK = "ayumu@aoki.invalid"
SOCS = ("あおき監視センター東", "あおき監視センター西")
VENDORS = ("あおきシステム", "あおきネット")


def _clean(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, (page.url, results.generate_report())
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{page.url} is wider than the phone"


def _heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    _clean(page)


def _fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"#id_{name}").fill(value)


def _partner(page: Page, name: str, address: str, **fields: str) -> None:
    _fill(page, name=name, person__name=f"青木 {name[-1]}", person__email=address, **fields)


def _add(page: Page, name: str) -> None:
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text(f"「{name}」を保存しました")).to_be_visible()


@pytest.fixture
def phone(chromium: Browser, database: None, tmp_path: Path) -> Iterator[Page]:
    with serving(tmp_path / "web.log") as address:
        page = chromium.new_context(viewport={"width": PHONE, "height": 844}, locale="ja-JP").new_page()
        page.goto(f"{address}/begin/")
        yield page
        page.context.close()


def test_a_clerk_founds_a_consortium_by_the_wizard_alone(phone: Page, chromium: Browser) -> None:
    address = phone.url.removesuffix("/begin/")
    _heading(phone, "事業を始める")
    _fill(phone, code="AAAAA-BBBBB-CCCCC-DDDDD")
    phone.get_by_role("button", name="始める").click()
    expect(phone.get_by_role("alert").or_(phone.locator(".error-summary")).first).to_contain_text("使えません")
    # By keyboard alone: the code, Tab to the button, Enter.
    phone.locator("#id_code").fill(code_make(now=timezone.now()).words.lower())
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    _heading(phone, "事業")
    _fill(phone, name="あおきお助け隊")
    phone.keyboard.press("Enter")
    _heading(phone, "事務局")
    _fill(phone, name="あおき商工会議所", email="office@aoki.invalid", person__name="青木 歩")
    phone.get_by_role("button", name="保存して次へ").click()
    _heading(phone, "事務局")  # the first person has no address yet, and the page says so
    _fill(phone, person__email=CLERK)
    phone.get_by_role("button", name="保存して次へ").click()
    _heading(phone, "相談窓口")

    # Left, and resumed in the same browser.
    phone.goto("about:blank")
    phone.goto(f"{address}/begin/")
    phone.get_by_role("link", name="続きから始める").click()
    expect(phone.locator("#id_name")).to_have_value("あおきお助け隊")
    phone.goto(f"{address}/begin/desk/")
    _partner(phone, "あおき相談窓口", "natsu@aoki.invalid", phone="0120-000-111", email="desk@aoki.invalid")
    phone.get_by_role("button", name="保存して次へ").click()

    _heading(phone, "SOC")
    for number, name in enumerate(SOCS):
        _partner(phone, name, f"soc{number}@aoki.invalid", prefectures=("大阪府", "奈良県")[number])
        _add(phone, name)
    phone.get_by_role("link", name="次へ進む").click()
    _heading(phone, "事業者")
    for number, name in enumerate(VENDORS):
        _partner(phone, name, f"vendor{number}@aoki.invalid", areas="大阪府、奈良県")
        _add(phone, name)
    _clean(phone)
    phone.get_by_role("link", name="次へ進む").click()
    _heading(phone, "保険会社")
    phone.get_by_role("link", name="入れずに次へ進む").click()
    _heading(phone, "地域展開")
    _partner(phone, "あおき信金", "bank@aoki.invalid")
    phone.locator("#id_branch").select_option("bank")
    _add(phone, "あおき信金")
    phone.get_by_role("link", name="次へ進む").click()
    _heading(phone, "確かめて始める")
    expect(phone.get_by_text("保険の請求は使えません")).to_be_visible()
    phone.set_viewport_size({"width": DESK, "height": 844})
    _clean(phone)
    phone.get_by_role("button", name="この内容で始める").click()
    _heading(phone, "事業を始めました")

    programme = Programme.objects.get()
    kinds = sorted(ProgrammePartner.objects.values_list("organisation__kind", flat=True))
    assert kinds == ["call_centre", "outreach", "soc", "soc", "vendor", "vendor"]
    _comes_in(chromium, address, programme)


def _comes_in(chromium: Browser, address: str, programme: Programme) -> None:
    """The clerk follows the link in the mail, chooses a password, and sees the partners; a second factor is asked."""
    mail = mails_of(programme.office_id, "invitation")[0]
    assert mail.to == CLERK
    link = re.search(r"https?://\S+/invitations/\S+", words_of(mail))
    assert link
    page = chromium.new_context(viewport={"width": PHONE, "height": 844}, locale="ja-JP").new_page()
    page.goto(link[0])
    expect(page.locator("#id_family_name")).to_have_value("青木")
    _fill(page, family_name_kana="あおき", given_name_kana="あゆむ", password=PASSWORD, password_again=PASSWORD)
    page.get_by_role("button", name="参加する").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2段階認証を設定してください")
    page.context.close()
    clerk = User.objects.get(email=CLERK)
    assert clerk.full_name == "青木 歩"
    totp_make(clerk)
    office = browsing.log_in(chromium, address, CLERK, PHONE)
    office.goto(f"{address}/office/partners/")
    _heading(office, "協力組織")
    for organisation in Organisation.objects.using("owner").exclude(pk=programme.office_id):
        expect(office.get_by_role("link", name=organisation.name, exact=True)).to_be_visible()
    office.get_by_role("link", name=SOCS[0]).click()
    _heading(office, SOCS[0])
    office.goto(f"{address}/office/partners/new/insurers/")
    _heading(office, "保険会社を加える")
    office.context.close()
