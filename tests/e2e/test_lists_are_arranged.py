"""Sort and columns of a list by keyboard, on a phone and on paper."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.browser import DESK, PHONE
from tests.e2e.conftest import Site


def test_a_heading_sorts_by_tab_and_enter_and_paper_has_the_table_alone(site: Site) -> None:
    page = site.visit("agent@desk.invalid", DESK)
    page.goto(f"{site.address}/boxes/")
    heading = page.get_by_role("columnheader", name="会社").get_by_role("link")
    for _press in range(60):
        page.keyboard.press("Tab")
        if heading.evaluate("link => link === document.activeElement"):
            break
    expect(heading).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/boxes/?sort=firm")
    expect(page.get_by_role("columnheader", name="会社")).to_have_attribute("aria-sort", "ascending")
    page.emulate_media(media="print")
    expect(page.get_by_role("table")).to_be_visible()
    assert (page.get_by_role("table").bounding_box() or {"width": 0})["width"] > 1000, "beside an empty column"
    expect(page.get_by_text("並べ替えと列を選ぶ")).to_be_hidden()
    expect(page.get_by_text("条件を保存・整理する")).to_be_hidden()


def test_on_a_phone_sort_and_columns_are_chosen_in_a_form(site: Site) -> None:
    page = site.visit("agent@desk.invalid", PHONE)
    page.goto(f"{site.address}/boxes/?show=&q=%E6%AD%AF")
    page.get_by_text("並べ替えと列を選ぶ").focus()
    page.keyboard.press("Enter")
    page.get_by_label("並べ替え", exact=True).select_option(label="最後の連絡(降順)")
    page.get_by_role("checkbox", name="指示").uncheck()
    page.get_by_role("button", name="この並びにする").click()
    page.wait_for_url("**sort=-seen**")
    assert "q=%E6%AD%AF" in page.url
    expect(page.get_by_role("row")).to_have_count(1 + 1)
    expect(page.get_by_role("cell")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
