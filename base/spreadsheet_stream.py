"""Long lists as files: read and sent part by part, so that memory holds a part and never the list."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from django.http import StreamingHttpResponse
from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from base.spreadsheet import CSV, XLSX, Cell, cell_text, cell_value, file_headers, harmless, sheet_name, workbook_text

LINES_AT_ONCE = 200
BYTES_AT_ONCE = 65_536
_NARROWEST = 14  # letters of a column


def table_stream(
    form: str, *, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """A file to save, called `name` (without ending): "csv" for programs, else a workbook.

    `rows` is read while the file is sent, in the language of the page that was asked for.
    """
    language = translation.get_language()
    if form == "csv":
        pieces, kind, ending = csv_pieces(header, rows), CSV, "csv"
    else:
        pieces, kind, ending = xlsx_pieces(name, header, rows), XLSX, "xlsx"
    answer = StreamingHttpResponse(_spoken(language, pieces), content_type=kind)
    for key, value in file_headers(f"{name}.{ending}").items():
        answer.headers[key] = value
    return answer


def csv_pieces(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """As base.spreadsheet.csv_answer writes it."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    out.write("\ufeff")
    writer.writerow([harmless(column) for column in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([cell_text(value) for value in row])
        if number % LINES_AT_ONCE == 0:
            yield _taken(out)
    yield _taken(out)


def xlsx_pieces(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """One sheet, as base.spreadsheet.xlsx_bytes writes it; the workbook lies in a file until it has been sent."""
    with tempfile.TemporaryFile() as file:
        _write(file, name, header, rows)
        file.seek(0)
        while piece := file.read(BYTES_AT_ONCE):
            yield piece


def _write(file: IO[bytes], name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name(name))
    sheet.freeze_panes = "B2"
    for at, column in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = max(_NARROWEST, 2 * len(column) + 2)
    sheet.append([_text_cell(sheet, workbook_text(column), bold=True) for column in header])
    for row in rows:
        values = [cell_value(value) for value in row]
        sheet.append([_text_cell(sheet, value) if isinstance(value, str) else value for value in values])
    book.save(file)


def _text_cell(sheet: object, text: str, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type, cell.number_format = "s", "@"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


def _spoken(language: str | None, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Each piece is made in this language; between two pieces the server does other work."""
    while True:
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
