"""Whoever looks for the same again keeps the filter of a long list: their own, by name, at most twenty of a list."""

from __future__ import annotations

import pytest
from django.test import Client

from alerts.models import SavedFilter
from tenants.models import User
from tenants.tenancy.scope import person_scope
from tests.factories import Cast, user_make
from tests.portal.pages import text_of

LISTS = {"agent": "/desk/records/", "clerk": "/office/firms/"}


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize(("who", "where"), LISTS.items())
def test_a_filter_is_kept_without_the_place_in_the_list_and_is_the_persons_own(
    cast: Cast, who: str, where: str
) -> None:
    person: User = getattr(cast, who)
    client, keep = logged_in(person), f"{where}filters/"
    assert (
        'name="query" value="q=%E3%81%95%E3%81%8F%E3%82%89"' in client.get(f"{where}?q=さくら&page=2").content.decode()
    )
    done = client.post(keep, {"action": "save", "name": "さくら", "query": "q=さくら&page=2&from="}, follow=True)
    assert done.redirect_chain == [(f"{where}?q=%E3%81%95%E3%81%8F%E3%82%89", 302)]
    page = done.content.decode()
    assert "「さくら」として保存しました" in text_of(page)
    assert f'href="{where}?q=%E3%81%95%E3%81%8F%E3%82%89"' in page
    assert 'aria-current="true">さくら' in page
    colleague = user_make("colleague@x.invalid", cast.desk if who == "agent" else cast.office)
    assert "保存した条件:" not in text_of(logged_in(colleague).get(where).content.decode())
    logged_in(colleague).post(keep, {"action": "drop", "name": "さくら"})
    assert "「さくら」を消す" in text_of(client.get(where).content.decode())
    client.post(keep, {"action": "drop", "name": "さくら"})
    assert "保存した条件:" not in text_of(client.get(where).content.decode())


def test_the_twenty_first_of_a_list_is_refused(cast: Cast) -> None:
    desk = logged_in(cast.agent)
    for number in range(20):
        desk.post("/desk/records/filters/", {"action": "save", "name": f"条件{number}", "query": f"q={number}"})
    refused = desk.post("/desk/records/filters/", {"action": "save", "name": "もう1つ", "query": "q=x"}, follow=True)
    assert "保存できる条件は20個までです" in text_of(refused.content.decode())
    with person_scope(cast.agent.pk, cast.desk.pk):
        assert SavedFilter.objects.filter(place="records").count() == 20


def test_lists_do_not_mix(cast: Cast) -> None:
    with person_scope(cast.agent.pk, cast.desk.pk):
        SavedFilter.objects.create(
            person=cast.agent, place="firms", name="よその一覧", query="q=x", saved_at="2026-11-20T00:00Z"
        )
    assert "よその一覧" not in logged_in(cast.agent).get("/desk/records/").content.decode()


def test_each_list_is_for_its_own_people(cast: Cast) -> None:
    fields = {"action": "save", "name": "x", "query": "q=x"}
    for person in (cast.clerk, cast.analyst, cast.hanako):
        assert logged_in(person).post("/desk/records/filters/", fields).status_code == 404
    for person in (cast.agent, cast.analyst, cast.hanako):
        assert logged_in(person).post("/office/firms/filters/", fields).status_code == 404
