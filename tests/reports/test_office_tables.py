"""The office's tables reproduce what the pilots printed, and say by which rule (features 1.9)."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from reports.doors import (
    CaseCount,
    ContactCount,
    FeedbackCount,
    HearingCount,
    IncidentCount,
    InquiryCount,
    JobCount,
    LeadCount,
    MinuteCount,
    PayCount,
)
from reports.office_files import shown, table_csv, workbook
from reports.office_tables import MEASURES, Counts, Table, percent

MONTHS = [date(2020, month, 1) for month in (9, 10, 11, 12)]
OFFERED, ANSWERED, MAILS = (3, 23, 32, 6), (3, 22, 30, 5), (0, 4, 5, 1)


def table(code: str, **counts: object) -> Table:
    (measure,) = (measure for measure in MEASURES if measure.code == code)
    return measure.table(Counts(months=MONTHS, **counts))  # type: ignore[arg-type]


def lines(built: Table) -> dict[str, list[str]]:
    return {row.label: [shown(cell) for cell in row.cells] for row in built.rows}


CALLS = [
    ContactCount(month, "phone", offered, answered)
    for month, offered, answered in zip(MONTHS, OFFERED, ANSWERED, strict=True)
]
MAIL_ROWS = [ContactCount(month, "mail", mails, 0) for month, mails in zip(MONTHS, MAILS, strict=True) if mails]
CASES = [
    CaseCount("box", "trouble", "phone", False, 22),
    CaseCount("box", "trouble", "remote", False, 1),
    CaseCount("box", "install", "visit", False, 4),
    CaseCount("portal", "login", "phone", False, 8),
    CaseCount("alert", "meaning", "phone", False, 4),
    CaseCount("security", "advice", "phone", False, 1),
    CaseCount("other", "pc", "phone", False, 12),
]


def test_calls_of_the_osaka_report_with_both_rules_named() -> None:
    calls = table("calls", contacts=CALLS + MAIL_ROWS)
    assert list(calls.header) == ["項目", "2020/9", "2020/10", "2020/11", "2020/12", "累計"]
    assert lines(calls) == {
        "入電件数": ["3", "23", "32", "6", "64"],
        "応答件数": ["3", "22", "30", "5", "60"],
        "応答率(件数の比)": ["100.0%", "95.7%", "93.8%", "83.3%", "93.8%"],
        "応答率(各月の率の平均)": ["―", "―", "―", "―", "93.2%"],
    }, "D1: the report prints 93.2, the mean of the months"
    assert any("件数の比" in note for note in calls.notes)
    assert any("平均" in note for note in calls.notes)


def test_a_month_without_a_call_has_no_rate_and_does_not_pull_the_mean_down() -> None:
    calls = lines(table("calls", contacts=[ContactCount(MONTHS[0], "phone", 4, 3)]))
    assert calls["応答率(件数の比)"] == ["75.0%", "―", "―", "―", "75.0%"]
    assert calls["応答率(各月の率の平均)"][-1] == "75.0%"


def test_mails_of_the_osaka_report() -> None:
    assert lines(table("mails", contacts=CALLS + MAIL_ROWS)) == {"メール問合せ数": ["0", "4", "5", "1", "10"]}


def test_how_questions_were_solved_as_the_osaka_report_prints_it() -> None:
    solutions = table("solutions", cases=CASES, contacts=CALLS + MAIL_ROWS)
    assert list(solutions.header) == ["お問い合せ内容", "電話", "メール", "窓口リモート", "駆け付け案内", "累計"]
    assert lines(solutions) == {
        "UTM関連": ["22(81%)", "0(0%)", "1(4%)", "4(15%)", "27"],
        "ポータルサイト関連": ["8(100%)", "0(0%)", "0(0%)", "0(0%)", "8"],
        "アラート関連": ["4(100%)", "0(0%)", "0(0%)", "0(0%)", "4"],
        "セキュリティ関連": ["1(100%)", "0(0%)", "0(0%)", "0(0%)", "1"],
        "その他": ["12(100%)", "0(0%)", "0(0%)", "0(0%)", "12"],
        "累計": ["47(90%)", "0(0%)", "1(2%)", "4(8%)", "52"],
    }
    assert any("74件" in note for note in solutions.notes), "D5: 52 cases are not 64 calls and 10 mails"


def test_ways_of_our_own_get_a_column_only_when_they_were_used() -> None:
    solutions = table("solutions", cases=[*CASES, CaseCount("box", "silent", "by_itself", False, 1)])
    assert "自然に解決" in solutions.header
    assert lines(solutions)["UTM関連"][-2:] == ["1(4%)", "28"]


def test_the_summary_of_kumamoto() -> None:
    summary = table(
        "summary",
        inquiries=[
            InquiryCount("other", "joining", False, 22),
            InquiryCount("security", "infection", True, 3),
            InquiryCount("call", "", False, 2),
        ],
        incidents=[IncidentCount(False, 3)],
        visits=[JobCount("installation", 105)],
    )
    assert [cells[0] for cells in lines(summary).values()] == [
        "24",
        "22",
        "0",
        "0",
        "2",
        "0",
        "3",
        "3",
        "0",
        "105",
        "0",
        "105",
    ]
    assert next(iter(lines(summary))) == "コールセンター対応"


def test_speed_of_the_first_response_by_days() -> None:
    speed = lines(table("speed", lead_times=[LeadCount(0, 3), LeadCount(2, 3), LeadCount(7, 1), LeadCount(9, 1)]))
    assert speed == {
        "当日中": ["3(38%)"],
        "数日中(1~3日後)": ["3(38%)"],
        "4~7日後": ["1(13%)"],
        "8日後より遅い": ["1(13%)"],
        "合計": ["8"],
    }


def test_minutes_of_the_case_of_a_company_are_235() -> None:
    kinds = {"hearing": 40, "preparation": 50, "work": 80, "report": 30, "other": 35}
    minutes_table = lines(table("minutes", minutes=[MinuteCount(kind, minutes, 1) for kind, minutes in kinds.items()]))
    assert minutes_table["合計"] == ["235", "―"]
    assert list(minutes_table) == ["聴取", "下調べ", "作業", "完了報告", "その他", "合計"]


def _answers(
    kind: str, very_good: tuple[int, ...], good: tuple[int, ...], fair: int, requests: int
) -> list[FeedbackCount]:
    reasons = ("words", "understanding", "time", "other")
    rows = [FeedbackCount(kind, "very_good", reason, n) for reason, n in zip(reasons, very_good, strict=True)]
    rows += [FeedbackCount(kind, "good", reason, n) for reason, n in zip(reasons, good, strict=True)]
    return [*rows, FeedbackCount(kind, "fair", "", fair), FeedbackCount(kind, "", "", requests)]


def test_what_firms_thought_of_the_desk_with_n() -> None:
    desk = table("desk", feedback=_answers("desk", (8, 4, 2, 3), (2, 2, 1, 1), 7, 40))
    assert lines(desk) == {
        "とても良かった": ["17(57%)", "8", "4", "2", "3"],
        "良かった": ["6(20%)", "2", "2", "1", "1"],
        "普通": ["7(23%)", "0", "0", "0", "0"],
        "悪かった": ["0(0%)", "0", "0", "0", "0"],
        "とても悪かった": ["0(0%)", "0", "0", "0", "0"],
        "良かった(とても良かった を含む)": ["23(77%)", "―", "―", "―", "―"],
        "回答数(n)": ["30", "―", "―", "―", "―"],
    }
    assert desk.notes == ["割合の分母は回答数 n = 30。お願いしたのは40件、回答率は75%。"]


def test_what_firms_thought_of_the_vendors_with_n() -> None:
    vendors = lines(table("vendor", feedback=_answers("vendor", (8, 4, 2, 1), (2, 2, 2, 2), 3, 26)))
    assert [vendors[name][0] for name in ("とても良かった", "良かった", "普通", "良かった(とても良かった を含む)")] == [
        "15(58%)",
        "8(31%)",
        "3(12%)",
        "23(88%)",
    ], "D7: 23 of 26 is 88.46; the report prints 89, the sum of its rounded shares"


def test_too_few_answers_say_why_there_is_no_table() -> None:
    desk = table("desk")
    assert desk.rows == []
    assert "5社になるまで" in desk.notes[0]


def test_what_vendors_told_by_question() -> None:
    hearings = lines(
        table("hearings", hearings=[HearingCount("solved", "remote", 5), HearingCount("solved", "visit", 3)])
    )
    assert hearings["遠隔で解決したか: 遠隔だけ"] == ["5(63%)"]
    assert hearings["遠隔で解決したか: 未解決"] == ["0(0%)"]
    assert table("hearings").rows == []


@pytest.mark.parametrize("code", ["speed", "minutes", "pay"])
def test_a_time_without_records_says_so_instead_of_a_table_of_noughts(code: str) -> None:
    assert (table(code).rows, table(code).notes) == ([], ["この期間の記録はありません。"])


def test_pay_by_vendor_and_hour() -> None:
    pay = lines(table("pay", pay=[PayCount("甲社", 1, 235, 48_000), PayCount("乙社", 2, 120, 20_000)]))
    assert pay == {
        "甲社": ["1", "235", "48,000", "12,255"],
        "乙社": ["2", "120", "20,000", "10,000"],
        "合計": ["3", "355", "68,000", "11,493"],
    }


def test_halves_go_up_and_nothing_of_nothing_is_no_number() -> None:
    assert percent(1, 8) == 13
    assert percent(30, 32, 1) == Decimal("93.8")
    assert percent(0, 0) is None


def test_the_csv_has_excels_mark_and_a_column_for_each_share() -> None:
    written = table_csv(table("solutions", cases=CASES)).decode()
    assert written.startswith("\ufeff")
    assert '"お問い合せ内容","電話","電話 (%)"' in written
    assert '"UTM関連","22","81","0","0","1","4","4","15","27",""' in written


def test_no_cell_of_a_file_is_a_formula_whatever_a_vendor_is_called() -> None:
    evil = table("pay", pay=[PayCount("=HYPERLINK(1)", 1, 60, 100), PayCount("+1甲社", 1, 60, 100)])
    assert '"\'=HYPERLINK(1)"' in table_csv(evil).decode()
    book = load_workbook(io.BytesIO(workbook([evil], about=[("事業", "@SUM(1)")])))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    assert book["事業者への支払い"]["A3"].value == "'=HYPERLINK(1)"
    assert book["この表について"]["B1"].value == "'@SUM(1)"


def test_a_workbook_has_numbers_one_can_add_up() -> None:
    book = load_workbook(io.BytesIO(workbook([table("calls", contacts=CALLS)], about=[("事業", "大阪")])))
    sheet = book["月ごとの電話の問合せ"]
    assert [cell.value for cell in sheet[3]] == ["入電件数", 3, 23, 32, 6, 64]
    assert [cell.value for cell in sheet[5]][-1] == 93.8
