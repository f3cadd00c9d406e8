"""What a firm prints: black on white whatever the screen is set to, and nothing that asks for a press."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from alerts.models import AlertGroup
from tenants.tenancy.scope import tenant_scope
from tests.e2e.browser import DESK
from tests.e2e.conftest import Site


def _paper(site: Site, path: str) -> Page:
    page = site.visit("hanako@sakura.invalid", DESK)
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(site.address + path)
    return page


def test_pages_of_a_firm_are_printed_black_on_white_without_what_is_pressed(site: Site) -> None:
    for path in ("/", "/alerts/", "/incidents/2/", "/boxes/devices/", "/reports/"):
        page = _paper(site, path)
        colours = page.evaluate("(style => [style.backgroundColor, style.color])(getComputedStyle(document.body))")
        assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"], path
        for what in (".button:visible", ".main-nav:visible", "main form:visible"):
            expect(page.locator(what)).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.context.close()


def test_a_printed_notice_has_its_records_and_does_not_ask_for_a_press(site: Site) -> None:
    with tenant_scope(site.cast.sakura_dental.pk):
        group = AlertGroup.objects.get(rule="outbound-malware")
    page = _paper(site, f"/alerts/{group.pk}/")
    expect(page.get_by_text("いちばん近いものを1つ押してください", exact=False)).to_be_hidden()
    expect(page.get_by_role("heading", name="していただくこと")).to_be_visible()
    expect(page.get_by_text("目印の分類")).to_be_visible()
