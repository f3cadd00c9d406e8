"""How notices of a kind ended at all firms: numbers of five firms and more, none by which a firm is recognised."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from alerts.models import AlertGroup
from incidents.answers.outcomes import Endings, endings_alike, outcomes_count
from tenants.models import Enrolment, Organisation
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Cast, box_make, grant_make, organisation_make
from tests.mailing import group_make

NOW = datetime(2026, 11, 20, 5, 41, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 3, 5, tzinfo=UTC)


def firms_make(cast: Cast, verdicts: list[str], **fields: Any) -> list[AlertGroup]:
    """A firm of the programme for each verdict of the SOC, with one notice in October."""
    groups = []
    for number, verdict in enumerate(verdicts):
        firm = organisation_make(f"会社{number}{fields}")
        Enrolment(tenant_id=firm.pk, programme_id=cast.programme.pk, contract_start=date(2026, 4, 1)).save(using=OWNER)
        groups.append(group_make(box_make(firm), hour=OCTOBER, soc_verdict=verdict, **fields))
    return groups


def seen_by_hanako(cast: Cast, group: AlertGroup) -> Endings | None:
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        return endings_alike(group)


def kinds(endings: Endings | None) -> list[tuple[str, int]]:
    assert endings is not None
    return [(kind.outcome, kind.firms) for kind in endings.kinds]


def test_a_firm_reads_how_such_notices_ended_at_firms_of_its_programme(cast: Cast) -> None:
    mine = group_make(cast.sakura_box, hour=OCTOBER)
    firms_make(cast, ["true_positive"] * 7 + ["false_positive"] * 6 + ["dealt_with"] * 2)
    assert outcomes_count(now=NOW) == 1
    endings = seen_by_hanako(cast, mine)
    assert endings is not None
    assert (endings.firms, endings.same_mark) == (15, True), "16 firms, said in fives"
    assert kinds(endings) == [("real", 5), ("harmless", 5)], "two that ended otherwise and one open are not shown"
    assert (endings.since, endings.last) == (date(2025, 11, 1), date(2026, 10, 31))
    client = Client()
    client.force_login(cast.hanako)
    page = client.get(f"/alerts/{mine.pk}/").content.decode()
    assert "約15社に、同じ目印の" in page
    assert "会社3" not in page
    soc = Client()
    soc.force_login(cast.analyst)
    assert "約15社に、同じ目印の" in soc.get(f"/desk/alerts/{mine.tenant_id}/{mine.pk}/").content.decode()


def test_of_a_mark_that_fewer_than_five_firms_had_the_kind_of_threat_is_counted(cast: Cast) -> None:
    mine = group_make(cast.sakura_box, hour=OCTOBER)
    firms_make(cast, ["true_positive"] * 3)
    firms_make(cast, ["true_positive"] * 3, family="malware:barbot", signature="ET MALWARE Barbot Checkin")
    outcomes_count(now=NOW)
    endings = seen_by_hanako(cast, mine)
    assert endings is not None
    assert (endings.firms, endings.same_mark, kinds(endings)) == (5, False, [("real", 5)])


@pytest.mark.parametrize("others", [3, 4])
def test_below_five_firms_nothing_is_said(cast: Cast, others: int) -> None:
    mine = group_make(cast.sakura_box, hour=OCTOBER)
    firms_make(cast, ["true_positive"] * others)
    outcomes_count(now=NOW)
    assert (seen_by_hanako(cast, mine) is not None) == (others == 4)


def test_what_happens_within_the_month_shows_in_no_difference(cast: Cast) -> None:
    mine = group_make(cast.sakura_box, hour=OCTOBER)
    others = firms_make(cast, ["true_positive"] * 7)
    outcomes_count(now=NOW)
    before = seen_by_hanako(cast, mine)
    with tenant_scope(others[0].tenant_id):
        AlertGroup.objects.update(soc_verdict="false_positive")
    with tenant_scope(others[1].tenant_id):
        AlertGroup.objects.update(grade=0)
    firms_make(cast, ["false_positive"] * 9)
    assert outcomes_count(now=NOW + timedelta(days=3)) == 0
    assert seen_by_hanako(cast, mine) == before
    assert outcomes_count(now=NOW + timedelta(days=14)) == 1
    assert kinds(seen_by_hanako(cast, mine)) == [("real", 5), ("harmless", 10)]


def test_a_firm_with_many_notices_counts_once_with_its_gravest(cast: Cast) -> None:
    mine = group_make(cast.sakura_box, hour=OCTOBER)
    others = firms_make(cast, ["false_positive"] * 4)
    for number in range(1, 9):
        group_make(cast.sakura_box, hour=OCTOBER + timedelta(hours=number), soc_verdict="true_positive")
    outcomes_count(now=NOW)
    endings = seen_by_hanako(cast, mine)
    assert endings is not None
    assert (endings.firms, kinds(endings)) == (5, []), "four and one"
    assert len(others) == 4


def test_nobody_reads_of_a_firm_out_of_reach(cast: Cast) -> None:
    mine = group_make(cast.sakura_box, hour=OCTOBER)
    others = firms_make(cast, ["true_positive"] * 9)
    outcomes_count(now=NOW)
    assert seen_by_hanako(cast, others[0]) is None
    with person_scope(cast.engineer.pk, cast.vendor.pk):
        assert endings_alike(mine) is None
    with person_scope(cast.analyst.pk, cast.soc.pk):
        assert endings_alike(mine) is not None
        assert endings_alike(others[0]) is None
    grant_make(cast.soc, Organisation.objects.using(OWNER).get(pk=others[0].tenant_id), "watch")
    with person_scope(cast.analyst.pk, cast.soc.pk):
        assert endings_alike(others[0]) is not None
