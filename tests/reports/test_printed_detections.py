"""The measures reproduce what the pilots printed of detections; every figure they print otherwise is listed here."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest

from reports.office_files import shown
from reports.office_tables import MEASURES as OFFICE_TABLES
from reports.office_tables import Table, percent
from reports.published.counts import DetectionCounts, FirmCount
from reports.published.registry import BY_KEY, MEASURES
from reports.published.work import WORK
from tests.reports import detections_in_print as printed


def table(key: str, counts: DetectionCounts) -> Table:
    return BY_KEY[key].table(counts)


def lines(built: Table) -> dict[str, list[str]]:
    return {row.label: [shown(cell) for cell in row.cells] for row in built.rows}


def test_functions_by_importance_of_the_osaka_report() -> None:
    built = table("grades", printed.detected())
    assert list(built.header) == [
        "機能",
        "件数",
        "重要度 高(★★★)",
        "重要度 中(★★☆)",
        "重要度 低(★☆☆)",
        "記録のみ",
    ], "D3: the report prints the stars the other way round"
    assert lines(built) == {
        "ウイルス対策": ["524", "0", "0", "524", "0"],
        "不正侵入対策": ["10,196", "0", "70", "677", "9,449"],
        "危険サイト対策": ["76", "0", "76", "0", "0"],
        "合計": ["10,796", "0", "146", "1,201", "9,449"],
    }


def test_directions_of_the_osaka_report_count_no_firm_twice() -> None:
    assert lines(table("directions", printed.detected())) == {
        "外部からの攻撃・不正侵入対策": ["7,906", "22"],
        "外部からの攻撃・ウイルス対策": ["524", "12"],
        "外部への不正通信・不正侵入対策": ["2,091", "15"],
        "外部への不正通信・ウイルス対策": ["0", "0"],
        "外部への不正通信・危険サイト対策": ["76", "12"],
        "内部の弱点・不正侵入対策": ["199", "3"],
        "合計": ["10,796", "―"],
        "外部からの攻撃があった会社(重複なし)": ["―", "30"],
        "外部への不正通信か内部の弱点があった会社(重複なし)": ["―", "23"],
        "検知のあった会社(重複なし)": ["―", "38"],
    }


def test_firms_with_detections_of_both_years() -> None:
    this_year = lines(table("firms", printed.detected()))
    assert this_year["検知のあった会社"] == ["38", "72%"], "D7: the report prints 71"
    assert this_year["参加企業(n)"] == ["53", "―"]
    before = DetectionCounts(firms=[FirmCount("all", "", "any", 74), FirmCount("all", "", "online", 110)])
    assert lines(table("firms", before))["検知のあった会社"] == ["74", "67%"]


@pytest.mark.parametrize(("key", "function"), [("viruses", "av"), ("attacks", "ips"), ("sites", "wg")])
def test_the_ten_most_frequent_of_the_osaka_report(key: str, function: str) -> None:
    built = lines(table(key, printed.detected()))
    whole = built.pop("この機能の検知すべて")
    assert whole == [f"{printed.detected().alerts_of(function):,}", "―"]
    assert list(built.items()) == [
        (name, [f"{alerts:,}", f"{share}%"]) for name, alerts, share in printed.NAMES[function]
    ], "in the order printed, ties as separate lines"


Difference = tuple[str, str, str, int, int]


def differences(
    name: str, key: str, counts: DetectionCounts, parts: tuple[int, ...], hits: tuple[int, ...]
) -> set[Difference]:
    """(table, line, column, printed, computed) wherever print and measure differ."""
    rows = [row for row in table(key, counts).rows if not row.total]
    assert len(rows) == len(parts) == len(hits)
    computed = [
        (row.label.partition(" ")[0], column, number, int(row.cells[at].value or 0))
        for row, part, hit in zip(rows, parts, hits, strict=True)
        for column, at, number in (("参加比率", 1, part), ("検知比率", 3, hit))
    ]
    return {(name, label, column, was, now) for label, column, was, now in computed if was != now}


def test_firms_by_size_of_the_osaka_report() -> None:
    differ: set[Difference] = set()
    for name, (what, firms, hit, parts, hits) in printed.BY_SIZE.items():
        of_size = {str(at): number for at, number in enumerate(firms, 1)}
        hit_of = {str(at): number for at, number in enumerate(hit, 1)}
        differ |= differences(name, f"size_{what}", printed.cut("size", what, of_size, hit_of), parts, hits)
    assert differ == {
        *((f"表5-{number}", "1~5人", "参加比率", 30, 31) for number in (2, 4, 6, 8)),
        ("表5-2", "51~100人", "検知比率", 12, 11),
        ("表5-5", "11~20人", "検知比率", 26, 25),
    }


def test_firms_by_industry_of_the_osaka_report() -> None:
    differ: set[Difference] = set()
    for name, (what, hit, parts, hits) in printed.BY_INDUSTRY.items():
        before = int(name.partition("-")[2]) % 2 == 0
        firms = printed.INDUSTRIES_BEFORE if before else printed.INDUSTRIES
        hit_of = dict(zip(firms, hit, strict=True))
        differ |= differences(name, f"industry_{what}", printed.cut("industry", what, firms, hit_of), parts, hits)
    odd = (11, 13, 15, 17)
    assert differ == {
        *((f"表5-{number}", "E", "参加比率", 22, 23) for number in odd),
        *((f"表5-{number}", line, "参加比率", 7, 8) for number in odd for line in "GL"),
        ("表5-11", "E", "検知比率", 23, 24),
        ("表5-11", "I", "検知比率", 23, 24),
        ("表5-11", "R", "検知比率", 15, 16),
        ("表5-12", "E", "検知比率", 55, 56),
        ("表5-15", "D", "検知比率", 11, 10),
    }, "D7, D16"


def test_a_share_of_all_hit_firms_is_no_rate_of_the_line() -> None:
    what, firms, hit, _parts, _hits = printed.BY_SIZE["表5-3"]
    counts = printed.cut(
        "size",
        what,
        {str(at): number for at, number in enumerate(firms, 1)},
        {str(at): number for at, number in enumerate(hit, 1)},
    )
    assert lines(table("size_any", counts))["1~5人"] == ["21", "40%", "11", "29%", "52%"], "D11"
    assert lines(table("size_any", counts))["合計"] == ["53", "―", "38", "―", "72%"]


def test_months_of_kumamoto() -> None:
    built = lines(table("months", printed.kumamoto()))
    assert built["参加企業"] == ["43", "100", "105"]
    for kind, rows in printed.KUMAMOTO.items():
        assert built[f"{kind}・件数"] == [f"{row[0]}" for row in rows]
        assert built[f"{kind}・台数"] == [f"{row[1]}" for row in rows]
        assert built[f"{kind}・会社数"] == [f"{row[2]}({row[3]}%)" for row in rows]


def test_halves_go_up() -> None:
    assert percent(1, 8, 1) == Decimal("12.5")
    assert percent(1, 200) == Decimal("0.5").quantize(Decimal(1), ROUND_HALF_UP) == 1


def test_every_measure_says_what_it_is_and_where_it_is_printed() -> None:
    assert len(BY_KEY) == len(MEASURES)
    for measure in MEASURES:
        assert all(str(words).strip() for words in (measure.title, measure.definition, measure.denominator)), (
            measure.key
        )
        assert measure.source, measure.key
        assert measure.reads, measure.key


def test_every_table_of_the_office_has_its_rule() -> None:
    assert [table.measure.code for table in WORK] == [measure.code for measure in OFFICE_TABLES]
    assert all(str(table.definition) and str(table.denominator) for table in WORK)
