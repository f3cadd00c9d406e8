"""An analyst hands detections to a colleague, keeps filters, and finds what is called just what was typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from alerts.models import AlertGroup, SavedFilter
from alerts.ui import work_list
from tenants.models import User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast, Kind, organisation_make, user_make
from tests.portal import scenes
from tests.portal.measuring import audit_trail
from tests.portal.pages import text_of

ACT = "/soc/alerts/act/"
FILTERS = "/soc/alerts/filters/"


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def analyst(cast: Cast) -> Client:
    return logged_in(cast.analyst)


@pytest.fixture
def colleague(cast: Cast) -> User:
    return user_make("second@soc.invalid", cast.soc, family_name="二宮", given_name="慎")


def shown(client: Client, query: str = "") -> set[int]:
    page = client.get(f"/soc/alerts/{query}").content.decode()
    return {int(pk) for pk in re.findall(r'id="group-(\d+)"', page)}


def holder(group: AlertGroup) -> tuple[str, int | None]:
    with tenant_scope(group.tenant_id):
        row = AlertGroup.objects.get(pk=group.pk)
    return row.soc_state, row.soc_person_id


def test_detections_are_handed_to_a_colleague_from_the_list_and_from_the_page(
    cast: Cast, analyst: Client, colleague: User
) -> None:
    groups = [scenes.group_make(cast.sakura_box.sensor, "outbound-malware", family=f"f/{n}") for n in range(2)]
    keys = [str(group.pk) for group in groups]
    assert colleague.full_name in analyst.get("/soc/alerts/").content.decode()
    done = analyst.post(ACT, {"action": "assign", "person": str(colleague.pk), "group": keys}, follow=True)
    assert f"2件の検知を{colleague.full_name}に渡しました" in text_of(done.content.decode())
    assert [holder(group) for group in groups] == [("looking", colleague.pk)] * 2
    assert shown(logged_in(colleague), "?state=mine") == {group.pk for group in groups}
    page = f"/desk/alerts/{groups[0].tenant_id}/{groups[0].pk}/"
    back = logged_in(colleague).post(page, {"action": "assign", "person": str(cast.analyst.pk)}, follow=True)
    assert "に渡しました" in text_of(back.content.decode())
    assert holder(groups[0]) == ("looking", cast.analyst.pk)
    assert [line["data"]["to"] for line in audit_trail("alert.assigned")] == [colleague.pk] * 2 + [cast.analyst.pk]


def test_nobody_else_can_be_given_a_detection(cast: Cast, analyst: Client) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware")
    reader = user_make("reader@soc.invalid", cast.soc, "read_only")
    stranger = user_make("else@soc.invalid", organisation_make("よその監視", Kind.SOC))
    for person in ("", "x", str(reader.pk), str(stranger.pk), str(cast.agent.pk)):
        done = analyst.post(ACT, {"action": "assign", "person": person, "group": [str(group.pk)]}, follow=True)
        assert "渡す相手を選んでください" in text_of(done.content.decode())
    assert holder(group) == ("new", None)


def test_a_filter_is_kept_under_a_name_for_its_person_only(cast: Cast, analyst: Client, colleague: User) -> None:
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware")
    done = analyst.post(FILTERS, {"action": "save", "name": " 中 ", "query": "grade=2&before=2026-01-01"}, follow=True)
    assert done.redirect_chain == [("/soc/alerts/?grade=2", 302)]
    assert "「中」として保存しました" in text_of(done.content.decode())
    assert 'href="/soc/alerts/?grade=2"' in analyst.get("/soc/alerts/").content.decode()
    assert 'href="/soc/alerts/?grade=2"' not in logged_in(colleague).get("/soc/alerts/").content.decode()
    analyst.post(FILTERS, {"action": "save", "name": "中", "query": "grade=2&state=mine"})
    with person_scope(cast.analyst.pk, cast.soc.pk):
        assert [row.query for row in SavedFilter.objects.all()] == ["grade=2&state=mine"], "the same name: replaced"
    logged_in(colleague).post(FILTERS, {"action": "drop", "name": "中"})
    analyst.post(FILTERS, {"action": "drop", "name": "中"})
    with person_scope(cast.analyst.pk, cast.soc.pk):
        assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "", "query": "grade=2"}, "名前を入れてください"),
        ({"name": "x", "query": ""}, "保存する条件がありません"),
        ({"name": "x", "query": "q=" + "x" * 600}, "保存する条件がありません"),
    ],
)
def test_a_filter_without_name_or_content_is_not_kept(analyst: Client, fields: dict[str, str], words: str) -> None:
    assert words in text_of(analyst.post(FILTERS, {"action": "save", **fields}, follow=True).content.decode())


@pytest.mark.parametrize("words", ["203.0.113.99", "2900077"])
def test_what_is_called_just_what_was_typed_is_found_however_old_it_is(
    cast: Cast, analyst: Client, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setattr(work_list, "MOST_SEARCHED", 2)
    old = scenes.group_make(
        cast.yamada_box.sensor,
        "outbound-malware",
        at=datetime.now(UTC) - timedelta(days=20),
        peer="203.0.113.99",
        signature_id=2900077,
    )
    for n in range(4):
        scenes.group_make(cast.sakura_box.sensor, "outbound-malware", family=f"f/{n}", peer="203.0.113.9")
    assert shown(analyst, f"?q={words}") == {old.pk}
    assert shown(analyst, "?q=203.0.113.9") != set(), "and not only a part of it"
    assert old.pk not in shown(analyst, "?q=203.0.113.9")
    assert old.pk not in shown(analyst, "?q=203.0.113.99x")
