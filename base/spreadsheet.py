"""Lists as files for spreadsheets: no cell can become a formula on the reader's computer.

Names, hosts and addresses come from outside. Excel and its kin calculate a cell that begins with one of a few signs,
also in full width (OWASP: CSV Injection); such text is written with an apostrophe before it, which they show as text.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

CSV = "text/csv; charset=utf-8; header=present"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 60  # letters of a column
_BEGINS_A_FORMULA = frozenset("=+-@\t\r\n|%")
# What no XML may hold: a workbook with one of these, in whatever cell, cannot be opened at all.
_NOT_IN_XML = frozenset("\ufffe\uffff")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as A
_SPACES = frozenset("\r\n\t\v\f\x85\u2028\u2029")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
Cell = str | int | float | Decimal | bool | date | datetime | None


def cell_text(value: Cell) -> str:
    """What is written for a value: text made harmless, numbers as they are, times in Japan to the minute."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, int | float | Decimal | date):
        return str(value)
    return harmless(value)


def harmless(text: str) -> str:
    """Text no spreadsheet calculates, on one line and without control characters."""
    line = "".join(" " if sign in _SPACES else sign for sign in text)
    line = "".join(sign for sign in line if not (unicodedata.category(sign) in _UNSEEN or sign in _NOT_IN_XML))
    first = unicodedata.normalize("NFKC", line.lstrip())[:1]
    return f"'{line}" if first in _BEGINS_A_FORMULA and first else line


def workbook_text(text: str) -> str:
    """The same for a cell of a workbook, where Excel shows what was written."""
    return _ESCAPED.sub("_x005F_", harmless(text))


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """RFC 4180 with every cell quoted: a separator the reader's country expects cannot split one."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in header])
    writer.writerows([cell_text(value) for value in row] for row in rows)
    return out.getvalue()


def table_answer(form: str, *, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The list as a file: "csv" for programs, else a workbook, which is what people open."""
    return (csv_answer if form == "csv" else xlsx_answer)(name=name, header=header, rows=rows)


def csv_answer(*, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """A file to save, called `name` (without ending; Japanese is fine). The mark at its beginning tells Excel UTF-8."""
    text = "\ufeff" + csv_text(header, rows)
    return _answer(text.encode(), f"{name}.csv", CSV)


def xlsx_answer(*, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The same as a workbook with one sheet of that name."""
    return _answer(xlsx_bytes(name=name, header=header, rows=rows), f"{name}.xlsx", XLSX)


def xlsx_bytes(*, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet in which numbers and days stay what they are, and text stays text.

    Excel guesses what a CSV cell might mean; here each cell says what it is: `0012` keeps its zeros, `2026-11` is no
    date, nothing is calculated.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_name(name)
    for line in ([*header], *rows):
        sheet.append([cell_value(value) for value in line])
    for cell in (cell for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)):
        cell.data_type, cell.number_format = "s", "@"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "B2"
    for at, column in enumerate(sheet.iter_cols(values_only=True), start=1):
        widest = max(len(str(value)) for value in column if value is not None)
        sheet.column_dimensions[get_column_letter(at)].width = min(2 * widest + 2, _WIDEST)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_name(name: str) -> str:
    """What a sheet may be called."""
    return "".join(sign for sign in name if sign not in "[]:*?/\\")[:31] or "list"


def cell_value(value: Cell) -> Cell:
    """What stands in a cell of a workbook: times in Japan, text made harmless, numbers and days as they are."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, bool):
        return cell_text(value)
    return workbook_text(value) if isinstance(value, str) else value


def _answer(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers=file_headers(name))


def file_headers(name: str) -> dict[str, str]:
    """Of a file to save under this name, which no cache keeps."""
    return {
        "Cache-Control": "no-store, private",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
    }
