"""Components render, escape what they are given, and say state in words."""

import re

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.ui.samples import sample_context


def render(source: str, **context: object) -> str:
    return Template("{% load ui formats chart_tags %}" + source).render(Context(context))


class Answer(forms.Form):
    result = forms.ChoiceField(label="結果", widget=forms.RadioSelect, choices=[("a", "取り除いた"), ("b", "なし")])
    phone = forms.CharField(label="電話", help_text="例: 03-0000-0000")
    memo = forms.CharField(label="メモ", required=False)
    agree = forms.BooleanField(label="同意する")


@pytest.mark.parametrize(
    ("level", "words"),
    [(3, "重要度 高(★★★)"), (2, "重要度 中(★★☆)"), (1, "重要度 低(★☆☆)"), (0, "重要度 なし(記録のみ)")],
)
def test_importance_is_word_icon_and_colour(level: int, words: str) -> None:
    html = render("{% importance level %}", level=level)
    assert words in html
    assert "<svg" in html
    assert f"importance--{level}" in html
    assert render("{{ level|importance_text }}", level=level) == words


@pytest.mark.parametrize("level", [4, -1, "3", None])
def test_a_grade_that_does_not_exist_is_refused(level: object) -> None:
    with pytest.raises(TemplateSyntaxError):
        render("{% importance level %}", level=level)


@pytest.mark.parametrize("state", ["safe", "attention", "danger", "info", "unknown"])
def test_the_hero_answers_in_words_and_is_the_heading(state: str) -> None:
    html = render('{% hero state=state title="安全ですか" %}<p>本文</p>{% endhero %}', state=state)
    assert '<h1 class="hero__title">安全ですか</h1>' in html
    assert re.search(r'hero__word">[^<]+<', html)
    assert "<p>本文</p>" in html


def test_what_comes_from_outside_is_escaped_everywhere() -> None:
    evil = "<script>alert(1)</script>"
    source = (
        "{% chip evil %}{% button evil href=evil %}{% icon 'check' evil %}{% stat evil evil %}"
        "{% banner 'info' evil %}{{ evil }}{% endbanner %}{% card title=evil aside=evil %}{{ evil }}{% endcard %}"
        "{% empty evil %}{% endempty %}{% page_header evil evil evil %}{% endpage_header %}"
        "{% section evil note=evil %}{% endsection %}{% disclosure evil %}{% enddisclosure %}"
        "{% data_table evil headers rows %}{% facts facts %}{% tabs items %}{% steps headers 1 %}"
        "{% breadcrumbs evil evil evil %}{% hero 'safe' evil %}{% endhero %}{% emergency evil %}{% endemergency %}"
    )
    html = render(
        source, evil=evil, headers=[evil], rows=[[evil]], facts=[(evil, evil)], items=[{"label": evil, "href": evil}]
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 20


def test_a_button_is_a_link_only_when_it_has_an_address() -> None:
    assert render('{% button "送る" name="a" hx_post="/x" %}').startswith("<button")
    assert 'hx-post="/x"' in render('{% button "送る" hx_post="/x" %}')
    assert 'type="submit"' in render('{% button "送る" %}')
    assert render('{% button "見る" href="/x" kind="secondary" %}').startswith('<a class="button button--secondary"')


def test_a_field_ties_label_hint_and_error_to_its_input() -> None:
    html = render("{% form_fields form %}", form=Answer({"result": "a"}))
    assert '<label class="field__label" for="id_phone">' in html
    assert re.search(r'<input[^>]*aria-describedby="id_phone_hint id_phone_error"', html)
    assert re.search(r'<input[^>]*aria-invalid="true"', html)
    assert html.count(">必須<") == 3
    assert "任意" in html
    assert '<a href="#id_phone">' in html
    assert html.count("<fieldset") == 1
    assert html.count('type="radio"') == 2


def test_a_form_in_order_shows_no_errors() -> None:
    html = render("{% form_fields form %}", form=Answer({"result": "a", "phone": "1", "agree": "on"}))
    assert "error-summary" not in html
    assert "aria-invalid" not in html


def test_table_cells_carry_their_heading_for_the_phone() -> None:
    html = render('{% data_table "表" headers rows numeric="1" %}', headers=["会社", "件数"], rows=[["A社", 1234]])
    assert '<th scope="row" role="rowheader" data-label="会社">A社</th>' in html
    assert '<td role="cell" data-label="件数" class="num">1,234</td>' in html


def test_pages_keep_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/alerts/", {"state": "open", "page": "2"})
    html = render("{% pagination page %}", page=Paginator(range(95), 10).page(2), request=request)
    assert "?state=open&amp;page=3" in html
    assert "全95件のうち 11〜20件目" in html
    assert 'aria-current="page">2<' in html


def test_a_chart_brings_its_table_and_a_drawing_for_the_phone() -> None:
    html = render("{% chart data 'top' %}", data=sample_context()["chart_top"])
    assert html.count("<svg xmlns") == 2
    assert "数字を表で見る" in html
    assert "7,906" in html


def test_every_component_stands_on_the_component_page() -> None:
    html = render_to_string("components/showcase.html", sample_context(), request=RequestFactory().get("/"))
    assert html.count("<h1") == 1
    for part in (
        "hero",
        "importance",
        "chip",
        "banner",
        "emergency",
        "card",
        "facts",
        "stat",
        "empty",
        "disclosure",
        "todo",
        "timeline",
        "table",
        "pagination",
        "chart",
        "field",
        "error-summary",
        "tabs",
        "steps",
        "progress",
        "breadcrumbs",
        "dialog",
        "main-nav",
        "menu",
    ):
        assert f'class="{part}' in html, part


def test_mail_says_importance_and_the_first_step_before_anything_else_in_both_forms() -> None:
    for template in ("samples/mail.html", "samples/mail.txt"):
        mail = render_to_string(template, sample_context())
        body = mail[mail.index("さくら歯科医院 御中") :]
        order = [body.index(words) for words in ("重要度 高(★★★)", "パソコン1台が", "LANケーブル", "0120-000-000")]
        assert order == sorted(order)
        assert "<img" not in mail
    assert "&" not in render_to_string("samples/mail.txt", sample_context())
