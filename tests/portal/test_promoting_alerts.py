"""A ★★ can get first response: an analyst or the desk judges so, or the firm wishes it. What it means for the cover."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from alerts.models import AlertGroup
from incidents.core.triage import desk_tasks_open, groups_claim
from incidents.models import DeskTask, Incident
from notifications.models import Attention
from tenants.models import User
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.portal import scenes
from tests.portal.measuring import audit_trail
from tests.portal.pages import text_of


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def doubt(cast: Cast) -> AlertGroup:
    """A machine of さくら歯科 may call an attacker: ★★, no incident."""
    return scenes.group_make(cast.sakura_box.sensor, "outbound-malware", count=2)


def where(group: AlertGroup) -> str:
    return f"/desk/alerts/{group.tenant_id}/{group.pk}/"


def incidents(cast: Cast) -> list[Incident]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(Incident.objects.order_by("number"))


def test_every_row_of_the_soc_opens_what_the_grading_saw_the_packets_and_why(cast: Cast, doubt: AlertGroup) -> None:
    soc = logged_in(cast.analyst)
    assert f'href="{where(doubt)}"' in soc.get("/soc/alerts/").content.decode()
    page = text_of(soc.get(where(doubt)).content.decode())
    assert "なぜこの重要度か" in page
    assert "通信の向き外部への不正通信" in page
    assert "MALWARE-CNC Win.Trojan.Sample outbound callback (2900001)" in page
    assert "192.168.1.23:50123" in page
    assert "203.0.113.77:443" in page
    assert "回数を数え、事業の設定に達すると重要度 高(★★★)になります。" in page
    assert audit_trail("alert.viewed")


def test_an_analyst_promotes_a_two_star_alert_with_a_reason(cast: Cast, doubt: AlertGroup) -> None:
    soc = logged_in(cast.analyst)
    assert "理由を書いてください" in soc.post(where(doubt), {"reason": " "}).content.decode()
    assert incidents(cast) == []
    done = soc.post(where(doubt), {"reason": "通信の間隔が規則的"}, follow=True)
    (made,) = incidents(cast)
    assert (made.opened_by, made.grade, made.opened_reason) == ("analyst", 2, "通信の間隔が規則的")
    assert done.redirect_chain == [(f"/desk/incidents/{doubt.tenant_id}/1/", 302)]
    with tenant_scope(doubt.tenant_id):
        assert DeskTask.objects.get().kind == "first_response"
    again = soc.post(where(doubt), {"reason": "もう一度"}, follow=True)
    assert "もうインシデントがあります" in again.content.decode()
    assert len(incidents(cast)) == 1


def test_the_firm_wishes_it_the_desk_hears_of_it_and_promotes(cast: Cast, doubt: AlertGroup) -> None:
    firm = logged_in(cast.hanako)
    page = text_of(firm.get(f"/alerts/{doubt.pk}/").content.decode())
    assert "費用は付帯保険の対象外です" in page
    assert "専門家の手伝いを希望する" in page
    wish_page = f"/alerts/{doubt.pk}/help/"
    assert "費用は会社の負担です" in text_of(firm.get(wish_page).content.decode())
    assert "まだ送っていません" in firm.post(wish_page, {"why": " "}).content.decode()
    firm.post(wish_page, {"why": "ファイルを開いてしまった", "number": "090-0000-1111"})
    assert "初動対応のご希望を受け付けています" in text_of(firm.get(f"/alerts/{doubt.pk}/").content.decode())
    assert "すでにうけたまわっています" in firm.post(wish_page, {"why": "もう一度"}, follow=True).content.decode()

    desk_tasks_open(now=timezone.now())
    with tenant_scope(doubt.tenant_id):
        task = DeskTask.objects.get()
    desk = logged_in(cast.agent)
    assert "会社が初動対応を希望" in desk.get("/desk/").content.decode()
    task_page = desk.get(f"/desk/tasks/{doubt.tenant_id}/{task.pk}/").content.decode()
    assert "ファイルを開いてしまった" in task_page
    assert f'href="{where(doubt)}"' in task_page
    form = desk.get(where(doubt)).content.decode()
    assert re.search(r'value="firm_wish"\s+checked', form)
    desk.post(where(doubt), {"ground": "firm_wish", "reason": "ファイルを開いてしまった"})
    (made,) = incidents(cast)
    assert made.opened_by == "firm_wish"
    with tenant_scope(doubt.tenant_id):
        assert Attention.objects.get(kind="response_wish").closed_at is not None
        task.refresh_from_db()
        assert (task.state, task.outcome) == ("done", "settled")
    shown = text_of(firm.get("/incidents/1/").content.decode())
    assert "会社のご希望で受け付けました。ファイルを開いてしまった" in shown
    assert "保険の対象外" in shown


def test_sweeps_do_not_take_a_promoted_alert_a_second_time(cast: Cast, doubt: AlertGroup) -> None:
    logged_in(cast.agent).post(where(doubt), {"ground": "desk", "reason": "電話で様子がおかしい"})
    groups_claim(now=timezone.now())
    (made,) = incidents(cast)
    with tenant_scope(doubt.tenant_id):
        assert list(made.events.values_list("code", flat=True)) == ["opened_by_desk"]


@pytest.mark.parametrize("rule", ["outbound-malware-count", "internal-weakness", "inbound-blocked"])
def test_only_a_two_star_alert_offers_the_wish(cast: Cast, rule: str) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, rule)
    firm = logged_in(cast.hanako)
    assert "専門家の手伝いを希望する" not in firm.get(f"/alerts/{group.pk}/").content.decode()
    assert firm.post(f"/alerts/{group.pk}/help/", {"why": "x"}).status_code == 302
    with tenant_scope(group.tenant_id):
        assert not Attention.objects.exists()


def test_a_firm_cannot_wish_about_anothers_alert_and_partners_cannot_promote(cast: Cast, doubt: AlertGroup) -> None:
    assert logged_in(cast.jiro).post(f"/alerts/{doubt.pk}/help/", {"why": "x"}).status_code == 404
    for person in (cast.hanako, cast.clerk, cast.engineer):
        assert logged_in(person).post(where(doubt), {"reason": "必要なため"}).status_code == 404
    assert incidents(cast) == []


def test_the_list_says_which_signatures_are_suppressed(cast: Cast, doubt: AlertGroup) -> None:
    soc = logged_in(cast.analyst)
    assert "抑止中" not in soc.get("/soc/alerts/").content.decode()
    fields = {"source": "192.168.1.23", "effect": "silence", "reason": "検査の端末", "days": "7"}
    soc.post(f"/soc/alerts/{doubt.tenant_id}/{doubt.pk}/suppress/", fields)
    assert "抑止中" in soc.get("/soc/alerts/?state=judged").content.decode()
    assert "検査の端末" in soc.get(where(doubt)).content.decode()


@pytest.mark.parametrize("who", ["agent", "analyst"])
def test_soc_and_desk_judge_an_alert_with_a_reason_and_the_firm_reads_it(
    cast: Cast, doubt: AlertGroup, who: str
) -> None:
    staff = logged_in(getattr(cast, who))
    assert "まだだれも判断していません" in staff.get(where(doubt)).content.decode()
    fields = {"choice": "false_positive:", "reason": " "}
    assert "まだ記録していません" in staff.post(where(doubt), fields).content.decode()
    staff.post(where(doubt), fields | {"reason": "会計ソフトの更新の通信"})
    assert "判断済み: 誤った検知" in text_of(staff.get(where(doubt)).content.decode())
    assert "会計ソフトの更新の通信" in logged_in(cast.hanako).get(f"/alerts/{doubt.pk}/").content.decode()
    assert incidents(cast) == []
