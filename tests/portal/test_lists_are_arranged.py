"""Whoever reads a long list sorts it by a heading, chooses its columns and keeps both by a name."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from sensors.models import Sensor
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.portal.pages import text_of
from web import columns, paging
from web.columns import Arrangement, Column

COLUMNS = (Column("firm", "会社", "name"), Column("seen", "最後の連絡", "last_seen_at"), Column("note", "メモ"))


def arranged(text: str) -> Arrangement:
    return Arrangement(COLUMNS, QueryDict(text))


def logged_in(person: Any, language: str = "ja") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return client


def test_a_heading_sorts_and_turns_the_sort_round() -> None:
    assert [heading.href for heading in arranged("q=x&page=3").headings] == ["?q=x&sort=firm", "?q=x&sort=seen", ""]
    firm, seen, _note = arranged("q=x&sort=firm&page=3").headings
    assert (firm.direction, firm.href, seen.direction) == ("ascending", "?q=x&sort=-firm", "")
    assert arranged("sort=-firm").headings[0].direction == "descending"
    assert arranged("sort=-firm").headings[0].href == "?sort=firm"


@pytest.mark.parametrize("text", ["sort=note", "sort=", "sort=password", "sort=--firm", "columns=password"])
def test_what_a_list_does_not_offer_counts_as_not_given(text: str) -> None:
    assert (arranged(text).sort, arranged(text).kept) == ("", [])
    assert arranged(text).shown == {"firm", "seen", "note"}


def test_columns_stay_with_sort_filters_and_tabs() -> None:
    chosen = arranged("q=x&sort=-seen&columns=seen")
    assert chosen.shown == {"firm", "seen"}
    assert chosen.headings[0].href == "?q=x&sort=firm&columns=firm&columns=seen"
    assert chosen.address([("show", "look")]) == "?show=look&sort=-seen&columns=firm&columns=seen"
    assert chosen.others == [("q", "x")]


def firms_of(page: str) -> list[str]:
    return re.findall(r"data-queue-open>([^<]+)</a>", page)


def contact_set(sensor: Sensor, ago: timedelta | None) -> None:
    with tenant_scope(sensor.tenant_id):
        seen = None if ago is None else timezone.now() - ago
        Sensor.objects.filter(pk=sensor.pk).update(last_seen_at=seen)


def test_the_desk_sorts_boxes_by_their_last_contact_and_one_never_heard_of_stands_last(cast: Cast) -> None:
    contact_set(cast.sakura_box.sensor, timedelta(hours=2))
    contact_set(cast.yamada_box.sensor, timedelta(hours=1))
    desk = logged_in(cast.agent)
    earliest = desk.get("/boxes/?sort=seen").content.decode()
    assert firms_of(earliest) == ["さくら歯科", "山田製作所"]
    assert 'aria-sort="ascending"' in earliest
    assert firms_of(desk.get("/boxes/?sort=-seen").content.decode()) == ["山田製作所", "さくら歯科"]
    contact_set(cast.sakura_box.sensor, None)
    for sort in ("seen", "-seen"):
        assert firms_of(desk.get(f"/boxes/?sort={sort}").content.decode()) == ["山田製作所", "さくら歯科"]


def test_a_tab_a_search_and_a_kept_view_keep_sort_and_columns(cast: Cast) -> None:
    desk, query = logged_in(cast.agent), "q=%E6%AD%AF&sort=-firm&columns=firm&columns=seen"
    page = desk.get(f"/boxes/?{query}").content.decode()
    head = text_of(page.partition("<thead")[2].partition("</thead>")[0])
    assert head.split()[-3:] == ["会社", "▼", "最後の連絡"]
    assert "指示" not in head
    assert 'href="?show=look&amp;sort=-firm&amp;columns=firm&amp;columns=seen"' in page
    search = page.partition('role="search"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="sort" value="-firm">' in search
    done = desk.post("/boxes/filters/", {"action": "save", "name": "歯科", "query": query}, follow=True)
    assert done.redirect_chain == [(f"/boxes/?{query}", 302)]
    assert 'aria-current="true">歯科' in done.content.decode()


def test_a_view_of_the_claims_is_kept_and_forgotten(cast: Cast) -> None:
    desk = logged_in(cast.agent)
    page = "/insurance/claims/filters/"
    done = desk.post(page, {"action": "save", "name": "大きい順", "query": "sort=-asked&show=over"}, follow=True)
    assert "「大きい順」として保存しました" in text_of(done.content.decode())
    assert "「大きい順」を消す" in text_of(desk.get("/insurance/claims/").content.decode())
    assert "「大きい順」を消す" not in text_of(desk.get("/boxes/").content.decode())
    desk.post(page, {"action": "drop", "name": "大きい順"})
    assert "大きい順" not in text_of(desk.get("/insurance/claims/").content.decode())


def test_the_office_chooses_columns_and_is_offered_no_sort(cast: Cast) -> None:
    page = logged_in(cast.clerk).get("/office/firms/?columns=firm&columns=place").content.decode()
    head = text_of(page.partition("<thead")[2].partition("</thead>")[0])
    assert "所在地" in head
    assert "インシデント" not in head
    assert 'data-label="インシデント"' not in page
    assert 'name="sort"' not in page


def test_a_long_list_says_that_only_its_first_part_is_sorted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = logged_in(cast.agent)
    assert "先頭の1,000件だけ" not in text_of(desk.get("/boxes/?sort=firm").content.decode())
    monkeypatch.setattr(paging, "MOST_COUNTED", 1)
    monkeypatch.setattr(columns, "MOST_COUNTED", 1)
    page = desk.get("/boxes/?sort=firm").content.decode()
    assert "先頭の1,000件だけ" in text_of(page)
    assert len(firms_of(page)) == 1
    assert "先頭の1,000件だけ" not in text_of(desk.get("/boxes/").content.decode())


def test_headings_and_choices_are_in_english(cast: Cast) -> None:
    agent = cast.agent
    agent.language = "en"
    agent.save()
    page = text_of(logged_in(agent, "en").get("/boxes/?sort=seen").content.decode())
    assert "Choose sort and columns" in page
    assert "Last contact (descending)" in page
