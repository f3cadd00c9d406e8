"""Whatever a firm, a vendor or a machine wrote stays on the paper, and no sign of it is an empty box."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from pypdf import PdfReader

from bench.pdf import sample_figures
from printing.glyphs import GETA, NOTES, without_boxes
from printing.paper import PRESS
from reports.pages import report_html
from tenants.models import Organisation
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


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("受付\x01の\x7fPC\x9f", "受付のPC"),
        ("さくら\u202e歯科\u2066 御中", "さくら歯科 御中"),
        ("一行目\x0b二行目\u2028三行目", "一行目 二行目 三行目"),
        ("注\ufff9釈", "注釈"),
        ("番号\u0600\u06dd", f"番号{GETA}{GETA}"),
        ("葛\U000e0100城 辻\ufe00 か\u3099", "葛\U000e0100城 辻\ufe00 か\u3099"),
        ("👨\u200d👩\u200d👧 1\ufe0f\u20e3", "👨\u200d👩\u200d👧 1\ufe0f\u20e3"),
    ],
)
def test_a_sign_that_nobody_sees_is_no_box_and_turns_no_line_round(written: str, printed: str) -> None:
    assert without_boxes(f"<p>{written}</p>").removesuffix("</p>") == f"<p>{printed}"


def test_a_long_word_leaves_the_columns_beside_it_their_words() -> None:
    heads = "".join(f"<th scope='col'>{word}</th>" for word in ("種類", "方法", "開始", "内容"))
    row = f"<tr><th scope='row'>完了報告</th><td>遠隔</td><td>04:50</td><td>{PATH} {'x' * 150}</td></tr>"
    text = words(paper(f"<table><thead><tr>{heads}</tr></thead><tbody>{row}</tbody></table>"))
    for word in ("種類", "方法", "開始", "完了報告", "遠隔", "04:50"):
        assert word in text, word


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_busy_months_figures_leave_the_names_beside_them_room(language: str, tmp_path: Path) -> None:
    figures = sample_figures() | {"language": language}
    for row in figures["matrix"]:
        row |= {"count": 1_234_567, "blocked": 1_234_567, "notices": 12_345, "grades": [1_234_567, 12_345, 123_456, 99]}
    for row in figures["devices"]:
        row |= {"name": "desktop-2F-keiri", "inbound": 1_234_567, "outbound": 1_234_567, "blocked": 1_234_567}
    pdf = PRESS.print(report_html(figures))
    assert max(right_edges(pdf, tmp_path)) <= RIGHT_EDGE + 1
    text = words(pdf)
    names = {"ja": ("不正侵入対策", "外からの攻撃"), "en": ("Protection", "Antivirus", "Direction")}[language]
    for word in ("desktop-2F-keiri", "00:00:5e:", *names):
        assert word in text, word


def test_a_report_written_at_length_begins_below_its_title(tmp_path: Path) -> None:
    page = Template(
        "{% extends 'pdf/base.html' %}{% block styles %}{% include 'pdf/job.css' %}{% endblock %}"
        "{% block content %}<h1>作業報告書</h1><div class='verdict'>{{ words|linebreaks }}</div>{% endblock %}"
    )
    pdf = PRESS.print(page.render(Context({"words": "フルスキャンをしました。\n" * 70})))
    first = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert "作業報告書" in first
    assert "フルスキャン" in first


def test_a_hand_over_about_a_firm_with_much_to_say_is_printed_within_its_minute(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    firm = Organisation(name="国際先端情報通信安全保障技術研究開発推進機構" * 4, address=PATH, phone="075-000-0101")
    boxes = [{"name": f"支店{number} " + "x" * 60, "word": "動いています"} for number in range(25)]
    mail = "お世話になっております。" + PATH + "\n"
    context = {
        "escalation": {"name": PATH, "question": mail * 40, "at": now, "by": "花子"},
        "now": now,
        "topic": "ウイルス",
        "case": {"number": 12, "title": PATH, "importance": 3, "opened_at": now},
        "title": "引き継ぎ票",
        "firm": {"firm": firm, "people": ["花子"] * 6, "boxes": boxes},
        "callers": [PATH],
        "organisation_name": firm,
        "thread": [{"at": now, "title": "メール", "who": "a" * 64 + "@example.co.jp", "body": mail * 90}] * 20,
    }
    pdf = PRESS.print(render_to_string("pdf/handover.html", context))
    assert max(right_edges(pdf, tmp_path)) <= RIGHT_EDGE + 1
    assert "支店24" in words(pdf)
