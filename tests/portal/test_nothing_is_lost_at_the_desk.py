"""Solved cases, calls without a case, booked calls and claims have a list each, and words find them again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alerts.models import AlertGroup
from base.moves import Party
from incidents.core.triage import desk_tasks_open
from incidents.crisis.calls import call_book
from incidents.desk import calls, cases
from incidents.desk.doors import rows_worded
from incidents.models import Case
from insurance.services import claim_decide, claim_make, claim_submit
from notifications.models import Attention
from notifications.services import attention_open
from sensors.models import Device
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.insurance import stage
from tests.portal import scenes
from tests.portal.measuring import audit_trail
from tests.portal.pages import text_of


@pytest.fixture
def agent(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.agent)
    return client


def records(agent: Client, query: str) -> str:
    return text_of(agent.get(f"/desk/records/?{query}").content.decode())


def solved(cast: Cast, title: str, note: str = "") -> Case:
    """A case of さくら歯科 that is over."""
    about: Any = {"tenant_id": cast.sakura_dental.pk, "by": cast.agent, "now": timezone.now()}
    with person_scope(cast.agent.pk, cast.desk.pk):
        case = cases.case_open(title=title, channel="phone", category="other", topic="printer", mine=True, **about)
        if note:
            cases.case_note(case_id=case.pk, version=1, body=note, **about)
        case.refresh_from_db()
        return cases.case_solve(case_id=case.pk, version=case.version, solved_by="phone", **about)


def device_named(group: AlertGroup, name: str) -> None:
    """The firm gave the machine of this group a name."""
    with tenant_scope(group.tenant_id):
        Device.objects.create(
            tenant_id=group.tenant_id,
            sensor_id=group.sensor_id,
            mac=group.asset_mac,
            given_name=name,
            first_seen_at=group.first_at,
            last_seen_at=group.last_at,
        )


def test_a_solved_case_is_found_by_list_by_firm_by_its_words_and_from_its_firm(agent: Client, cast: Cast) -> None:
    case = solved(cast, "経理のパソコンが遅い", "ときわ会計の担当者からも電話があった")
    where = f"/desk/cases/{case.tenant_id}/{case.pk}/"
    assert "経理のパソコンが遅い" not in agent.get("/desk/").content.decode()
    for query in ("list=solved", "q=経理", "q=ときわ", "q=さくら歯科", "list=solved&q=プリンター"):
        assert where in agent.get(f"/desk/records/?{query}").content.decode(), query
    assert "当てはまる記録はありません" in records(agent, "q=富士")
    card = agent.get(where).content.decode()
    link = re.search(r'href="(/desk/records/[^"]*)"[^>]*>この会社の終わった相談', card)
    assert link
    assert where in agent.get(link.group(1).replace("&amp;", "&")).content.decode()


def test_a_call_left_without_a_case_is_listed_and_found_during_and_after_it(agent: Client, cast: Cast) -> None:
    now = timezone.now()
    with person_scope(cast.agent.pk, cast.desk.pk):
        call = calls.call_start(tenant_id=cast.office.pk, number="090-0000-3344", by=cast.agent, now=now)
        calls.caller_split(tenant_id=cast.office.pk, contact_id=call.pk, name="常盤 一郎", now=now)
    where = f"/desk/calls/{cast.office.pk}/{call.pk}/"
    for query in ("list=calls", "q=常盤", "q=09000003344", "q=０９０－００００－３３４４", "q=3344"):
        assert where in agent.get(f"/desk/records/?{query}").content.decode(), query
    assert "通話中" in records(agent, "list=calls")
    with person_scope(cast.agent.pk, cast.desk.pk):
        calls.call_stop(contact_id=call.pk, by=cast.agent, now=now)
    assert where in agent.get("/desk/records/?list=calls").content.decode()
    assert "相談のない通話 1件" in text_of(agent.get("/desk/").content.decode())


def test_booked_calls_and_wishes_to_be_called_stand_in_one_list_until_they_are_made(agent: Client, cast: Cast) -> None:
    firm, now = cast.sakura_dental.pk, timezone.now()
    incident = scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"))
    with tenant_scope(firm):
        about: Any = {"incident_id": incident.pk, "phone": "090-1111-2222", "now": now}
        first = call_book(at=now + timedelta(hours=8), instead_of=0, **about)
        call_book(at=now + timedelta(hours=9), instead_of=first.pk, **about)
        attention_open(
            tenant_id=firm,
            kind=Attention.Kind.CALL_ME,
            now=now,
            facts={"who": "桜井", "number": "075-000-0101", "when": "午後", "about": "請求書"},
        )
    desk_tasks_open(now=now)
    page = records(agent, "list=callbacks")
    assert page.count("インシデント 1番の電話") == 1, "the newest booking holds"
    assert "090-1111-2222" in page
    assert "桜井 / 075-000-0101 / 午後 / 請求書" in page
    assert "請求書" in records(agent, "q=請求書")
    with tenant_scope(firm):
        incident.tasks.update(state="done", done_at=now, outcome="話した")
    assert "インシデント 1番の電話" not in records(agent, "list=callbacks")


def test_work_to_claim_and_a_claim_that_came_back_stand_in_the_list_of_the_desk(agent: Client, cast: Cast) -> None:
    set_up = stage.stage_make(cast)
    now = stage.NOW
    job = stage.job_make(stage.incident_make(cast.sakura_box), cast.vendor)
    with tenant_scope(cast.sakura_dental.pk):
        stage.invoice_make(job, 48_000)
    assert "これから請求する作業" in records(agent, "list=claims")
    with person_scope(cast.agent.pk, cast.desk.pk):
        claim = claim_make(job=job, bill=stage.bill(), by=None, now=now)
        claim_submit(claim_id=claim.pk, party=Party.DESK, now=now)
    assert "当てはまる記録はありません" in records(agent, "list=claims"), "it is the insurer's turn"
    with person_scope(set_up.adjuster.pk, set_up.insurer.pk):
        claim_decide(claim_id=claim.pk, to="returned", now=timezone.now(), reason="移動の時間は")
    assert f'href="/insurance/claims/{claim.pk}/"' in agent.get("/desk/records/?list=claims").content.decode()
    assert "48,000円" in records(agent, "list=claims&q=さくら")
    assert "当てはまる記録はありません" in records(agent, "list=claims&q=山田")


@pytest.mark.parametrize("words", ["ウイルス", "感染", "経理"])
def test_words_people_use_find_an_open_incident_in_the_queue_too(agent: Client, cast: Cast, words: str) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count")
    scenes.task_make(scenes.incident_make(group))
    device_named(group, "経理のパソコン")
    where = f"/desk/incidents/{group.tenant_id}/1/"
    assert where in agent.get(f"/desk/records/?q={words}").content.decode()
    if words != "経理":
        assert "さくら歯科" in text_of(agent.get(f"/desk/?q={words}").content.decode())


def test_words_of_an_open_case_find_it_in_the_queue(agent: Client, cast: Cast) -> None:
    about: Any = {"tenant_id": cast.sakura_dental.pk, "by": cast.agent, "now": timezone.now()}
    with person_scope(cast.agent.pk, cast.desk.pk):
        case = cases.case_open(title="画面が青い", channel="phone", category="security", topic="infection", **about)
        cases.case_note(case_id=case.pk, version=1, body="会計のノートパソコン", **about)
    for words in ("青い", "会計のノート", "感染"):
        assert "画面が青い" in agent.get(f"/desk/?q={words}").content.decode(), words
    assert "画面が青い" not in agent.get("/desk/?q=プリンター").content.decode()


def test_a_case_that_holds_the_words_twice_takes_no_place_of_another(cast: Cast) -> None:
    """Otherwise a list would end before its end and not say so."""
    made = [solved(cast, f"複合機の設定 {number}", note="複合機の設定を聞かれた").pk for number in range(3)]
    with person_scope(cast.agent.pk, cast.desk.pk):
        assert sorted(rows_worded("case", "over", "複合機の設定", most=2)) == made[1:]


def test_a_search_with_more_than_is_read_says_so(agent: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        solved(cast, f"複合機の設定 {number}")
    assert "3件" in records(agent, "list=solved&q=複合機の設定")
    monkeypatch.setattr("portal.ui.desk_record_lists.MOST_WORDED", 3)
    assert re.search(r"終わった相談 ?\(?3\+", records(agent, "list=solved&q=複合機の設定"))


def test_the_desk_of_another_programme_finds_nothing(agent: Client, cast: Cast) -> None:
    solved(cast, "経理のパソコンが遅い")
    for person in (cast.hanako, cast.clerk, cast.analyst, cast.engineer):
        client = Client()
        client.force_login(person)
        assert client.get("/desk/records/?q=経理").status_code == 404


def test_who_looked_is_written_into_the_trail_of_the_firms_that_were_shown(agent: Client, cast: Cast) -> None:
    solved(cast, "経理のパソコンが遅い")
    agent.get("/desk/records/?q=経理")
    assert [line["tenant"] for line in audit_trail("records.viewed")] == [cast.sakura_dental.pk]
