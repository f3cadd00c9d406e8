"""An analyst proposes to change how a mark is graded, a colleague decides, and the firm reads why."""

from __future__ import annotations

import pytest
from django.test import Client

from alerts.models import AlertGroup, Tuning
from tenants.models import User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.alerts.tunings import FourEyes, four_eyes
from tests.factories import Cast, user_make
from tests.portal import scenes
from tests.portal.measuring import audit_trail
from tests.portal.pages import text_of

LIST = "/soc/tunings/"


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def eyes(cast: Cast) -> FourEyes:
    return four_eyes(cast)


@pytest.fixture
def group(cast: Cast) -> AlertGroup:
    return scenes.group_make(cast.sakura_box.sensor, "outbound-malware", count=2)


def form_of(group: AlertGroup) -> str:
    return f"/soc/alerts/{group.tenant_id}/{group.pk}/tuning/"


FIELDS = {"scope": "one", "grade": "0", "direction": "outbound", "device": "", "destination": "", "days": "90"}


def test_from_the_detection_to_the_decision_of_a_second_person(cast: Cast, eyes: FourEyes, group: AlertGroup) -> None:
    first, second = logged_in(eyes.first), logged_in(eyes.second)
    assert form_of(group) in first.get("/soc/alerts/").content.decode()
    assert form_of(group) in first.get(f"/desk/alerts/{group.tenant_id}/{group.pk}/").content.decode()
    assert "承認するまで、何も変わりません" in text_of(first.get(form_of(group)).content.decode())
    made = first.post(form_of(group), {**FIELDS, "basis": "update"}, follow=True)
    [(address, _)] = made.redirect_chain
    assert "過去90日の検知で試しています" in text_of(made.content.decode())
    with person_scope(eyes.first.pk, eyes.soc.pk):
        tuning = Tuning.objects.get()
    assert address == f"{LIST}{tuning.pk}/"
    eyes.tried(tuning)
    page = text_of(second.get(address).content.decode())
    assert "1社の検知1件(2回)の扱いが変わりました" in page
    assert "インシデントも、確かめられた感染も含まれていません" in page
    own = first.get(address).content.decode()
    assert 'value="approve"' not in own
    assert "ほかの監視担当の承認を待っています" in own
    refused = first.post(address, {"action": "approve"}, follow=True)
    assert "提案した人は承認できません" in text_of(refused.content.decode())
    done = second.post(address, {"action": "approve"}, follow=True)
    assert "承認しました" in text_of(done.content.decode())
    assert "まで効きます" in text_of(done.content.decode())
    assert group.signature in text_of(first.get(f"{LIST}?show=running").content.decode())
    ended = first.post(address, {"action": "roll_back", "reason": "本物が混ざったため"}, follow=True)
    assert "元の判定に戻りました" in text_of(ended.content.decode())
    assert "本物が混ざったため" in text_of(ended.content.decode())
    codes = ("tuning.proposed", "tuning.approved", "tuning.rolled_back")
    assert [[line["actor"] for line in audit_trail(code)] for code in codes] == [
        [eyes.first.pk],
        [eyes.second.pk],
        [eyes.first.pk],
    ]


def test_what_an_incident_would_have_lost_is_named_and_needs_a_reason(
    cast: Cast, eyes: FourEyes, group: AlertGroup
) -> None:
    scenes.incident_make(group, number=7)
    tuning = eyes.tried(eyes.propose(group))
    second, address = logged_in(eyes.second), f"{LIST}{tuning.pk}/"
    page = second.get(address).content.decode()
    assert "インシデント1件の検知が含まれています" in text_of(page)
    assert 'value="approve"' not in page
    assert f"/desk/incidents/{group.tenant_id}/7/" in page
    assert "それでも行う理由」がないため" in text_of(
        second.post(address, {"action": "approve"}, follow=True).content.decode()
    )
    logged_in(eyes.first).post(address, {"action": "override", "reason": "訓練の通信だったため"})
    assert "訓練の通信だったため" in text_of(second.get(address).content.decode())
    assert "承認しました" in text_of(second.post(address, {"action": "approve"}, follow=True).content.decode())


def test_a_form_without_a_reason_keeps_what_was_typed(cast: Cast, eyes: FourEyes, group: AlertGroup) -> None:
    client = logged_in(eyes.first)
    page = client.post(form_of(group), {**FIELDS, "destination": "203.0.113.77", "basis": ""}).content.decode()
    assert "理由を選ぶか、書いてください" in text_of(page)
    assert 'value="203.0.113.77"' in page
    wrong = client.post(form_of(group), {**FIELDS, "device": "printer", "basis": "update"})
    assert "MACアドレスかIPアドレスで入れてください" in text_of(wrong.content.decode())
    with person_scope(eyes.first.pk, eyes.soc.pk):
        assert not Tuning.objects.exists()


def test_the_firm_and_the_desk_read_that_a_mark_is_left_out_and_why(
    cast: Cast, eyes: FourEyes, group: AlertGroup
) -> None:
    tuning = eyes.in_force(group, reason="社内の検査", basis=None)
    left = scenes.group_make(
        cast.sakura_box.sensor, "outbound-malware", family="later", grade=0, notify="none", tuning_id=tuning.pk
    )
    firm = logged_in(cast.hanako)
    page = text_of(firm.get(f"/alerts/{left.pk}/").content.decode())
    assert "監視担当が調べて、お知らせしないと決めた検知です" in page
    assert "理由: 社内の検査" in page
    assert "害がない見込み" not in page, "nothing argues with the people who decided"
    listed = text_of(firm.get("/alerts/").content.decode())
    assert "監視担当が扱いを変えている検知(1種類)" in listed
    other = text_of(logged_in(cast.jiro).get("/alerts/").content.decode())
    assert "監視担当が扱いを変えている検知" not in other
    desk = text_of(logged_in(cast.agent).get(f"/desk/alerts/{left.tenant_id}/{left.pk}/").content.decode())
    assert "理由: 社内の検査" in desk
    assert "この調整を開く" not in desk


def test_the_page_asks_again_until_the_trial_is_over(cast: Cast, eyes: FourEyes, group: AlertGroup) -> None:
    tuning, client = eyes.propose(group), logged_in(eyes.first)
    address = f"{LIST}{tuning.pk}/"
    assert "hx-trigger" in client.get(address).content.decode()
    eyes.tried(tuning)
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part
    assert "<html" not in part


def test_who_may_only_read_decides_nothing_and_others_find_no_page(
    cast: Cast, eyes: FourEyes, group: AlertGroup
) -> None:
    tuning = eyes.tried(eyes.propose(group))
    address = f"{LIST}{tuning.pk}/"
    reader = logged_in(user_make("reader@soc.invalid", cast.soc, "read_only"))
    assert "<form" not in _main(reader, address)
    assert reader.post(address, {"action": "approve"}).status_code == 403
    assert reader.post(form_of(group), FIELDS).status_code == 403
    for person in (cast.hanako, cast.agent, cast.clerk, cast.engineer):
        for path in (LIST, address, form_of(group)):
            assert logged_in(person).get(path).status_code == 404
    with tenant_scope(group.tenant_id):
        assert AlertGroup.objects.filter(pk=group.pk, tuning=None).exists()


def _main(client: Client, path: str) -> str:
    page = client.get(path).content.decode()
    return page[page.index("<main") : page.index("</main>")]
