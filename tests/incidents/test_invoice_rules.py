"""A vendor's invoice in whole yen: no yen is lost, tax is rounded once per rate, a number's check digit is checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.moves import MoveRefused, Party, ReasonMissing, require_move
from incidents.jobsheet.invoicing import (
    FeeTerms,
    InvoiceWrong,
    Line,
    margin_yen,
    rate_totals,
    registration_number,
    require_lines,
    total_yen,
    yen_per_hour,
)
from incidents.states.invoice import INVOICE_MOVES, InvoiceState, Rounding

LINES = st.lists(
    st.builds(
        Line,
        words=st.just("作業"),
        quantity=st.integers(1, 50),
        unit=st.just("式"),
        unit_price_yen=st.integers(-100_000, 200_000),
        rate=st.sampled_from([10, 8, 0]),
    ),
    max_size=12,
)


def test_a_first_response_billed_at_48000_yen_with_tax_is_43637_and_4363_of_tax() -> None:
    totals = rate_totals([Line("初動対応(遠隔と訪問)", 1, "式", 48_000)], tax_included=True, rounding=Rounding.DOWN)
    assert [(total.rate, total.net_yen, total.tax_yen) for total in totals] == [(10, 43_637, 4_363)]
    assert total_yen(totals) == 48_000


def test_three_lines_of_333_yen_are_rounded_once_and_not_three_times() -> None:
    lines = [Line("部品", 1, "個", 333)] * 3
    assert total_yen(rate_totals(lines, tax_included=False, rounding=Rounding.DOWN)) == 1_098  # not 999 + 3 × 33
    assert total_yen(rate_totals(lines, tax_included=False, rounding=Rounding.UP)) == 1_099


@given(lines=LINES, included=st.booleans(), rounding=st.sampled_from(Rounding))
def test_no_yen_is_lost_between_lines_rates_and_total(lines: list[Line], included: bool, rounding: Rounding) -> None:
    totals = rate_totals(lines, tax_included=included, rounding=rounding)
    billed = sum(line.amount_yen for line in lines)
    tax = sum(rate_total.tax_yen for rate_total in totals)
    assert total_yen(totals) == (billed if included else billed + tax)
    assert sum(rate_total.net_yen for rate_total in totals) + tax == total_yen(totals)
    for rate_total in totals:
        exact = (
            rate_total.net_yen * rate_total.rate / 100
            if not included
            else (rate_total.gross_yen * rate_total.rate) / (100 + rate_total.rate)
        )
        assert abs(rate_total.tax_yen - exact) <= (0.5 if rounding == Rounding.HALF_UP else 1)


@given(lines=LINES, rounding=st.sampled_from(Rounding))
def test_the_same_goods_taken_back_cost_the_same_with_a_minus(lines: list[Line], rounding: Rounding) -> None:
    back = [Line(line.words, line.quantity, line.unit, -line.unit_price_yen, line.rate) for line in lines]
    for included in (True, False):
        there = total_yen(rate_totals(lines, tax_included=included, rounding=rounding))
        assert total_yen(rate_totals(back, tax_included=included, rounding=rounding)) == -there


@pytest.mark.parametrize(
    "typed",
    [
        "T7000012050002",
        "Ｔ７０００ ０１２０ ５０００２",
        "t7000-012050002",
        "T−7000012050002",
        "登録番号：T7000012050002",
        "\u200bT7000012050002（インボイス）",
    ],
)
def test_a_registration_number_is_read_however_it_is_typed(typed: str) -> None:
    assert registration_number(typed) == "T7000012050002"  # the National Tax Agency's own number


@pytest.mark.parametrize("typed", ["T7000012050003", "7000012050002", "T700001205000", "", "TT7000012050002"])
def test_a_registration_number_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(InvoiceWrong, match="registration"):
        registration_number(typed)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "lines"),
        ([Line("値引きだけ", 1, "式", -100)], "lines"),
        ([Line("作業", 1, "式", 0)], "lines"),
        ([Line("  ", 1, "式", 100)], "line"),
        ([Line("作業", 1, "式", 100, rate=5)], "rate"),
        ([Line("桁ちがい", 1, "式", 480_000_000)], "line"),
    ],
)
def test_an_invoice_over_nothing_or_with_a_slip_of_the_finger_is_refused(lines: list[Line], code: str) -> None:
    with pytest.raises(InvoiceWrong, match=f"^{code}$"):
        require_lines(lines)


def test_the_office_settles_or_returns_and_the_vendor_only_withdraws() -> None:
    moves: dict[str, dict[str, object]] = INVOICE_MOVES  # type: ignore[assignment]
    require_move(moves, "issued", "settled", party=Party.OFFICE)  # type: ignore[arg-type]
    require_move(moves, "returned", "void", party=Party.VENDOR, reason="金額の誤り")  # type: ignore[arg-type]
    for old, new, party in (
        ("issued", "settled", Party.VENDOR),
        ("settled", "void", Party.VENDOR),
        ("void", "issued", Party.VENDOR),
    ):
        with pytest.raises(MoveRefused):
            require_move(moves, old, new, party=party, reason="必要なため")  # type: ignore[arg-type]
    with pytest.raises(ReasonMissing):
        require_move(moves, "issued", "returned", party=Party.OFFICE)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.sampled_from(InvoiceState), st.sampled_from(Party), st.sampled_from(["", "理由"]))))
def test_no_series_of_wishes_brings_a_settled_or_withdrawn_invoice_to_life(
    wishes: list[tuple[InvoiceState, Party, str]],
) -> None:
    state, over = InvoiceState.ISSUED, False
    for wish, party, reason in wishes:
        try:
            require_move(INVOICE_MOVES, state, wish, party=party, reason=reason)
        except MoveRefused:
            continue
        assert not over
        assert party in {Party.VENDOR, Party.OFFICE} or (party, wish) == (Party.RULE, InvoiceState.SETTLED)
        state = wish
        over = state in {InvoiceState.SETTLED, InvoiceState.VOID}
    assert state in INVOICE_MOVES


def test_margin_is_what_is_left_of_the_bill_and_may_be_less_than_nothing() -> None:
    terms = FeeTerms(remote_yen=5_000, on_site_yen=15_000, hour_yen=6_000)
    assert margin_yen(48_000, terms, on_site=True, minutes=235) == 48_000 - 15_000 - 23_500
    assert margin_yen(20_000, terms, on_site=False, minutes=235) == -8_500
    assert margin_yen(48_000, FeeTerms(), on_site=True, minutes=235) is None
    assert yen_per_hour(48_000, 235) == 12_255
    assert yen_per_hour(48_000, 0) is None
