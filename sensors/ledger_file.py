"""A firm's own list of its machines as a file: which columns it has, what is wrong with a line. Plain data.

OSK 5.3.3: firms could not find a machine in their list of PCs; more than half had none (THK).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from ipaddress import ip_address
from pathlib import Path

from base.spreadsheet_reading import TableRead, cell_plain
from sensors.mac import mac_read

MOST_LINES = 2_000  # as many machines as a box remembers
MOST_ERRORS = 500
_SPACES = re.compile(r"\s+")
_SIGNS = re.compile(r"[\W_]")


@dataclass(frozen=True)
class LedgerEntry:
    """A machine in the firm's list; every value as text, "" for none. `mac` as `aa:bb:…`."""

    number: str = ""
    name: str = ""
    kind: str = ""
    mac: str = ""
    ip: str = ""
    owner: str = ""
    place: str = ""
    note: str = ""

    @property
    def values(self) -> dict[str, str]:
        """Column → value."""
        return asdict(self)


COLUMNS = tuple(field.name for field in fields(LedgerEntry))
_RULES = tomllib.loads((Path(__file__).parent / "ledger_columns.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class LineError:
    """What is wrong with a line of the file (its number as people count, the heading is 1) and in which column.

    code: nothing, mac, ip, long, twice_mac, twice_number; `other`: the line that has the same.
    """

    line: int
    code: str
    column: str = ""
    value: str = ""
    other: int = 0


@dataclass(frozen=True)
class LedgerRead:
    """What a file came to. `unknown`: headings of columns that are not read."""

    entries: tuple[LedgerEntry, ...]
    errors: tuple[LineError, ...]
    unknown: tuple[str, ...]
    form: str
    is_cut: bool


class HeadingMissing(ValueError):
    """No line at the top of the file names a column for the machine's name or its MAC address."""


def ledger_read(table: TableRead) -> LedgerRead:
    """Entries of the lines that are whole, errors of the others. Raises HeadingMissing."""
    place, columns = _heading(table.lines)
    entries: list[LedgerEntry] = []
    errors: list[LineError] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in enumerate(table.lines[place + 1 :], start=place + 2):
        if not any(cells):
            continue
        entry, wrong = _entry(number, cells, columns)
        wrong = wrong or _twice(number, entry, seen)
        if wrong:
            errors += wrong
        else:
            entries.append(entry)
    known = {at for at, _column in columns}
    unknown = tuple(cell for at, cell in enumerate(table.lines[place]) if cell and at not in known)
    return LedgerRead(tuple(entries), tuple(errors[:MOST_ERRORS]), unknown, table.form, table.is_cut)


def mac_of(text: str) -> str | None:
    """`aa:bb:…` from any usual spelling: with colons, dashes, dots, without anything, in full width; None else."""
    bare = _folded(text)
    if not re.fullmatch(r"[0-9a-f]{12}", bare):
        return None
    return mac_read(":".join(bare[at : at + 2] for at in range(0, 12, 2)))


def _heading(lines: Sequence[Sequence[str]]) -> tuple[int, list[tuple[int, str]]]:
    """Where the headings stand (a title may come before them) and (place in a line, column)."""
    for place, cells in enumerate(lines[:10]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(cells):
            folded = _folded(cell)
            column = next((name for name in COLUMNS if folded in _RULES[name]["headings"]), None)
            if column is not None:
                columns.setdefault(column, at)
        if "mac" in columns or ("name" in columns and len(columns) > 1):
            return place, [(at, column) for column, at in columns.items()]
    raise HeadingMissing


def _folded(text: str) -> str:
    """Small letters in half width, without spaces and signs."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).lower())


def _entry(
    number: int, cells: Sequence[str], columns: Iterable[tuple[int, str]]
) -> tuple[LedgerEntry, list[LineError]]:
    values = {column: _plain(cells[at]) for at, column in columns if at < len(cells)}
    wrong = [
        LineError(number, "long", column, value[:40])
        for column, value in values.items()
        if column not in {"mac", "ip"} and len(value) > _RULES[column]["longest"]
    ]
    if not values.get("name") and not values.get("mac"):
        wrong.append(LineError(number, "nothing"))
    for column, read in (("mac", mac_of), ("ip", _ip_of)):
        given = values.get(column, "")
        known = read(given) if given else ""
        if known is None:
            wrong.append(LineError(number, column, column, given[:40]))
        values[column] = known or ""
    return LedgerEntry(**values), wrong


def _twice(number: int, entry: LedgerEntry, seen: dict[tuple[str, str], int]) -> list[LineError]:
    """Errors of a line whose MAC address or number an earlier line has; else it is remembered."""
    keys = [(column, value) for column in ("mac", "number") if (value := getattr(entry, column))]
    wrong = [LineError(number, f"twice_{key[0]}", key[0], key[1], seen[key]) for key in keys if key in seen]
    if not wrong:
        seen.update(dict.fromkeys(keys, number))
    return wrong


def _plain(cell: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFC", cell_plain(cell))).strip()


def _ip_of(text: str) -> str | None:
    try:
        return str(ip_address(unicodedata.normalize("NFKC", text).strip()))
    except ValueError:
        return None
