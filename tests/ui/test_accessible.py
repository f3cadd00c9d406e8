"""In a real browser: axe finds nothing, nothing is wider than a phone, and the queue works without a mouse."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Page, sync_playwright

from tests.ui.samples import sample_context

STATIC = Path(__file__).resolve().parents[2] / "static"
SMALL_TARGETS = """
[...document.querySelectorAll('a, button, summary, select, input:not([type=checkbox], [type=radio], [type=hidden])')]
  .filter(e => !e.closest('p, dialog') && !e.classList.contains('skip-link'))
  .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 43.5)
  .map(e => e.outerHTML.slice(0, 120))
"""

pytestmark = pytest.mark.e2e


@pytest.fixture
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def show(page: Page, template: str, folder: Path, width: int) -> None:
    html = render_to_string(template, sample_context(), request=RequestFactory().get("/"))
    file = folder / "page.html"
    file.write_text(html.replace('"/static/', f'"{STATIC.as_uri()}/'))
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(file.as_uri())


@pytest.mark.parametrize("template", ["components/showcase.html", "samples/staff.html", "404.html"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(browser_page: Page, tmp_path: Path, template: str, width: int) -> None:
    show(browser_page, template, tmp_path, width)
    violations = Axe().run(browser_page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in violations] == []


@pytest.mark.parametrize("template", ["components/showcase.html", "samples/staff.html", "404.html"])
def test_on_a_phone_nothing_overflows_and_every_target_can_be_hit(
    browser_page: Page, tmp_path: Path, template: str
) -> None:
    show(browser_page, template, tmp_path, 390)
    assert browser_page.evaluate("document.documentElement.scrollWidth") == 390
    assert browser_page.evaluate(SMALL_TARGETS) == []


LONG = "https[:]//" + "x" * 180
MAIL = (
    "{% extends 'mail/base.html' %}{% block content %}<p>{{ long }}</p>{% include 'components/mail/heading.html' with"
    " text=long %}{% include 'components/mail/facts.html' %}{% include 'components/mail/steps.html' %}{% endblock %}"
)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_name_or_path_without_a_place_to_break_makes_no_mail_wider_than_the_screen(
    browser_page: Page, width: int
) -> None:
    texts = dict.fromkeys(("addressee", "heading", "first_step", "reason", "long"), LONG)
    browser_page.set_viewport_size({"width": width, "height": 844})
    browser_page.set_content(Template(MAIL).render(Context({**texts, "facts": [(LONG, LONG)], "steps": [LONG]})))
    assert browser_page.evaluate("document.documentElement.scrollWidth") == width


def test_a_queue_is_worked_with_the_keyboard(browser_page: Page, tmp_path: Path) -> None:
    show(browser_page, "samples/staff.html", tmp_path, 1280)
    keys = browser_page.keyboard
    keys.press("j")
    assert browser_page.evaluate("document.activeElement.textContent") == "やまだ製作所"
    keys.press("?")
    assert browser_page.locator("#keyboard-help").is_visible()
    keys.press("Escape")
    keys.press("/")
    keys.type("jk")
    assert browser_page.locator("[data-queue-search]").input_value() == "jk"


def test_single_keys_can_be_switched_off(browser_page: Page, tmp_path: Path) -> None:
    show(browser_page, "samples/staff.html", tmp_path, 1280)
    browser_page.keyboard.press("?")
    browser_page.locator("[data-shortcuts-on]").uncheck()
    browser_page.locator("[data-dialog-close]").click()
    browser_page.keyboard.press("j")
    assert (
        browser_page.locator("[data-queue-row][aria-selected=true] [data-queue-open]").inner_text() == "さくら歯科医院"
    )
