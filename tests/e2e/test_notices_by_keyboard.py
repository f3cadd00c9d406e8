"""A firm reads its notices by keys; who has a finger or a mouse only is not disturbed by them."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.browser import DESK, PHONE
from tests.e2e.conftest import Site

MARKED = '[data-queue-row][aria-selected="true"]'


def test_lines_are_walked_opened_and_searched_by_keys(site: Site) -> None:
    page = site.visit("hanako@sakura.invalid", DESK)
    page.goto(f"{site.address}/alerts/")
    expect(page.locator(MARKED)).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-queue-row]").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    address = second.locator("[data-queue-open]").get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    page.go_back()
    page.keyboard.press("/")
    page.keyboard.type("shop1.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=shop1.example**")
    expect(page.locator("[data-queue-row]")).to_have_count(1)
    page.locator("main h1").click()
    page.keyboard.press("?")
    expect(page.locator("#keyboard-help")).to_be_visible()


def test_on_a_phone_the_page_opens_at_its_top_and_nothing_is_marked(site: Site) -> None:
    page = site.visit("hanako@sakura.invalid", PHONE)
    page.goto(f"{site.address}/alerts/")
    expect(page.locator(MARKED)).to_have_count(0)
    assert page.evaluate("scrollY") == 0


def test_a_president_sees_the_answer_and_the_button_without_scrolling(site: Site) -> None:
    page = site.visit("hanako@sakura.invalid", PHONE)
    page.goto(f"{site.address}/")
    height = page.viewport_size["height"] if page.viewport_size else 0
    button = page.locator(".hero a.button").first.bounding_box()
    assert button is not None
    assert button["y"] + button["height"] <= height
