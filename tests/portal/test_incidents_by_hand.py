"""The desk opens, joins and tidies incidents on its pages; the SOC joins, takes a detection out and opens again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.test import Client

from base.about import About
from incidents.core.course import incident_move
from incidents.core.triage import desk_tasks_open, groups_claim
from incidents.models import DeskTask, Incident
from notifications.models import Attention
from notifications.services import attention_open
from tenants.models import User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast
from tests.mailing import high_group_make

NOW = datetime(2026, 11, 20, 5, 41, tzinfo=UTC)


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def two(cast: Cast) -> list[Incident]:
    high_group_make(cast.sakura_box)
    high_group_make(cast.sakura_box, asset_key="wifi", asset_ip="192.168.1.21")
    groups_claim(now=NOW)
    return incidents(cast)


def incidents(cast: Cast) -> list[Incident]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(Incident.objects.order_by("number"))


def tidy(cast: Cast, number: int) -> str:
    return f"/desk/incidents/{cast.sakura_dental.pk}/{number}/tidy/"


def test_from_the_task_of_a_silent_box_the_desk_opens_an_incident_with_a_reason(cast: Cast) -> None:
    firm = cast.sakura_dental.pk
    with tenant_scope(firm):
        attention_open(
            tenant_id=firm, kind=Attention.Kind.BOX_SILENT, about=About("sensor", 1), facts={"name": "箱"}, now=NOW
        )
    desk_tasks_open(now=NOW)
    with tenant_scope(firm):
        task = DeskTask.objects.get()
    desk = logged_in(cast.agent)
    where = f"/desk/firms/{firm}/incident/?task={task.pk}"
    assert where in desk.get(f"/desk/tasks/{firm}/{task.pk}/").content.decode()
    assert "センサーの停止" in desk.get(where).content.decode()
    assert "理由を書いてください" in desk.post(where, {"reason": " "}).content.decode()
    assert incidents(cast) == []
    desk.post(where, {"reason": "二日間つながらない"})
    (made,) = incidents(cast)
    assert (made.kind, made.opened_by, made.opened_reason) == ("sensor_silent", "desk", "二日間つながらない")
    assert "もう開いています" in desk.post(where, {"reason": "また"}).content.decode()


def test_what_a_firm_tells_is_opened_too_and_shows_on_its_own_page(cast: Cast) -> None:
    logged_in(cast.agent).post(f"/desk/firms/{cast.sakura_dental.pk}/incident/", {"reason": "脅迫文が出た"})
    page = logged_in(cast.hanako).get("/incidents/1/").content.decode()
    assert "お知らせいただいた件に、相談窓口が対応しています" in page
    assert "脅迫文が出た" in page


def test_duplicates_are_joined_on_the_page(cast: Cast) -> None:
    two(cast)
    desk = logged_in(cast.agent)
    assert "まとめる先" in desk.get(tidy(cast, 2)).content.decode()
    desk.post(tidy(cast, 2), {"action": "merge", "into": "1", "reason": "同じパソコン"})
    kept, duplicate = incidents(cast)
    assert duplicate.merged_into_id == kept.pk
    assert "1番にまとめてあります" in desk.get(tidy(cast, 2)).content.decode()
    refused = desk.post(tidy(cast, 1), {"action": "merge", "into": "2", "reason": "逆も"}, follow=True)
    assert "何も変えていません" in refused.content.decode()


def test_watching_and_opening_again_on_the_page(cast: Cast) -> None:
    first, _second = two(cast)
    with person_scope(cast.agent.pk, cast.desk.pk):
        incident_move(incident_id=first.pk, to="contacted", by=cast.agent, now=NOW)
    desk = logged_in(cast.agent)
    desk.post(tidy(cast, 1), {"action": "watch", "days": "7"})
    watched = incidents(cast)[0]
    assert watched.state == "watching"
    assert watched.watch_until is not None
    assert watched.watch_until - datetime.now(UTC) < timedelta(days=7)
    with person_scope(cast.agent.pk, cast.desk.pk):
        incident_move(incident_id=first.pk, to="closed", by=cast.agent, now=NOW, note="済み")
    desk.post(tidy(cast, 1), {"action": "reopen", "reason": ""})
    assert incidents(cast)[0].state == "closed"
    desk.post(tidy(cast, 1), {"action": "reopen", "reason": "まだ出る"})
    assert incidents(cast)[0].state == "open"


def test_the_soc_joins_the_younger_to_the_older_and_takes_a_detection_out(cast: Cast) -> None:
    first, _second = two(cast)
    soc = logged_in(cast.analyst)
    page = soc.get(tidy(cast, 1)).content.decode()
    assert "この件から外す" in page
    assert "まとめる相手" in page
    assert "様子を見る期間" not in page
    with tenant_scope(cast.sakura_dental.pk):
        group = first.groups.get()
    refused = soc.post(tidy(cast, 1), {"action": "detach", "group": str(group.pk), "reason": "来客"}, follow=True)
    assert "この件の検知はこれだけなので、外せません。" in refused.content.decode()
    soc.post(tidy(cast, 1), {"action": "merge", "into": "2", "reason": "必要なため"})
    assert [incident.merged_into_id for incident in incidents(cast)] == [None, first.pk], "from the older one's page"
    soc.post(tidy(cast, 1), {"action": "detach", "group": str(group.pk), "reason": "来客の端末"})
    with tenant_scope(cast.sakura_dental.pk):
        assert first.groups.count() == 1


def test_firms_and_other_partners_have_no_such_pages(cast: Cast) -> None:
    two(cast)
    for person in (cast.hanako, cast.clerk, cast.engineer):
        assert logged_in(person).get(tidy(cast, 1)).status_code == 404
        assert logged_in(person).get(f"/desk/firms/{cast.sakura_dental.pk}/incident/").status_code == 404
