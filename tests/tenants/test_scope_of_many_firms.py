"""A partner sees the same whether its firms are few, and listed, or many, and asked about row by row."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from alerts.models import AlertGroup
from incidents.desk import finding
from incidents.desk.lookup import firms_by_number, firms_matching
from incidents.models import Case, DeskTask
from sensors.models import Sensor
from tenants import selectors
from tenants.models import AccessGrant, Organisation
from tenants.selectors import firms_in_scope
from tenants.tenancy import scope
from tenants.tenancy.scope import current_scope, person_scope, tenant_scope
from tests import factories
from tests.factories import OWNER, Cast
from tests.portal import scenes
from web import paging


@pytest.fixture(params=["listed", "many"])
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both ways a scope of two firms can be opened."""
    if request.param == "many":
        monkeypatch.setattr(scope, "MOST_LISTED", 1)
    return bool(request.param == "many")


def test_an_analyst_sees_the_boxes_and_alerts_of_the_watched_firms_and_of_no_other(cast: Cast, many: bool) -> None:
    other = factories.box_make(factories.organisation_make("よその会社"))
    watched = {scenes.group_make(cast.sakura_box.sensor, "outbound-malware").pk}
    scenes.group_make(other.sensor, "outbound-malware")
    with person_scope(cast.analyst.pk, cast.soc.pk):
        assert current_scope().many == many
        assert {group.pk for group in AlertGroup.objects.all()} == watched
        assert other.sensor.pk not in {box.pk for box in Sensor.objects.all()}
        assert {firm.pk for firm in firms_in_scope()} == {cast.sakura_dental.pk, cast.yamada_works.pk}


def test_the_desk_sees_cases_of_its_firms_and_of_callers_nobody_knows(cast: Cast, many: bool) -> None:
    with person_scope(cast.agent.pk, cast.desk.pk):
        now = datetime.now(UTC)
        for tenant, number in ((cast.sakura_dental, 1), (cast.office, 1)):
            Case.objects.create(tenant=tenant, number=number, title="?", channel="phone", opened_at=now, due_at=now)
        assert current_scope().many == many
        assert {case.tenant_id for case in Case.objects.all()} == {cast.sakura_dental.pk, cast.office.pk}
    with person_scope(cast.analyst.pk, cast.soc.pk):
        assert {case.tenant_id for case in Case.objects.all()} == {cast.sakura_dental.pk}


def test_a_grant_that_ends_between_two_requests_closes_the_second(cast: Cast, many: bool) -> None:
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware")
    analyst = Client()
    analyst.force_login(cast.analyst)
    assert "さくら歯科" in analyst.get("/soc/alerts/").content.decode()
    grant = AccessGrant.objects.using(OWNER).filter(tenant=cast.sakura_dental, capability="watch")
    assert grant.update(valid=(factories.SINCE, datetime.now(UTC))) == 1
    assert "さくら歯科" not in analyst.get("/soc/alerts/").content.decode()


def test_a_partner_of_no_firm_sees_nothing(cast: Cast, many: bool) -> None:
    person = factories.user_make("new@soc.invalid", factories.organisation_make("新しいSOC", Organisation.Kind.SOC))
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware")
    with person_scope(person.pk, person.memberships.using(OWNER).get().organisation_id):
        assert current_scope().tenants == ()
        assert not current_scope().many
        assert list(AlertGroup.objects.all()) == []


def test_the_soc_chooses_a_firm_by_part_of_its_name_when_it_watches_many(cast: Cast, many: bool) -> None:
    for box in (cast.sakura_box, cast.yamada_box):
        scenes.group_make(box.sensor, "outbound-malware")
    analyst = Client()
    analyst.force_login(cast.analyst)
    chosen = "さくら" if many else str(cast.sakura_dental.pk)
    rows = analyst.get("/soc/alerts/", {"firm": chosen}).context["rows"]
    assert {row.group.tenant_id for row in rows} == {cast.sakura_dental.pk}
    nobody = analyst.get("/soc/alerts/", {"firm": "そんな会社はない"}).context["rows"]
    assert bool(nobody) != many, "in a list only a firm that stands there can be chosen"


def test_a_name_that_many_firms_share_finds_them_all(cast: Cast, many: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """No list ends quietly at the number of firms that are looked up at once."""
    monkeypatch.setattr(selectors, "MOST_NAMED", 1)
    monkeypatch.setattr(finding, "MOST_FIRMS", 1)
    for box in (cast.sakura_box, cast.yamada_box):
        Organisation.objects.using(OWNER).filter(pk=box.sensor.tenant_id).update(name="株式会社みどり")
        scenes.task_make(scenes.incident_make(scenes.group_make(box.sensor, "outbound-malware")))
    analyst, agent = Client(), Client()
    analyst.force_login(cast.analyst)
    agent.force_login(cast.agent)
    both = {cast.sakura_dental.pk, cast.yamada_works.pk}
    if many:
        groups = [row.group for row in analyst.get("/soc/alerts/", {"firm": "株式会社"}).context["rows"]]
        assert {group.tenant_id for group in groups} == both
    assert {row["box"].tenant_id for row in analyst.get("/boxes/?q=株式会社").context["rows"]} == both
    assert {row.firm.pk for row in agent.get("/desk/?q=株式会社").context["rows"]} == both
    assert agent.get("/boxes/?q=有限会社").context["rows"] == []


def test_a_list_that_is_cut_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    analyst = Client()
    analyst.force_login(cast.analyst)
    assert "全2件のうち" in analyst.get("/boxes/").content.decode()
    monkeypatch.setattr(paging, "MOST_COUNTED", 1)
    page = analyst.get("/boxes/").content.decode()
    assert "先頭の1件のうち 1〜1件目。ほかは言葉で探せます。" in page
    assert '<span class="count">1+</span>' in page


def test_the_desk_is_told_that_more_waits_than_is_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is late or one's own is counted among all that waits, not only among the most urgent."""
    for importance in (3, 2, 1):
        group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware", family=f"sample {importance}")
        task = scenes.task_make(scenes.incident_make(group, number=importance))
        due_at = datetime(2020 if importance == 1 else 2099, 1, 1, tzinfo=UTC)
        with tenant_scope(task.tenant_id):
            DeskTask.objects.filter(pk=task.pk).update(importance=importance, due_at=due_at)
    agent = Client()
    agent.force_login(cast.agent)
    shown = agent.get("/desk/").context["figures"]
    assert (shown.total, shown.urgent, shown.late) == (3, 1, 1)
    monkeypatch.setattr(paging, "MOST_COUNTED", 2)
    page = agent.get("/desk/")
    cut = page.context["figures"]
    assert (cut.total, cut.urgent, cut.late) == (2, 1, 1)
    assert "2件以上が待っています" in page.content.decode()
    assert '<span class="count">2+</span>' in page.content.decode()


def test_a_box_is_prepared_for_a_firm_that_was_searched_for(cast: Cast, many: bool) -> None:
    """Of thousands of firms none is offered before it was searched for; of few all are."""
    agent = Client()
    agent.force_login(cast.agent)
    offered = agent.get("/boxes/new/").content.decode()
    assert (f'<option value="{cast.yamada_works.pk}">' in offered) != many
    page = agent.get("/boxes/new/", {"q": "さくら"}).content.decode()
    assert f'<option value="{cast.sakura_dental.pk}">' in page
    if many:
        assert f'<option value="{cast.yamada_works.pk}">' not in page
        assert "当てはまる会社はありません" in agent.get("/boxes/new/", {"q": "そんな会社はない"}).content.decode()
    chosen = {"firm": str(cast.sakura_dental.pk), "name": ""}
    again = agent.post("/boxes/new/?q=さくら", chosen).content.decode()
    assert f'<option value="{cast.sakura_dental.pk}" selected>' in again, "a missing name does not lose the firm"
    made = agent.post("/boxes/new/?q=さくら", chosen | {"name": "2階"})
    assert made.status_code == 302
    assert made["Location"].startswith(f"/boxes/{cast.sakura_dental.pk}/")


def test_the_desk_finds_firms_by_part_of_a_name_and_by_figures_of_a_number(cast: Cast, many: bool) -> None:
    Organisation.objects.using(OWNER).filter(pk=cast.sakura_dental.pk).update(phone="06-6944-6000(代表)/090-1234-5678")
    factories.organisation_make("さくらクリニック", phone="06-6944-6000")  # of no programme
    with person_scope(cast.agent.pk, cast.desk.pk):
        for typed in ("さくら", "くら歯", "歯", "6944-6000", "12345678", "090-1234-5678"):
            assert firms_matching(typed) == [cast.sakura_dental.pk], typed
        for typed in ("694", "さくらん", "%", "_", "\\", "6944-6009"):
            assert cast.sakura_dental.pk not in firms_matching(typed), typed
        assert [match.sure for match in firms_by_number("+81669446000")] == [True]
        assert [match.sure for match in firms_by_number("06-6944-6077")] == [False]
        assert firms_by_number("06-6944-7000") == []
