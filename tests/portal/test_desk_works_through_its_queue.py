"""The call centre sees what waits over all firms, takes it, and finishes it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import DeskTask, Incident
from tenants.models import User
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast, user_make
from tests.portal import scenes
from tests.portal.measuring import audit_trail, queries
from tests.portal.pages import text_of


@pytest.fixture
def agent(cast: Cast) -> Client:
    return _client(cast.agent)


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _firms(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/desk/{query}").content.decode()
    return re.findall(r"data-queue-open>([^<]+)</a>", page)


def _high(cast: Cast, **fields: Any) -> DeskTask:
    group = scenes.group_make(cast.yamada_box.sensor, "outbound-malware-count")
    return scenes.task_make(scenes.incident_make(group), **fields)


def _stored(task: DeskTask) -> DeskTask:
    with tenant_scope(task.tenant_id):
        stored: DeskTask = DeskTask.objects.select_related("taken_by").get(pk=task.pk)
        return stored


def test_the_most_urgent_stands_first_and_late_is_said(agent: Client, cast: Cast) -> None:
    scenes.silence_make(cast.sakura_box.sensor)
    _high(cast, due_in=timedelta(minutes=-20))
    assert _firms(agent) == ["山田製作所", "さくら歯科"]
    page = text_of(agent.get("/desk/").content.decode())
    assert "2件が待っています。重要度 高(★★★)は1件、目標を過ぎたものは1件です" in page
    assert "超過" in page


def test_an_open_incident_stays_in_the_queue_when_its_task_is_done(agent: Client, cast: Cast) -> None:
    scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"), state="watching")
    assert _firms(agent) == ["さくら歯科"]
    scenes.incident_make(
        scenes.group_make(cast.yamada_box.sensor, "outbound-malware-count"), state="closed", closed_at=timezone.now()
    )
    assert _firms(agent) == ["さくら歯科"]


def test_tabs_and_search_are_in_the_address(agent: Client, cast: Cast) -> None:
    scenes.silence_make(cast.sakura_box.sensor)
    task = _high(cast, taken_by=cast.agent, state="taken")
    assert _firms(agent, "?show=open") == ["さくら歯科"]
    assert _firms(agent, "?show=mine") == ["山田製作所"]
    assert _firms(agent, "?q=山田") == ["山田製作所"]
    assert _firms(agent, "?q=いない会社") == []
    assert task.pk


def test_an_open_page_refreshes_only_its_table_and_is_audited_once(agent: Client, cast: Cast) -> None:
    _high(cast)
    agent.get("/desk/")
    part = agent.get("/desk/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="queue"' in part
    assert [line["actor"] for line in audit_trail("queue.viewed")] == [cast.agent.pk]


def test_the_queue_takes_the_same_few_queries_however_long_it_is(agent: Client, cast: Cast) -> None:
    scenes.silence_make(cast.sakura_box.sensor)
    _high(cast)
    before = len(queries(agent, "/desk/"))
    for number in range(2, 13):
        box = cast.sakura_box.sensor if number % 2 else cast.yamada_box.sensor
        group = scenes.group_make(box, "outbound-malware-count", count=1, family=f"f{number}")
        scenes.task_make(scenes.incident_make(group, number=number))
    assert len(_firms(agent)) == 13
    assert len(queries(agent, "/desk/")) == before <= 29


def test_take_release_and_finish(agent: Client, cast: Cast) -> None:
    task = _high(cast)
    path = f"/desk/tasks/{task.tenant_id}/{task.pk}/"
    agent.post(path, {"action": "take"})
    assert _stored(task).taken_by == cast.agent
    agent.post(path, {"action": "release"})
    assert _stored(task).state == "open"
    agent.post(path, {"action": "take"})
    response = agent.post(path, {"action": "finish", "outcome": "電話した。訪問を希望。"}, follow=True)
    assert response.redirect_chain[-1][0] == "/desk/"
    assert (_stored(task).state, _stored(task).outcome) == ("done", "電話した。訪問を希望。")
    assert "電話した。訪問を希望。" in text_of(agent.get(path).content.decode())


def test_an_open_task_says_that_a_colleague_took_it(agent: Client, cast: Cast) -> None:
    task = _high(cast)
    here, seen = f"/desk/presence/{task.tenant_id}/task/{task.pk}/", {"seen": task.mark}
    assert "新しい動きがあります" not in agent.post(here, seen).content.decode()
    colleague = user_make("second@desk.invalid", cast.desk)
    _client(colleague).post(f"/desk/tasks/{task.tenant_id}/{task.pk}/", {"action": "take"})
    assert "新しい動きがあります" in agent.post(here, seen).content.decode()


def test_a_task_another_has_taken_is_refused_with_the_name(agent: Client, cast: Cast) -> None:
    colleague = user_make("second@desk.invalid", cast.desk, family_name="森", given_name="葉月")
    task = _high(cast)
    path = f"/desk/tasks/{task.tenant_id}/{task.pk}/"
    agent.post(path, {"action": "take"})
    second = _client(colleague)
    for action in ("take", "release", "finish"):
        page = second.post(path, {"action": action, "outcome": "x"}, follow=True).content.decode()
        assert "agent@desk.invalidさんが対応中です" in text_of(page), action
    assert _stored(task).taken_by == cast.agent


def test_finishing_without_an_outcome_is_refused(agent: Client, cast: Cast) -> None:
    task = _high(cast)
    path = f"/desk/tasks/{task.tenant_id}/{task.pk}/"
    agent.post(path, {"action": "take"})
    page = agent.post(path, {"action": "finish", "outcome": "  "}, follow=True).content.decode()
    assert "結果を書いてください" in page
    assert _stored(task).state == "taken"


def test_a_form_without_its_token_changes_nothing(cast: Cast) -> None:
    task = _high(cast)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.agent)
    assert client.post(f"/desk/tasks/{task.tenant_id}/{task.pk}/", {"action": "take"}).status_code == 403
    assert _stored(task).state == "open"


def test_the_task_page_says_whom_to_call_about_what(agent: Client, cast: Cast) -> None:
    task = scenes.silence_make(cast.sakura_box.sensor)
    page = text_of(agent.get(f"/desk/tasks/{task.tenant_id}/{task.pk}/").content.decode())
    for words in ("さくら歯科", "桜井 花子", "センサーから連絡がない", "連絡がありません"):
        assert words in page


def test_the_desk_moves_an_incident_only_where_it_may_go(agent: Client, cast: Cast) -> None:
    task = _high(cast)
    path = f"/desk/incidents/{task.tenant_id}/1/"
    assert "「連絡済み」にする" in text_of(agent.get(path).content.decode())
    agent.post(path, {"to": "contacted", "note": "電話で話した。"})
    assert _state(task) == "contacted"
    page = agent.post(path, {"to": "open"}, follow=True).content.decode()
    assert "その操作はできません" in text_of(page)
    assert "電話で話した。" in text_of(page)
    assert _state(task) == "contacted"


def _state(task: DeskTask) -> str:
    with tenant_scope(task.tenant_id):
        return str(Incident.objects.get().state)


def test_the_soc_reads_an_incident_but_does_not_move_it(cast: Cast) -> None:
    task = _high(cast)
    analyst, path = _client(cast.analyst), f"/desk/incidents/{task.tenant_id}/1/"
    assert 'name="to"' not in analyst.get(path).content.decode()
    analyst.post(path, {"to": "closed"})
    assert _state(task) == "open"


@pytest.mark.parametrize("who", ["agent", "analyst"])
def test_a_partners_look_at_a_firms_incident_is_written_down_once_per_view(cast: Cast, who: str) -> None:
    task = _high(cast)
    _client(getattr(cast, who)).get(f"/desk/incidents/{task.tenant_id}/1/")
    actor = getattr(cast, who).pk
    assert audit_trail("incident.viewed") == [
        {"tenant": task.tenant_id, "actor": actor, "subject": "incident:1", "data": {}}
    ]


def test_an_empty_queue_says_so(agent: Client) -> None:
    assert "いま、待っている案件はありません" in text_of(agent.get("/desk/").content.decode())
