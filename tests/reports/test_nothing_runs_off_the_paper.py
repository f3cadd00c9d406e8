"""Whatever a firm, a vendor or a machine wrote stays on the paper, and no sign of it is an empty box."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from django.template import Context, Template

from printing.glyphs import GETA, NOTES
from printing.paper import PRESS
from tests.papers import RIGHT_EDGE, right_edges, words

PATH = (
    "C:\\Users\\yamada\\AppData\\Local\\Packages\\microsoft.windowscommunicationsapps_8wekyb3d8bbwe\\LocalState\\a.exe"
)


def paper(content: str) -> bytes:
    page = Template('{% extends "pdf/base.html" %}{% block content %}' + content + "{% endblock %}")
    return PRESS.print(page.render(Context({"organisation_name": "さくら歯科医院", "title": "報告書"})))


@pytest.mark.parametrize(
    "content",
    [
        f"<table><tbody><tr><th>場所</th><td>{PATH}</td><td>1,234,567</td><td>{PATH}</td></tr></tbody></table>",
        f"<dl class='facts'><dt>{PATH}</dt><dd>{PATH}</dd></dl>",
        f"<ul><li>{PATH}</li></ul><p>{PATH}</p><p class='note-box'>{'a' * 300}</p><h2>{'b' * 200}</h2>",
        f"<p>{'https://example.invalid/' + 'x' * 300}</p><div class='stat'><p>{'0' * 120}</p></div>",
    ],
)
def test_a_word_without_a_place_to_break_stays_on_the_paper(content: str, tmp_path: Path) -> None:
    pdf = paper(content)
    assert max(right_edges(pdf, tmp_path)) <= RIGHT_EDGE + 1


def test_a_figure_is_never_broken_in_two(tmp_path: Path) -> None:
    row = f"<tr><td>{PATH}</td><td class='num'>1,234,567,890円</td><td>{PATH}</td></tr>"
    assert "1,234,567,890円" in words(paper(f"<table>{row}</table>"))


def test_rare_kanji_of_a_name_and_signs_of_a_telephone_are_drawn(tmp_path: Path) -> None:
    pdf = paper("<p>𠮷野 𬵪 髙﨑 🙏 ☎</p>")
    (tmp_path / "paper.pdf").write_bytes(pdf)
    fonts = subprocess.run(["pdffonts", str(tmp_path / "paper.pdf")], capture_output=True, text=True, check=True).stdout
    assert GETA not in words(pdf)
    assert {"HanaMinB", "Symbola"} <= set(re.findall(r"\+(HanaMinB|Symbola)", fonts))


def test_a_sign_that_no_font_has_is_a_geta_with_a_note() -> None:
    text = words(paper("<p>外字\ue000と新しい絵文字\U0001fae8</p>"))
    assert f"外字{GETA}と新しい絵文字{GETA}" in text
    assert NOTES["ja"][:10] in text
