"""The damage estimate of the source, and the bank's file byte by byte."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import pytest

from insurance.damage import CASES, Case, Part, damage_estimate
from insurance.models import BankAccount
from insurance.ui.money import AccountForm
from insurance.zengin import Account, Payment, Unwritable, account_checked, kana, transfer_file

PAYER = Account("0005", "ﾐﾂﾋﾞｼ", "1", "ホンテン", "2", "1234567", "ﾐﾄﾞﾘｿﾝｶﾞｲﾎｹﾝ(ｶ")
PAYER = replace(PAYER, branch_code="001")
VENDOR = Account("0137", "はちじゅうに", "210", "ﾏﾂﾓﾄ", "1", "76543", "カワベシステム（カ）")


def test_25_computers_and_a_million_a_day_come_to_49_250_000_yen() -> None:
    damage = damage_estimate(computers=25, daily_sales_yen=1_000_000)
    assert damage.total_yen == 49_250_000
    assert damage.parts[Part.FORENSICS] + damage.parts[Part.ON_SITE] + damage.parts[Part.TRAVEL] == 26_100_000
    assert damage.parts[Part.RECOVERY] == 5_000_000
    assert damage.parts[Part.SALES] == 14_000_000
    for computers, sales in ((0, 1), (1, -1), (10_001, 1)):
        with pytest.raises(ValueError):
            damage_estimate(computers=computers, daily_sales_yen=sales)


def test_the_eight_cases_of_the_second_storey_are_there() -> None:
    assert list(CASES) == list(Case)
    assert [case for case, pays in CASES.items() if pays == "nothing_needed"] == [Case.BLOCKED, Case.CLEANED]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("カワベシステム", "ｶﾜﾍﾞｼｽﾃﾑ"),
        ("かわべシステム(かぶ", "ｶﾜﾍﾞｼｽﾃﾑ(ｶﾌﾞ"),
        ("ﾊﾟﾝﾔ", "ﾊﾟﾝﾔ"),
        ("キャット・ショップ", None),
        ("キャットショップ", "ｷﾔﾂﾄｼﾖﾂﾌﾟ"),
        ("ｓｉer 01", "SIER 01"),
        ("データ", "ﾃﾞ-ﾀ"),
        ("川辺", None),
        ("", None),
        ("ﾎﾝﾃﾝ\r\n2", None),
        ("ハ゛ンク", "ﾊﾞﾝｸ"),
        ("か゛んば゜ん", None),
        ("ハ ゛ンク", None),
        ("ﾌﾟ゜", None),
        ("ヴェルデ", "ｳﾞｴﾙﾃﾞ"),
        ("セキガハラ ヵヶ", "ｾｷｶﾞﾊﾗ ｶｹ"),
        ("(ユ)ミドリ.コム", "(ﾕ)ﾐﾄﾞﾘ.ｺﾑ"),
        ("\ufeffミドリ\u200b\tシステム", "ﾐﾄﾞﾘ ｼｽﾃﾑ"),
        ("-", None),
        ("ー", None),
        ("()", None),
    ],
)
def test_names_are_written_as_banks_take_them_or_refused(typed: str, written: str | None) -> None:
    if written is None:
        with pytest.raises(Unwritable):
            kana(typed)
    else:
        assert kana(typed) == written


@pytest.mark.parametrize(
    ("field", "typed", "sign"),
    [
        ("holder_kana", "カワベ・システム", "・"),
        ("holder_kana", "ミヲツクシ", "ヲ"),
        ("holder_kana", "カ)ミドリ/オオサカ", "/"),
        ("holder_kana", "カ、ミドリ", "、"),
        ("holder_kana", "株式会社ミドリ", "株"),
        ("holder_kana", "ｱ ﾞ", "ﾞ"),
        ("bank_kana", "ミドリ ギンコウ", " "),
        ("branch_kana", "ホンテン(エイギョウブ)", "("),
        ("branch_kana", "ホンテン.", "."),
    ],
)
def test_who_types_a_name_no_bank_takes_is_told_which_sign(field: str, typed: str, sign: str) -> None:
    with pytest.raises(Unwritable) as refused:
        kana(typed, field)
    assert (refused.value.field, refused.value.sign) == (field, sign)


def test_the_transfer_file_has_a_header_each_payment_the_sum_and_an_end() -> None:
    payments = [Payment(VENDOR, 48_000, "101"), Payment(replace(VENDOR, number="7654321"), 50_000, "102")]
    file = transfer_file(payer=PAYER, client_code="1234567890", on=date(2026, 12, 15), payments=payments)
    lines = file.split(b"\r\n")
    assert lines.pop() == b""
    assert [len(line) for line in lines] == [120] * 5
    header, first, second, trailer, end = (line.decode("cp932") for line in lines)
    assert header[:14] == "12101234567890"
    assert header[14:54] == "ﾐﾄﾞﾘｿﾝｶﾞｲﾎｹﾝ(ｶ".ljust(40)
    assert header[54:62] == "12150005"
    assert (header[77:80], header[95:103]) == ("001", "21234567")
    assert (first[0:5], first[5:20]) == ("20137", "ﾊﾁｼﾞﾕｳﾆ".ljust(15))
    assert (first[20:23], first[42:50]) == ("210", "10076543")
    assert (first[50:80], first[80:90]) == ("ｶﾜﾍﾞｼｽﾃﾑ(ｶ)".ljust(30), "0000048000")
    assert (first[90:101], first[111]) == ("00000000101", "7")
    assert second[43:50] == "7654321"
    assert (trailer[:19], trailer[19:]) == ("8000002000000098000", " " * 101)
    assert end == "9" + " " * 119


@pytest.mark.parametrize(
    ("payer", "to", "yen", "code", "field"),
    [
        ({}, {"bank_code": "13"}, 1, "1", "bank_code"),
        ({}, {"number": "12345678"}, 1, "1", "number"),
        ({}, {"number": "0000000"}, 1, "1", "number"),
        ({}, {"bank_code": "0000"}, 1, "1", "bank_code"),
        ({}, {"type": "3"}, 1, "1", "type"),
        ({}, {"holder_kana": "川辺"}, 1, "1", "holder_kana"),
        ({}, {"bank_kana": "ア" * 16}, 1, "1", "bank_kana"),
        ({}, {}, 0, "1", "yen"),
        ({}, {}, 1, "", "client_code"),
        ({"branch_code": "x01"}, {}, 1, "1", "branch_code"),
    ],
)
def test_what_no_bank_would_take_is_refused_before_the_file_is_written(
    payer: dict[str, str], to: dict[str, str], yen: int, code: str, field: str
) -> None:
    with pytest.raises(Unwritable) as refused:
        transfer_file(
            payer=replace(PAYER, **payer),
            client_code=code,
            on=date(2026, 12, 15),
            payments=[Payment(replace(VENDOR, **to), yen, "1")],
        )
    assert refused.value.field == field


@pytest.mark.parametrize("number", ["１２３ー４５６７", "123 4567", "123−4567", "\u200b1234567"])
def test_an_account_may_be_typed_as_it_stands_in_the_bank_book(number: str) -> None:
    assert account_checked(replace(PAYER, number=number)).number == "1234567"


def test_every_number_of_the_account_may_be_typed_in_full_width() -> None:
    wide = asdict(PAYER) | {"bank_code": "００ー０５", "branch_code": "００１", "client_code": "１２３４５６７８９０"}
    form = AccountForm(wide, instance=BankAccount(organisation_id=1), pays=True)
    assert form.is_valid(), form.errors
    stored = form.cleaned_data
    assert (stored["bank_code"], stored["branch_code"], stored["client_code"]) == ("0005", "001", "1234567890")


def test_without_a_payment_there_is_no_file() -> None:
    with pytest.raises(Unwritable):
        transfer_file(payer=PAYER, client_code="1", on=date(2026, 12, 15), payments=[])
