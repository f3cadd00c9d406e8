"""A firm's list of machines: every line's error is named, and machines on the network are found in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.spreadsheet_reading import TableRead
from sensors.ledger_file import (
    COLUMNS,
    HeadingMissing,
    LedgerEntry,
    LineError,
    ledger_read,
    mac_of,
)
from sensors.ledger_match import Seen, matches

HEADING = ["管理番号", "機器名", "種類", "MACアドレス", "IPアドレス", "使っている人", "置き場所", "備考"]
MAC = "00:1b:a9:00:00:01"


def table(*lines: list[str]) -> TableRead:
    return TableRead(list(lines), "Excel", False)


@pytest.mark.parametrize(
    "text",
    [
        "00:1B:A9:00:00:01",
        "00-1b-a9-00-00-01",
        "001BA9000001",
        "001b.a900.0001",
        " ００－１Ｂ－Ａ９－００－００－０１ ",
    ],
)
def test_a_mac_address_is_read_in_every_usual_spelling(text: str) -> None:
    assert mac_of(text) == MAC


@pytest.mark.parametrize("text", ["", "00:1b:a9", "00:1b:a9:00:00:0g", "ff:ff:ff:ff:ff:ff", "001ba90000011", "なし"])
def test_what_is_no_machines_address_is_none(text: str) -> None:
    assert mac_of(text) is None


def test_a_whole_line_becomes_an_entry_with_its_values_in_one_spelling() -> None:
    read = ledger_read(
        table(HEADING, ["A-1", "受付の　パソコン", "PC", "00-1B-A9-00-00-01", "192.168.1.023", "佐藤", "受付", ""])
    )
    assert [error.code for error in read.errors] == ["ip"], "a leading zero is no usual address"
    read = ledger_read(
        table(HEADING, ["A-1", "受付の　パソコン", "PC", "00-1B-A9-00-00-01", "192.168.1.23", "佐藤", "受付", ""])
    )
    assert read.entries == (LedgerEntry("A-1", "受付の パソコン", "PC", MAC, "192.168.1.23", "佐藤", "受付", ""),)


def test_each_line_says_what_is_wrong_with_it_and_the_others_are_read() -> None:
    read = ledger_read(
        table(
            ["PC台帳 2026年度"],
            HEADING,
            ["A-1", "受付", "", MAC],
            ["A-2", "会計", "", "zz:zz", "10.0.0.300"],
            ["", "", "PC"],
            ["A-3", "倉庫", "", "001BA9000001"],
            ["A-1", "社長室"],
            ["A-4", "x" * 81],
            [],
            ["A-5", "工場"],
        )
    )
    assert [entry.name for entry in read.entries] == ["受付", "工場"]
    assert read.errors == (
        LineError(4, "mac", "mac", "zz:zz"),
        LineError(4, "ip", "ip", "10.0.0.300"),
        LineError(5, "nothing"),
        LineError(6, "twice_mac", "mac", MAC, 3),
        LineError(7, "twice_number", "number", "A-1", 3),
        LineError(8, "long", "name", "x" * 40),
    )


def test_headings_are_known_by_the_words_firms_use_and_others_are_named() -> None:
    read = ledger_read(table(["No.", "コンピューター名", "物理アドレス", "購入日"], ["7", "PC-07", MAC, "2020-04-01"]))
    assert read.entries == (LedgerEntry(number="7", name="PC-07", mac=MAC),)
    assert read.unknown == ("購入日",)


@pytest.mark.parametrize("lines", [[["a", "b"], ["1", "2"]], [["備考"], ["x"]], [["機器名"], ["x"]]])
def test_a_table_that_is_no_list_of_machines_is_refused(lines: list[list[str]]) -> None:
    with pytest.raises(HeadingMissing):
        ledger_read(table(*lines))


@given(st.lists(st.lists(st.text(max_size=12), max_size=9), max_size=12))
def test_no_line_is_lost_and_none_counts_twice(lines: list[list[str]]) -> None:
    read = ledger_read(table(HEADING, *lines))
    wrong = {error.line for error in read.errors}
    assert len(read.entries) + len(wrong) == sum(any(line) for line in lines)
    for entry in read.entries:
        assert entry.name or entry.mac
        assert set(entry.values) == set(COLUMNS)


def entry(**values: str) -> LedgerEntry:
    return LedgerEntry(**values)


def by(machine: Seen, *entries: LedgerEntry) -> str:
    found = matches([machine], entries)
    return found[machine.key].by if found else ""


def test_a_machine_is_found_by_mac_then_by_name_then_by_address() -> None:
    machine = Seen(1, MAC, "192.168.1.23", ("ＰＣ－０７", "受付"))
    assert by(machine, entry(name="x", mac=MAC), entry(name="受付")) == "mac"
    assert by(machine, entry(name="pc-07")) == "name", "however it is spelled"
    assert by(machine, entry(number="受付", name="y")) == "name"
    assert by(machine, entry(name="y", ip="192.168.1.23")) == "ip"
    assert by(machine, entry(name="y", ip="192.168.1.24")) == ""


def test_a_name_two_entries_have_and_an_address_of_a_known_machine_tell_nothing() -> None:
    machine = Seen(1, MAC, "192.168.1.23", ("受付",))
    assert by(machine, entry(name="受付", place="1階"), entry(name="受付", place="2階")) == ""
    assert by(machine, entry(name="受付", mac="00:1b:a9:00:00:02")) == "", "another machine has that name"
    assert by(machine, entry(name="y", ip="192.168.1.23", mac="00:1b:a9:00:00:02")) == "", "addresses wander"
    other = Seen(2, "00:1b:a9:00:00:02", "192.168.1.9", ("会計",))
    taken = matches([machine, other], [entry(name="会計", ip="192.168.1.23")])
    assert {key: match.by for key, match in taken.items()} == {2: "name"}
