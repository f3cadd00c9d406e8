"""What help will take is told from past jobs like it, without names, and "no past cases yet" is said (N4)."""

from __future__ import annotations

import uuid

import pytest

from incidents.dispatch.doors import past_effort
from incidents.dispatch.estimates import Past, nearest, yen_of
from incidents.models import Incident, WorkEntry
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.portal import scenes
from tests.portal.help_stage import PAST, browser, past_job_make


def _past(cast: Cast, family: str, function: str = "ips") -> list[Past]:
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        return past_effort(programme_id=cast.programme.pk, family=family, function=function)


def test_four_past_jobs_are_no_basis_and_the_fifth_is(cast: Cast) -> None:
    spent, paid = (100, 150, 200, 235), (30_000, 35_000, 40_000, 48_000)
    for number, (minutes, yen) in enumerate(zip(spent, paid, strict=True), start=1):
        past_job_make(cast, number, "emotet", {"remote": minutes}, yen)
    assert _past(cast, "emotet") == []
    past_job_make(cast, 5, "emotet", {"remote": 300}, 50_000)
    past = nearest(_past(cast, "emotet"), "remote")
    assert past is not None
    assert (past.level, past.jobs, past.minutes_middle) == (0, 5, 200)
    assert yen_of(past) == (35_000, 40_000, 48_000)
    assert nearest(_past(cast, "emotet"), "on_site") is None


def test_the_database_tells_no_bill_as_long_as_there_are_four(cast: Cast) -> None:
    for number in range(1, 7):
        past_job_make(cast, number, "emotet", {"remote": 100}, 30_000 if number < 5 else None)
    for past in _past(cast, "emotet"):
        assert (past.jobs, past.bills, past.yen_low, past.yen_middle, past.yen_high) == (6, 0, None, None, None)


def test_jobs_less_alike_are_used_until_there_are_enough_of_the_same_kind(cast: Cast) -> None:
    kinds = [(family, "ips") for family in "abcde"] + [("f", "av")]
    for number, (family, function) in enumerate(kinds, start=1):
        past_job_make(cast, number, family, {"remote": 60 * number}, None, function)
    same_function = nearest(_past(cast, "new", "ips"), "remote")
    any_kind = nearest(_past(cast, "new", "url"), "remote")
    assert same_function is not None
    assert any_kind is not None
    assert (same_function.level, same_function.jobs) == (1, 5)
    assert (any_kind.level, any_kind.jobs) == (2, 6)
    assert yen_of(any_kind) is None, "no bills, no cost"


def test_time_that_was_struck_out_does_not_count_and_any_visit_makes_it_a_visit(cast: Cast) -> None:
    for number in range(1, 6):
        job = past_job_make(cast, number, "x", {"remote": 100, "on_site": 60}, None)
        with tenant_scope(job.tenant_id):
            wrong = WorkEntry.objects.filter(job=job, way="remote").get()
            WorkEntry.objects.create(
                tenant_id=job.tenant_id,
                job=job,
                key=uuid.uuid4(),
                by=cast.engineer,
                entered_at=PAST,
                kind="work",
                way="remote",
                source="hand",
                started_at=PAST,
                stopped_at=PAST,
                minutes=0,
                corrects=wrong,
                reason="誤り",
            )
    past = nearest(_past(cast, "x"), "on_site")
    assert past is not None
    assert (past.minutes_low, past.minutes_high) == (60, 60)


@pytest.mark.parametrize(("yen", "own"), [((30_000, 40_000, 48_000), "0円"), ((55_000, 55_001, 60_000), "5,001円")])
def test_the_sheet_says_how_long_what_it_costs_and_what_the_firm_itself_pays(
    cast: Cast, yen: tuple[int, int, int], own: str
) -> None:
    from datetime import date

    from insurance.models import PolicyVersion

    PolicyVersion.objects.using("owner").create(
        programme_id=cast.programme.pk, insurer_id=cast.office.pk, valid_from=date(2026, 4, 1), limit_yen=50_000
    )
    for number, amount in enumerate((yen[0], *yen, yen[2]), start=1):
        past_job_make(cast, number, "same", {"remote": 235}, amount)
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", family="same")
    incident: Incident = scenes.incident_make(group, number=7)
    page = browser(cast.hanako).read(f"/help/incidents/{incident.pk}/")
    assert "235分" in page
    assert "同じ種類の検知で対応した 5件から" in page
    assert f"会社が払う分の目安 {own}" in page
    assert "山田製作所" not in page
