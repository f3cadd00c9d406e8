"""The paper base: A4, Japanese font inside, tagged, firm, period and page numbers on every page."""

from io import BytesIO
from typing import Any

import pytest
from django.template.loader import render_to_string
from pypdf import PdfReader
from weasyprint import HTML

from tests.ui.samples import sample_context


@pytest.fixture
def paper() -> PdfReader:
    data = HTML(string=render_to_string("samples/paper.html", sample_context())).write_pdf(pdf_variant="pdf/ua-1")
    return PdfReader(BytesIO(data))


def test_every_page_names_firm_period_and_its_number(paper: PdfReader) -> None:
    count = len(paper.pages)
    assert count >= 2
    for number, page in enumerate(paper.pages, start=1):
        words = page.extract_text()
        assert "さくら歯科医院" in words
        assert "2026年10月" in words
        assert f"{number} / {count}" in words


def test_it_is_a4_tagged_and_in_japanese(paper: PdfReader) -> None:
    box = paper.pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == (210, 297)
    root: Any = paper.trailer["/Root"]
    assert root["/Lang"] == "ja"
    assert "/StructTreeRoot" in root
    assert root["/MarkInfo"]["/Marked"]


def test_its_fonts_are_embedded(paper: PdfReader) -> None:
    for page in paper.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert "NotoSansCJK" in descendant["/BaseFont"].replace("-", "")
            assert any(key in descendant["/FontDescriptor"] for key in ("/FontFile2", "/FontFile3"))
