"""What a claim may become, by whom, and that no yen is lost on the way; who pays what before the work starts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.moves import MoveRefused, Party, ReasonMissing
from insurance.chain import broken_at, canonical, linked
from insurance.claim_rules import (
    CLAIM_MOVES,
    FINAL,
    HOLDING,
    AmountWrong,
    ClaimFigures,
    ClaimState,
    claim_step,
    free_slot,
)
from insurance.rules import (
    ContractYear,
    Entitlement,
    TaxRule,
    Terms,
    Verdict,
    YearRule,
    eligibility,
    insurance_year,
    payment_estimate,
    split,
)

TERMS = Terms(50_000, 1, True)
YEAR = ContractYear(date(2026, 4, 1), date(2027, 3, 31))
ANY_VENDOR = Entitlement(YEAR, Terms(50_000, 1, True, listed_only=False), 0)
LEFT = Entitlement(YEAR, TERMS, 0)
STEP = st.tuples(
    st.sampled_from(ClaimState),
    st.sampled_from(Party),
    st.sampled_from(["", "理由"]),
    st.integers(-1, 60_000) | st.none(),
)


def draft(total: int = 48_000, limit: int = 50_000) -> ClaimFigures:
    shares = split(total, 0, terms=Terms(limit, 1, True))
    return ClaimFigures(ClaimState.DRAFT, total, shares.insurer_yen, shares.own_yen)


@given(total=st.integers(1, 200_000), limit=st.integers(1, 100_000), steps=st.lists(STEP, max_size=12))
def test_whatever_is_tried_in_whatever_order_a_claim_keeps_its_states_and_every_yen(
    total: int, limit: int, steps: list[tuple[ClaimState, Party, str, int | None]]
) -> None:
    now = draft(total, limit)
    for to, party, reason, amount in steps:
        before = now
        try:
            now = claim_step(now, to, party=party, reason=reason, approved_yen=amount)
        except (MoveRefused, AmountWrong):
            continue
        assert now.state in CLAIM_MOVES[before.state]
        assert now.claimed_yen == total == now.insurer_yen + now.own_yen
        assert 0 <= now.insurer_yen <= now.asked_yen <= limit
        assert now.own_yen >= 0
        assert before.state not in FINAL


def test_every_state_can_be_reached_and_every_way_ends() -> None:
    reached, waiting = {ClaimState.DRAFT}, [ClaimState.DRAFT]
    while waiting:
        for to in CLAIM_MOVES[waiting.pop()]:
            if to not in reached:
                reached.add(to)
                waiting.append(to)
    assert reached == set(ClaimState) == set(CLAIM_MOVES)
    assert {ClaimState.PAID, ClaimState.REJECTED, ClaimState.WITHDRAWN} == FINAL
    assert {ClaimState.DRAFT, ClaimState.REJECTED, ClaimState.WITHDRAWN} == set(ClaimState) - HOLDING


def test_only_the_insurer_decides_and_says_why_when_it_does_not_pay() -> None:
    submitted = claim_step(draft(), "submitted", party=Party.DESK)
    for party in set(Party) - {Party.INSURER}:
        with pytest.raises(MoveRefused):
            claim_step(submitted, "approved", party=party)
    for to in ("returned", "rejected"):
        with pytest.raises(ReasonMissing):
            claim_step(submitted, to, party=Party.INSURER, reason="  ")
    back = claim_step(submitted, "returned", party=Party.INSURER, reason="作業の内訳を教えてください")
    with pytest.raises(ReasonMissing):
        claim_step(back, "resubmitted", party=Party.DESK)
    again = claim_step(back, "resubmitted", party=Party.DESK, reason="内訳を足しました")
    paid = claim_step(claim_step(again, "approved", party=Party.INSURER), "paid", party=Party.INSURER)
    assert (paid.approved_yen, paid.own_yen) == (48_000, 0)


def test_less_than_asked_needs_a_reason_and_the_firm_pays_the_difference() -> None:
    submitted = claim_step(draft(60_000), "submitted", party=Party.FIRM)
    assert (submitted.asked_yen, submitted.own_yen) == (50_000, 10_000)
    with pytest.raises(ReasonMissing):
        claim_step(submitted, "approved", party=Party.INSURER, approved_yen=30_000)
    less = claim_step(submitted, "approved", party=Party.INSURER, approved_yen=30_000, reason="交通費は対象外")
    assert (less.approved_yen, less.own_yen) == (30_000, 30_000)
    for amount in (0, 50_001):
        with pytest.raises(AmountWrong):
            claim_step(submitted, "approved", party=Party.INSURER, approved_yen=amount, reason="必要なため")
    refused = claim_step(submitted, "rejected", party=Party.INSURER, reason="対象外")
    assert (refused.approved_yen, refused.own_yen) == (0, 60_000)


@pytest.mark.parametrize(
    ("total", "tax", "rule", "insurer", "own"),
    [
        (48_000, 4_363, TaxRule.INCLUDED, 48_000, 0),
        (50_000, 4_545, TaxRule.INCLUDED, 50_000, 0),
        (50_001, 4_545, TaxRule.INCLUDED, 50_000, 1),
        (55_000, 5_000, TaxRule.INCLUDED, 50_000, 5_000),
        (55_000, 5_000, TaxRule.EXCLUDED, 50_000, 5_000),
        (56_100, 5_100, TaxRule.EXCLUDED, 50_000, 6_100),
        (22_000, 2_000, TaxRule.EXCLUDED, 20_000, 2_000),
        (0, 0, TaxRule.INCLUDED, 0, 0),
    ],
)
def test_what_is_over_the_limit_is_the_firms_own(total: int, tax: int, rule: str, insurer: int, own: int) -> None:
    shares = split(total, tax, terms=Terms(50_000, 1, True, tax_rule=rule))
    assert (shares.insurer_yen, shares.own_yen) == (insurer, own)


def test_before_the_work_starts_the_firm_learns_what_it_would_pay_itself() -> None:
    assert payment_estimate(Verdict.ELIGIBLE, total_yen=62_000, tax_yen=5_636, terms=TERMS).own_yen == 12_000
    for verdict in set(Verdict) - {Verdict.ELIGIBLE}:
        assert payment_estimate(verdict, total_yen=62_000, tax_yen=5_636, terms=TERMS).own_yen == 62_000


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.ELIGIBLE),
        ({"grade": 2}, Verdict.NOT_HIGH),
        ({"entitlement": Entitlement(YEAR, TERMS, 1)}, Verdict.USED_UP),
        ({"entitlement": Entitlement(None, TERMS, 0)}, Verdict.OUTSIDE_CONTRACT),
        ({"vendor_listed": False}, Verdict.VENDOR_NOT_LISTED),
        (
            {"vendor_listed": False, "entitlement": Entitlement(YEAR, Terms(50_000, 1, True, False), 0)},
            Verdict.ELIGIBLE,
        ),
        ({"remote": True, "entitlement": Entitlement(YEAR, Terms(50_000, 1, False), 0)}, Verdict.REMOTE_NOT_COVERED),
        ({"remote": False, "entitlement": Entitlement(YEAR, Terms(50_000, 1, False), 0)}, Verdict.ELIGIBLE),
        ({"opened_by": "policy"}, Verdict.BY_HAND),
        ({"opened_by": "desk"}, Verdict.BY_HAND),
    ],
)
def test_why_the_cover_pays_or_not(changes: dict[str, object], verdict: Verdict) -> None:
    facts: dict[str, object] = {
        "kind": "malware_suspected",
        "opened_by": "high_grade",
        "grade": 3,
        "entitlement": LEFT,
        "vendor_listed": True,
        "remote": True,
    }
    assert eligibility(**(facts | changes)) is verdict  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "day", "year"),
    [
        (YearRule.CONTRACT, date(2027, 2, 1), (date(2026, 6, 15), date(2027, 6, 14))),
        (YearRule.CALENDAR, date(2026, 12, 31), (date(2026, 1, 1), date(2026, 12, 31))),
        (YearRule.CALENDAR, date(2027, 1, 1), (date(2027, 1, 1), date(2027, 12, 31))),
        (YearRule.FISCAL, date(2027, 3, 31), (date(2026, 4, 1), date(2027, 3, 31))),
        (YearRule.FISCAL, date(2027, 4, 1), (date(2027, 4, 1), date(2028, 3, 31))),
        (YearRule.FISCAL, date(2026, 6, 14), None),
    ],
)
def test_the_year_follows_the_policys_rule(rule: str, day: date, year: tuple[date, date] | None) -> None:
    contract_year = insurance_year(rule, start=date(2026, 6, 15), end=None, day=day, fiscal_start_month=4)
    assert contract_year == (ContractYear(*year) if year else None)


def test_the_years_claims_are_given_out_one_by_one() -> None:
    assert free_slot(set(), 1) == 1
    assert free_slot({1}, 1) is None
    assert free_slot({1, 3}, 3) == 2


def test_a_changed_or_moved_link_of_the_evidence_is_found() -> None:
    links = linked([("alert", {"n": 1}), ("notice", {"件名": "重要度 高"}), ("invoice", {"yen": 48_000})])
    assert broken_at(links) is None
    assert broken_at([links[0], links[2], links[1]]) == 1
    from dataclasses import replace

    assert broken_at([links[0], links[1], replace(links[2], data={"yen": 49_000})]) == 2
    assert canonical("a", {"b": 1, "あ": "い"}) == '{"b":1,"kind":"a","あ":"い"}'
