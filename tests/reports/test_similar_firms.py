"""A firm is compared with similar ones, and from the comparison nobody learns another firm's count."""

from __future__ import annotations

from datetime import date

import pytest

from reports.doors import PeerMedians, peer_medians, peers_count
from reports.models import MonthlyReport
from reports.services import month_close
from sensors.models import Sensor
from tenants.models import Enrolment, Organisation
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Cast, box_make, organisation_make
from tests.reports.conftest import DECEMBER_FIRST, NOVEMBER, Close, pages_of
from tests.reports.records import notices_added, peer_groups


def _firm(cast: Cast, industry: str, staff: int | None, blocked: int) -> Organisation:
    """A firm that was watched all November, of which so much was stopped."""
    firm = organisation_make(f"会社{industry}{staff}{blocked}", industry=industry, staff_count=staff)
    Enrolment(tenant_id=firm.pk, programme_id=cast.programme.pk, contract_start=date(2026, 4, 1)).save(using=OWNER)
    Organisation.objects.using(OWNER).filter(pk=firm.pk).update(created_at=NOVEMBER.start)
    box = box_make(firm)
    with tenant_scope(firm.pk):
        Sensor.objects.filter(pk=box.sensor.pk).update(activated_at=NOVEMBER.start)
    notices_added(firm.pk, NOVEMBER.first, blocked)
    return firm


def _medians(firm: Organisation) -> PeerMedians | None:
    with tenant_scope(firm.pk):
        return peer_medians(NOVEMBER.first)


def _levels(firms: list[Organisation]) -> set[int | None]:
    medians = [_medians(firm) for firm in firms]
    return {None if each is None else each.level for each in medians}


def _count() -> int:
    return peers_count(first=NOVEMBER.first, now=DECEMBER_FIRST)


def test_a_firm_reads_the_median_of_its_industry_and_size(cast: Cast) -> None:
    own = [_firm(cast, "E", 8, blocked) for blocked in (0, 20, 20, 60, 100, 900)]
    for blocked in (500, 500, 500, 500, 500, 500):
        _firm(cast, "D", 8, blocked)
    assert _count() == 2
    medians = _medians(own[0])
    assert medians is not None
    assert (medians.level, medians.least_firms, medians.medians["blocked"]) == (1, 6, 40)


def test_firms_that_are_too_few_of_a_kind_are_compared_with_more_kinds(cast: Cast) -> None:
    alone = [_firm(cast, industry, 8, 10) for industry in "ABCDEF"]
    elsewhere = [_firm(cast, industry, staff, 10) for industry, staff in (("G", 40), ("H", 70), ("I", 120))]
    unknown = [_firm(cast, "", None, 10) for _ in range(3)]
    _count()
    assert _levels(alone) == {2}
    assert _levels([*elsewhere, *unknown]) == {3}


def test_with_four_others_nothing_is_shown(cast: Cast, close: Close) -> None:
    firms = [_firm(cast, "E", 8, 10) for _ in range(3)]  # beside the two of the cast
    close()
    assert [_medians(firm) for firm in firms] == [None] * 3
    assert "比べられる会社が5社そろわないため" in "".join(pages_of(firms[0]))


def test_no_two_groups_of_a_month_share_a_firm_so_none_can_be_taken_from_another(cast: Cast) -> None:
    sizes = (3, 8, 15, 30, None)
    for at in range(47):
        _firm(cast, "DEI"[at % 3 : at % 3 + 1] if at % 7 else "", sizes[at * at % 5], at * 10)
    _count()
    groups = peer_groups(NOVEMBER.first)
    assert len(groups) >= 3, "the test has groups of several levels"
    members = [firm for _level, firms in groups for firm in firms]
    assert len(members) == len(set(members)), "a firm in two groups is their difference"
    assert min(len(firms) for _level, firms in groups) >= 6
    # Any sum or difference of groups is made of whole groups: of six firms at least, or of none.
    for _level, firms in groups:
        for _other, others in groups:
            assert len(firms - others) not in range(1, 6)


def test_a_firm_that_joins_or_leaves_afterwards_shows_in_no_median(cast: Cast) -> None:
    firms = [_firm(cast, "E", 8, blocked) for blocked in (0, 0, 0, 400, 400, 400)]
    _count()
    before = [_medians(firm) for firm in firms]
    newcomer = _firm(cast, "E", 8, 9000)
    Enrolment._base_manager.using(OWNER).filter(tenant_id=firms[0].pk).update(contract_end=date(2026, 10, 1))
    assert _count() == 0
    assert [_medians(firm) for firm in firms] == before
    assert _medians(newcomer) is None


@pytest.mark.parametrize("own", [0, 10, 200, 5000])
def test_of_two_worlds_that_differ_in_one_firms_count_the_medians_hardly_tell(cast: Cast, own: int) -> None:
    """The median moves by at most one neighbour's place, and is rounded: nobody reads the firm's count from it."""
    firms = [_firm(cast, "E", 8, blocked) for blocked in (200, 205, 210, 215, 220)]
    _firm(cast, "E", 8, own)
    _count()
    medians = _medians(firms[0])
    assert medians is not None
    assert medians.medians["blocked"] == 200


def test_a_partner_and_a_person_of_another_firm_read_no_median(cast: Cast) -> None:
    for _ in range(6):
        _firm(cast, "E", 8, 10)
    _count()
    for user, organisation in ((cast.clerk, cast.office), (cast.analyst, cast.soc), (cast.agent, cast.desk)):
        with person_scope(user.pk, organisation.pk):
            assert peer_medians(NOVEMBER.first) is None


def test_the_comparison_stands_in_the_report_beside_the_firms_own_number(cast: Cast, close: Close) -> None:
    firms = [_firm(cast, "E", 8, blocked) for blocked in (40, 40, 40, 40, 40, 1234)]
    close()
    with tenant_scope(firms[5].pk):
        assert MonthlyReport.objects.get().figures["peers"]["medians"]["blocked"] == 40
    words = "".join(pages_of(firms[5]))
    assert "6〜9社" in words
    assert "止めた通信(回)040" in words, "its box has sent nothing of the 1,234"


def test_the_comparison_is_made_before_the_first_report_of_the_month(cast: Cast) -> None:
    firms = [_firm(cast, "E", 8, 40) for _ in range(6)]
    month_close(now=DECEMBER_FIRST)
    for firm in firms:
        with tenant_scope(firm.pk):
            assert MonthlyReport.objects.get().figures["peers"] is not None
