"""The office's tables as files: one CSV per table, one workbook with a sheet each. No cell is ever calculated."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from base.spreadsheet import Cell as Plain
from base.spreadsheet import csv_text, workbook_text
from reports.office_tables import Cell, Row, Table


def table_csv(table: Table) -> bytes:
    """UTF-8 with the mark by which Excel knows it."""
    header, rows = plain(table)
    return ("\ufeff" + csv_text(header, rows)).encode()


def workbook(tables: Sequence[Table], *, about: Sequence[tuple[str, str]]) -> bytes:
    """XLSX: the first sheet says what the figures are about, then one sheet per table with its notes."""
    book = Workbook()
    first = book.active
    first.title = sheet_name(gettext("この表について"), ())
    for line in about:
        first.append([workbook_text(text) for text in line])
    first.column_dimensions["A"].width, first.column_dimensions["B"].width = 24, 60
    for table in tables:
        sheet = book.create_sheet(sheet_name(table.title, book.sheetnames))
        header, rows = plain(table)
        sheet.append([workbook_text(table.title)])
        sheet.append([workbook_text(name) for name in header])
        for row in rows:
            sheet.append([_written(value) for value in row])
        for note in (*table.notes, table.source_note):
            sheet.append([workbook_text(note)])
        _dress(sheet, len(header))
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                _no_formula(cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_name(title: str, taken: Sequence[str]) -> str:
    """A title as the name of a sheet: at most 31 letters, without those Excel forbids, not one that is taken."""
    name = re.sub(r"[\[\]:*?/\\]", " ", title).strip().strip("'")[:31] or "-"
    again = 2
    while name.casefold() in {known.casefold() for known in taken}:
        name = f"{name[: 31 - len(f' {again}')]} {again}"
        again += 1
    return name


def plain(table: Table) -> tuple[list[str], list[list[Plain]]]:
    """Header and rows; a table with shares has a column of them beside each column of numbers."""
    header = list(table.header[:1])
    for name in table.header[1:]:
        header += [name, f"{name} (%)"] if table.shares else [name]
    return header, [[row.label, *_cells(row, shares=table.shares)] for row in table.rows]


def _cells(row: Row, *, shares: bool) -> list[Plain]:
    cells: list[Plain] = []
    for cell in row.cells:
        cells += [cell.value, cell.share] if shares else [cell.value]
    return cells


def shown(cell: Cell) -> str:
    """A cell for the screen: `22(81%)`, `93.8%`, `―` for nothing to say."""
    if cell.value is None:
        return "―"
    number = f"{cell.value:,}{cell.unit}"
    return f"{number}({cell.share}%)" if cell.share is not None else number


def _written(value: Plain) -> Plain:
    if isinstance(value, Decimal):
        return float(value)
    return workbook_text(value) if isinstance(value, str) else value


def _no_formula(cell: SheetCell) -> None:
    """Text stays text, whatever it begins with."""
    if cell.data_type == "f":
        cell.data_type = "s"


def _dress(sheet: object, columns: int) -> None:
    sheet.freeze_panes = "B3"  # type: ignore[attr-defined]
    sheet["A1"].font = Font(bold=True)  # type: ignore[index]
    for cell in sheet[2]:  # type: ignore[index]
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for at in range(1, columns + 1):
        sheet.column_dimensions[get_column_letter(at)].width = 32 if at == 1 else 14  # type: ignore[attr-defined]
