"""Tables that firms send are read in every encoding of this country, within bounds, and never believed further."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from base.spreadsheet import csv_text, harmless, xlsx_bytes
from base.spreadsheet_reading import TableUnreadable, cell_plain, table_read

LINES = [["機器名", "メモ"], ["受付のパソコン", "髙﨑さん"], ["", "③"]]


def read(content: bytes, most: int = 100) -> list[list[str]]:
    return table_read(content, most_lines=most).lines


@pytest.mark.parametrize(
    ("encoding", "separator", "form"),
    [
        ("utf-8", ",", "CSV (UTF-8)"),
        ("utf-8-sig", ",", "CSV (UTF-8)"),
        ("cp932", ",", "CSV (CP932)"),
        ("cp932", "\t", "CSV (CP932)"),
        ("utf-8", ";", "CSV (UTF-8)"),
        ("utf-16", "\t", "CSV (UTF-16)"),
    ],
)
def test_csv_is_read_in_the_encodings_of_this_country(encoding: str, separator: str, form: str) -> None:
    text = "\r\n".join(separator.join(line) for line in LINES) + "\r\n"
    table = table_read(text.encode(encoding), most_lines=100)
    assert (table.lines, table.form, table.is_cut) == (LINES, form, False)


def test_a_quoted_cell_keeps_its_comma_and_its_line() -> None:
    assert read(b'a,b\r\n"1,2","x\r\ny"\r\n') == [["a", "b"], ["1,2", "x\r\ny"]]


def test_numbers_and_days_of_a_workbook_are_text_as_people_wrote_them() -> None:
    book = Workbook()
    at = datetime(2026, 11, 1, 9, 30)  # noqa: DTZ001 - a workbook knows no zones
    for line in (["番号", "日"], [12, date(2026, 11, 1)], ["0012", at], [1.5, True]):
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue())[1:] == [["12", "2026-11-01"], ["0012", "2026-11-01 09:30"], ["1.5", "1"]]


@pytest.mark.parametrize("text", ["=1+1", "＝1+1", "-5", "'既に", "'=1", "_x0041_", "普通", "@a"])
def test_what_we_write_is_read_as_it_was(text: str) -> None:
    for content in (csv_text(["a"], [[text]]).encode(), xlsx_bytes(name="a", header=["a"], rows=[[text]])):
        cell = read(content)[1][0]
        assert harmless(cell_plain(cell)) == harmless(text)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"PK\x03\x04 no workbook", "workbook"),
        ("名前".encode("euc-jp") + b"\xff\xff", "encoding"),
        (b"\x00\x01\x02a,b", "encoding"),
        (b"\xff\xfea", "encoding"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(content: bytes, code: str) -> None:
    with pytest.raises(TableUnreadable) as refusal:
        read(content)
    assert refusal.value.code == code


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    assert len(out.getvalue()) < 100_000
    with pytest.raises(TableUnreadable, match="too_large"):
        read(out.getvalue())


def test_a_workbook_that_names_entities_in_entities_is_no_workbook() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    content = xlsx_bytes(name="a", header=["a"], rows=[])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as good, zipfile.ZipFile(out, "w") as packed:
        for part in good.namelist():
            text = good.read(part)
            if part == "xl/worksheets/sheet1.xml":
                text = (bomb + "]><worksheet><sheetData>&j;</sheetData></worksheet>").encode()
            packed.writestr(part, text)
    with pytest.raises(TableUnreadable, match="workbook"):
        read(out.getvalue())


def test_more_lines_than_are_wanted_are_not_read_and_it_says_so() -> None:
    table = table_read("\n".join(f"{number},x" for number in range(50)).encode(), most_lines=10)
    assert (len(table.lines), table.is_cut) == (10, True)
    wide = table_read((",".join("x" * 500)).encode(), most_lines=10)
    assert len(wide.lines[0]) == 50
