"""What the bundled cover still pays, to which day, and for which incidents; nobody else's firm is told."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from incidents.core.triage import groups_claim
from insurance.models import PolicyVersion
from insurance.rules import ContractYear, Entitlement, Terms, Verdict, contract_year, eligibility
from insurance.selectors import entitlement
from insurance.ui.fragments import REASONS
from tenants.models import Enrolment, User
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast, Kind, organisation_make
from tests.mailing import group_make, high_group_make

NOW = datetime(2026, 11, 20, 5, 41, tzinfo=UTC)
TERMS = Terms(50_000, 1, True)
YEAR = ContractYear(date(2026, 4, 1), date(2027, 3, 31))


def policy(cast: Cast, valid_from: date = date(2026, 4, 1), limit_yen: int = 50_000) -> None:
    insurer = organisation_make("みどり損害保険", Kind.INSURER)
    PolicyVersion.objects.using("owner").create(
        programme=cast.programme, insurer=insurer, valid_from=valid_from, limit_yen=limit_yen
    )


def page(user: User, *args: int) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("insurance:entitlement", args=args))
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    ("start", "end", "day", "year"),
    [
        (date(2026, 4, 1), None, date(2026, 4, 1), (date(2026, 4, 1), date(2027, 3, 31))),
        (date(2026, 4, 1), None, date(2027, 3, 31), (date(2026, 4, 1), date(2027, 3, 31))),
        (date(2026, 4, 1), None, date(2027, 4, 1), (date(2027, 4, 1), date(2028, 3, 31))),
        (date(2024, 2, 29), None, date(2025, 2, 28), (date(2024, 2, 29), date(2025, 2, 28))),
        (date(2024, 2, 29), None, date(2025, 3, 1), (date(2025, 3, 1), date(2026, 2, 28))),
        (date(2024, 2, 29), None, date(2028, 2, 29), (date(2028, 2, 29), date(2029, 2, 28))),
        (date(2026, 4, 1), date(2026, 12, 31), date(2026, 5, 1), (date(2026, 4, 1), date(2026, 12, 31))),
        (date(2026, 4, 1), None, date(2026, 3, 31), None),
        (date(2026, 4, 1), date(2026, 12, 31), date(2027, 1, 1), None),
    ],
)
def test_the_insurance_year_is_the_contract_year(
    start: date, end: date | None, day: date, year: tuple[date, date] | None
) -> None:
    assert contract_year(start, end, day) == (ContractYear(*year) if year else None)


@pytest.mark.parametrize(
    ("kind", "opened_by", "grade", "left", "verdict"),
    [
        ("malware_suspected", "high_grade", 3, Entitlement(YEAR, TERMS, 0), Verdict.ELIGIBLE),
        ("malware_suspected", "high_grade", 3, Entitlement(YEAR, TERMS, 1), Verdict.USED_UP),
        ("antivirus_unresolved", "antivirus", 2, Entitlement(YEAR, TERMS, 0), Verdict.NOT_HIGH),
        ("malware_suspected", "analyst", 2, Entitlement(YEAR, TERMS, 0), Verdict.BY_HAND),
        ("malware_suspected", "analyst", 3, Entitlement(YEAR, TERMS, 0), Verdict.BY_HAND),
        ("malware_suspected", "firm_wish", 2, Entitlement(YEAR, TERMS, 0), Verdict.BY_HAND),
        ("malware_suspected", "firm_wish", 3, Entitlement(YEAR, TERMS, 0), Verdict.BY_HAND),
        ("malware_suspected", "high_grade", 3, Entitlement(None, TERMS, 0), Verdict.OUTSIDE_CONTRACT),
        ("malware_suspected", "high_grade", 3, Entitlement(YEAR, None, 0), Verdict.NO_POLICY),
    ],
)
def test_only_a_high_notice_given_by_rule_is_covered(
    kind: str, opened_by: str, grade: int, left: Entitlement, verdict: Verdict
) -> None:
    assert eligibility(kind=kind, opened_by=opened_by, grade=grade, entitlement=left) is verdict


def test_the_terms_in_force_on_the_day_count(cast: Cast) -> None:
    policy(cast)
    policy(cast, valid_from=date(2026, 12, 1), limit_yen=100_000)
    firm = cast.sakura_dental.pk
    with tenant_scope(firm):
        limits = [
            entitlement(tenant_id=firm, on_day=day).yen_left
            for day in (date(2026, 11, 30), date(2026, 12, 1), date(2026, 3, 31))
        ]
    assert limits == [50_000, 100_000, 0]


def test_a_renewed_contract_begins_a_new_year(cast: Cast) -> None:
    policy(cast)
    firm = cast.sakura_dental.pk
    renewed = Enrolment(tenant_id=firm, programme_id=cast.programme.pk, contract_start=date(2027, 1, 15))
    renewed.save(using="owner")
    with tenant_scope(firm):
        assert entitlement(tenant_id=firm, on_day=date(2027, 1, 14)).year == ContractYear(
            date(2026, 4, 1), date(2027, 3, 31)
        )
        assert entitlement(tenant_id=firm, on_day=date(2027, 1, 15)).year == ContractYear(
            date(2027, 1, 15), date(2028, 1, 14)
        )


def test_the_firm_and_its_desk_see_what_is_left_for_a_high_incident(cast: Cast) -> None:
    policy(cast)
    high_group_make(cast.sakura_box)
    groups_claim(now=NOW)
    for user in (cast.hanako, cast.agent):
        status, html = page(user, cast.sakura_dental.pk, 1)
        assert status == 200
        assert "今年度の残り: 1回・50,000円(2027年3月31日(水)まで)" in html
        assert "保険の対象" in html
        assert "対象外" not in html


def test_a_virus_that_was_delivered_is_said_not_to_be_covered(cast: Cast) -> None:
    policy(cast)
    group_make(cast.sakura_box, function="av", direction="inbound", alert_count=1, blocked_count=0)
    groups_claim(now=NOW)
    _status, html = page(cast.hanako, cast.sakura_dental.pk, 1)
    assert "保険の対象外" in html
    assert "重要度 高(★★★)のお知らせではない" in html


def test_another_firm_and_people_without_a_right_get_nothing(cast: Cast) -> None:
    policy(cast)
    for user in (cast.jiro, cast.engineer):
        assert page(user, cast.sakura_dental.pk)[0] == 404
    assert page(cast.hanako, cast.sakura_dental.pk)[0] == 200
    assert page(cast.hanako, cast.sakura_dental.pk, 7)[0] == 404


def test_a_firm_reads_that_a_promoted_alert_is_at_its_own_cost_and_when_that_changes() -> None:
    reason = str(REASONS[Verdict.BY_HAND])
    assert "会社の希望" in reason
    assert "費用は会社の負担です" in reason
    assert "あとから重要度 高(★★★)のお知らせになれば、その時から対象になります" in reason
