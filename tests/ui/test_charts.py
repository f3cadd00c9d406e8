"""Charts are valid SVG, may stand on a page with a strict CSP, and lose nothing without colour or sight."""

from collections.abc import Callable
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from tests.ui.colours import contrast, luminance
from web.chart_data import nice_ticks
from web.chart_marks import PALETTE
from web.charts import ChartData, Series, bar_chart, line_chart, sparkline, top_chart

SVG = "{http://www.w3.org/2000/svg}"
DATA = ChartData(
    title='止めた通信 <"&>',
    categories=("5月", "6月", "7月 <b>"),
    series=(Series("外部からの攻撃", (320, 410, None)), Series("外部への不正通信", (40, 0, 4))),
    unit="件",
    period="2026年5月〜7月",
    n=53,
)
NOTHING = ChartData("なし", (), (Series("件", ()),))
ZEROS = ChartData("ゼロ", ("5月", "6月"), (Series("件", (0, 0)),), "件")
DRAWINGS: list[Callable[[ChartData], str]] = [
    bar_chart,
    lambda data: bar_chart(data, stacked=True),
    lambda data: bar_chart(data, width=340),
    line_chart,
    top_chart,
    lambda data: top_chart(data, width=340),
    sparkline,
]


@pytest.mark.parametrize("draw", DRAWINGS)
@pytest.mark.parametrize("data", [DATA, NOTHING, ZEROS])
def test_every_chart_is_xml_with_title_and_description_and_without_styles(
    draw: Callable[[ChartData], str], data: ChartData
) -> None:
    root = ElementTree.fromstring(draw(data))
    texts = [root.find(f"{SVG}title"), root.find(f"{SVG}desc")]
    assert all(element is not None for element in texts)
    named = root.attrib["aria-labelledby"].split()
    assert [element.attrib["id"] for element in texts if element is not None] == named
    for element in root.iter():
        assert "style" not in element.attrib
        assert not any(name.startswith("on") for name in element.attrib)
        assert element.tag not in {f"{SVG}script", f"{SVG}style", f"{SVG}image"}


def test_words_in_charts_are_text_never_markup() -> None:
    root = ElementTree.fromstring(bar_chart(DATA))
    assert root.findtext(f"{SVG}title") == DATA.caption
    assert root.find(f".//{SVG}b") is None


def test_the_caption_carries_unit_period_and_n() -> None:
    assert DATA.caption == '止めた通信 <"&>(件、2026年5月〜7月、n=53)'


def test_the_table_behind_a_chart_says_the_same_and_keeps_missing_apart_from_zero() -> None:
    headers, rows = DATA.table
    assert headers == ["", "外部からの攻撃", "外部への不正通信"]
    assert rows == [["5月", "320", "40"], ["6月", "410", "0"], ["7月 <b>", "–", "4"]]


def test_top_lists_start_with_the_largest_and_stop_at_the_limit() -> None:
    data = ChartData("上位", ("少", "多", "中"), (Series("件", (1, 30, 20)),), "件")
    words = [element.text for element in ElementTree.fromstring(top_chart(data, limit=2)).iter(f"{SVG}text")]
    assert words == ["多", "30件", "中", "20件"]


def test_two_charts_on_one_page_do_not_share_ids() -> None:
    drawn = [bar_chart(DATA), bar_chart(DATA, width=340), line_chart(DATA), bar_chart(ZEROS)]
    ids = [
        element.attrib["id"]
        for drawing in drawn
        for element in ElementTree.fromstring(drawing).iter()
        if "id" in element.attrib
    ]
    assert len(ids) == len(set(ids)) == 8


@pytest.mark.parametrize("highest", [0, 0.4, 1, 3, 7, 44, 640, 10796, 1_000_000])
def test_the_axis_reaches_the_highest_value_in_equal_steps(highest: float) -> None:
    ticks = nice_ticks(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest
    steps = {round(after - before, 9) for before, after in pairwise(ticks)}
    assert len(steps) == 1
    assert len(ticks) <= 7


def test_colours_stand_out_from_paper_and_neighbours_differ_in_grey() -> None:
    assert all(contrast(colour, "#ffffff") >= 3 for colour in PALETTE)
    assert all(abs(luminance(a) - luminance(b)) > 0.02 for a, b in pairwise(PALETTE))


def test_data_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="2 expected"):
        ChartData("x", ("a", "b"), (Series("件", (1,)),))
    with pytest.raises(ValueError, match="negative"):
        ChartData("x", ("a",), (Series("件", (-1,)),))
    with pytest.raises(ValueError, match="at most"):
        ChartData("x", (), tuple(Series(str(at), ()) for at in range(7)))


def test_a_stack_of_which_nothing_was_told_has_a_dash_and_no_zero() -> None:
    rows = (Series("受信", (None, 0)), Series("送信", (None, 0)))
    drawn = ElementTree.fromstring(bar_chart(ChartData("量", ("1日", "2日"), rows), stacked=True))
    words = [mark.text for mark in drawn.iter(f"{SVG}text")]
    assert words.count("–") == 1
