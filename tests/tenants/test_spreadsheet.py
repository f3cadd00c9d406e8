"""What attackers wrote into names and hosts does nothing in the office's spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from base.spreadsheet import Cell, cell_text, csv_answer, csv_text, harmless, table_answer, xlsx_bytes


@pytest.mark.parametrize(
    "attack",
    [
        "=1+1",
        '=HYPERLINK("http://evil.invalid","見る")',
        "@SUM(A1)",
        "+1",
        "-2+3",
        "\t=1+1",
        "\r\n=1+1",
        "  =1+1",
        "＝1+1",
        "＠SUM(A1)",
        "\u3000=1+1",
        "\u200b=1+1",
        "|cmd",
        "%0A=1",
    ],
)
def test_text_that_would_be_calculated_is_shown_as_text(attack: str) -> None:
    assert harmless(attack).startswith("'")


@pytest.mark.parametrize("plain", ["さくら歯科", "a=b", "10.0.0.1", "", "03-0000-0000", "'既に", "株式会社A(代表)"])
def test_what_is_harmless_stays_as_it_is(plain: str) -> None:
    assert harmless(plain) == plain


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-5, "-5"),
        (Decimal("-1.50"), "-1.50"),
        (True, "1"),
        (None, ""),
        (date(2026, 11, 1), "2026-11-01"),
        (datetime(2026, 10, 31, 15, 30, tzinfo=UTC), "2026-11-01 00:30"),
    ],
)
def test_numbers_and_times_stay_numbers_and_times(value: Cell, text: str) -> None:
    assert cell_text(value) == text


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_no_text_whatever_begins_a_formula_or_another_cell(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(["a", "b"], rows), newline="")))
    assert [len(row) for row in read] == [2] * (len(rows) + 1)
    for cell in (cell for row in read for cell in row):
        assert cell.strip()[:1] not in set("=+-@|%＝＋－＠") - {""} or not cell.strip()
        assert "\n" not in cell
        assert "\r" not in cell


def test_the_file_is_saved_and_read_as_utf8_and_kept_in_no_cache() -> None:
    answer = csv_answer(name="請求\r\nX-Evil: 1", header=["会社"], rows=[["=1"]])
    assert answer.content.decode() == '\ufeff"会社"\r\n"\'=1"\r\n'
    assert answer["Content-Disposition"].startswith("attachment")
    assert "\n" not in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


def test_a_workbook_keeps_the_zeros_of_a_number_and_makes_no_date_of_it() -> None:
    header = ("請求書番号", "支払額", "決まった日", "率", "なし", "=A1")
    rows: list[tuple[Cell, ...]] = [
        ("0012", 48_000, datetime(2026, 11, 28, 1, 0, tzinfo=UTC), Decimal("0.5"), None, '=HYPERLINK("http://x")'),
        ("2026-11", 1, date(2026, 11, 28), 2.5, None, "+81-6-6944-6000"),
        ("1E5", 0, None, 1, None, "@SUM(1)"),
    ]
    book = load_workbook(io.BytesIO(xlsx_bytes(name="支払い/一覧", header=header, rows=rows)))
    sheet = book.active
    first = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in first] == [
        ("0012", "s", "@"),
        ("2026-11", "s", "@"),
        ("1E5", "s", "@"),
    ]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [48_000, 1, 0]
    assert sheet["C2"].value == datetime(2026, 11, 28, 10, 0)  # noqa: DTZ001
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}, "nothing is calculated"


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\ud800", "\x00", "\x0b", "\u2028"])
def test_one_sign_in_a_name_does_not_make_a_workbook_nobody_can_open(sign: str) -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(name="x", header=["会社"], rows=[[f"さくら{sign}歯科"]]))).active
    assert sheet["A2"].value.replace(" ", "") == "さくら歯科"
    assert "さくら" in csv_answer(name="x", header=["会社"], rows=[[f"さくら{sign}歯科"]]).content.decode()


def test_excel_shows_a_file_name_that_looks_like_its_own_escape_as_it_is() -> None:
    kept = xlsx_bytes(name="x", header=["ファイル"], rows=[["report_x0041_.zip"]])
    written = load_workbook(io.BytesIO(kept)).active["A2"].value
    assert unescape(written) == "report_x0041_.zip"


def test_people_get_a_workbook_first_and_programs_a_csv() -> None:
    workbook = table_answer("xlsx", name="請求", header=("番号",), rows=[("0012",)])
    assert workbook.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert (
        table_answer("csv", name="請求", header=("番号",), rows=[("0012",)])
        .headers["Content-Type"]
        .startswith("text/csv")
    )
