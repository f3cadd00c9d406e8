"""Nothing in a page needs a loose Content-Security-Policy, and every page has its landmarks."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.templates import template_files
from tests.ui.samples import sample_context

ROOT = Path(__file__).resolve().parents[2]
PAGES = [path for path, name in template_files() if path.suffix == ".html" and not {"mail", "pdf"} & set(name.parts)]
ERROR_PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "409.html", "429.html", "500.html"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_has_inline_styles_scripts_or_handlers(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\sstyle\s*=", source)
    assert "<style" not in source
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    assert not re.search(r"\shx-on[:\w-]*\s*=", source)
    assert "javascript:" not in source
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in [*PAGES, *(ROOT / "static").rglob("*.css")]:
        assert not re.search(r"(?:src|href)=[\"']https?://|url\(\s*[\"']?https?:|@import|@font-face", path.read_text())


@pytest.mark.parametrize("name", [*ERROR_PAGES, "samples/staff.html", "components/showcase.html"])
def test_every_page_has_language_skip_link_landmarks_and_one_heading(name: str) -> None:
    html = render_to_string(name, sample_context(), request=RequestFactory().get("/"))
    assert '<html lang="ja">' in html
    assert '<a class="skip-link" href="#main">' in html
    assert html.count("<main") == 1
    assert html.count("<h1") == 1
    assert "<header" in html
    assert '"allowEval":false' in html
    assert '"includeIndicatorStyles":false' in html


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_pages_render_without_request_or_data(name: str) -> None:
    assert "ホームへ戻る" in render_to_string(name)
