"""Tables that people send: CSV in the encodings of this country, or the first sheet of a workbook. Bounded, before use.

Files come in as UTF-8 with or without a mark, as CP932 (Excel for Windows) or as Excel's "Unicode text" (UTF-16, tabs).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from base.refusals import Refusal
from base.spreadsheet import harmless

MOST_COLUMNS = 50
UNPACKED_CAP = 20_000_000  # bytes of a workbook once it is unpacked
# CP932 has a letter for almost every byte; these stand in no text.
_NO_TEXT = re.compile("[\x00-\x08\ufffd\uf8f0-\uf8f3]")
_ENCODINGS = (("utf-8", "UTF-8"), ("cp932", "CP932"))


class TableUnreadable(Refusal):
    """`code`: empty, encoding, old_excel, workbook, too_large."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class TableRead:
    """Lines of cells as text, the first one of the file first; empty cells and lines at the ends are left out.

    `form`: how the file was written, for people: "CSV (CP932)", "Excel". `is_cut`: there are more lines than were read.
    """

    lines: list[list[str]]
    form: str
    is_cut: bool


def table_read(content: bytes, *, most_lines: int) -> TableRead:
    """Read what was sent. Raises TableUnreadable."""
    if not content.strip():
        raise TableUnreadable("empty")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableUnreadable("old_excel")
    if content.startswith(b"PK"):
        lines, form = _workbook_lines(content, most_lines), "Excel"
    else:
        text, encoding = _decoded(content)
        lines, form = _csv_lines(text), f"CSV ({encoding})"
    read: list[list[str]] = []
    for line in lines:
        if len(read) > most_lines:
            break
        read.append(_without_end([cell.strip() for cell in line[:MOST_COLUMNS]]))
    return TableRead(_without_end(read[:most_lines]), form, len(read) > most_lines)


def _without_end(row: list[Any]) -> list[Any]:
    """Without what is empty at its end."""
    while row and not row[-1]:
        row.pop()
    return row


def cell_plain(text: str) -> str:
    """The text behind a cell that base.spreadsheet made harmless; any other as it is."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            raise TableUnreadable("encoding") from None
    bare = content.removeprefix(b"\xef\xbb\xbf")
    for encoding, name in _ENCODINGS:
        try:
            text = bare.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NO_TEXT.search(text):
            return text, name
    raise TableUnreadable("encoding")


def _csv_lines(text: str) -> Iterator[list[str]]:
    head = text.lstrip("\r\n").partition("\n")[0]
    separator = max(",\t;", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=separator)
    except csv.Error:
        raise TableUnreadable("too_large") from None


def _workbook_lines(content: bytes, most_lines: int) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED_CAP:
                raise TableUnreadable("too_large")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # The sheet's own word for its size is not believed.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=most_lines + 1, max_col=MOST_COLUMNS, values_only=True)
        yield from ([_cell_text(value) for value in row] for row in rows)
    except TableUnreadable:
        raise
    except Exception as error:  # whatever a broken workbook makes openpyxl, zipfile or the XML parser raise
        raise TableUnreadable("workbook") from error


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ", timespec="minutes") if isinstance(value, datetime) else value.isoformat()
    return unescape(value) if isinstance(value, str) else str(value)
