"""From a notice to the machine and back: one question at a time; no visit is agreed before somebody looked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alerts.digest import digest_write, hour_of
from alerts.models import AlertGroup
from incidents.models import Appointment, JobEvent, VisitCheck
from notifications.models import OutboxMessage
from sensors.models import Device, DeviceAnswer
from tenants.models import Membership
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast, user_make
from tests.portal import scenes
from tests.portal.help_stage import Stage, browser, stage_make, typed, workday
from tests.portal.measuring import audit_trail
from tests.portal.pages import text_of

MAC = "02:00:5e:00:53:17"  # of the machine in tests.portal.scenes


def answers(tenant_id: int) -> list[tuple[str, str, str, str, int]]:
    with tenant_scope(tenant_id):
        rows = DeviceAnswer.objects.order_by("pk")
        return list(rows.values_list("question", "answer", "words", "said_by", "by_id"))


@pytest.fixture
def group(cast: Cast) -> AlertGroup:
    return scenes.group_make(cast.sakura_box.sensor, "web-guard")


@pytest.fixture
def device(group: AlertGroup) -> Device:
    night = datetime(2026, 11, 19, 16, 20, tzinfo=UTC)
    return scenes.machine_make(group, names_seen=["iPad-3"], vendor="Apple, Inc.", night_seen_at=night)


@pytest.fixture
def hanako(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.hanako)
    return client


def test_from_the_notice_four_questions_lead_back_to_it(
    hanako: Client, cast: Cast, group: AlertGroup, device: Device
) -> None:
    notice, flow = f"/alerts/{group.pk}/", f"/alerts/{group.pk}/which/"
    assert f'href="{flow}"' in hanako.get(notice).content.decode()
    page = text_of(hanako.get(flow).content.decode())
    for words in ("この機器は、いま会社にありますか。", "iPad-3", "Apple, Inc.", "02:00:5e:00:53:17", "最後に見た日時"):
        assert words in page, words
    said = [
        ("present", {"answer": "no"}, "だれが使っていますか。"),
        ("user", {"answer": "named", "words": "社長の  ご家族"}, "会社のものですか、個人のものですか。"),
        ("whose", {"answer": "private"}, "2026年11月20日(金) 01:20 に動いていました。"),
        ("night", {"answer": "unknown"}, "会社にない機器が、会社のネットワークにつながっていました。"),
    ]
    for question, fields, follows in said:
        page = hanako.post(flow, {"question": question} | fields, follow=True).content.decode()
        assert follows in text_of(page), question
    for words in ("会社にない・見つからない", "社長の ご家族", "個人のもの", "分からない", "桜井 花子"):
        assert words in text_of(page), words
    assert f'href="{notice}"' in page
    assert answers(device.tenant_id) == [
        ("present", "no", "", "", cast.hanako.pk),
        ("user", "named", "社長の ご家族", "", cast.hanako.pk),
        ("whose", "private", "", "", cast.hanako.pk),
        ("night", "unknown", "", "", cast.hanako.pk),
    ]
    with tenant_scope(device.tenant_id):
        named = Device.objects.get()
    assert (named.owner, named.whose) == ("社長の ご家族", "private")
    first = audit_trail("device.answered")[0]
    assert (first["actor"], first["data"]["answer"]) == (cast.hanako.pk, "no")
    assert "会社にない・見つからない" in text_of(hanako.get(f"/boxes/devices/{device.pk}/").content.decode())


def test_a_step_comes_alone_to_a_page_that_is_open(hanako: Client, group: AlertGroup, device: Device) -> None:
    flow = f"/alerts/{group.pk}/which/"
    answer = hanako.post(flow, {"question": "present", "answer": "yes"}, headers={"HX-Request": "true"})
    step = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in step
    assert "だれが使っていますか。" in step
    refused = hanako.post(
        flow, {"question": "user", "answer": "named"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "お名前を書いてください" in refused
    assert "だれが使っていますか。" in refused


def test_an_answer_is_mended_and_both_stay_on_record(hanako: Client, group: AlertGroup, device: Device) -> None:
    flow = f"/alerts/{group.pk}/which/"
    for answer in ("unknown", "yes"):
        hanako.post(flow, {"question": "present", "answer": answer})
    assert "この機器は、いま会社にありますか。" in text_of(hanako.get(f"{flow}?step=present").content.decode())
    assert [row[1] for row in answers(device.tenant_id)] == ["unknown", "yes"]


def test_i_do_not_know_changes_nothing_that_was_known(hanako: Client, group: AlertGroup, device: Device) -> None:
    flow = f"/alerts/{group.pk}/which/"
    for answer in ("company", "unknown"):
        hanako.post(flow, {"question": "whose", "answer": answer})
    with tenant_scope(device.tenant_id):
        assert Device.objects.get().whose == "company"


@pytest.mark.parametrize(
    "fields",
    [
        {"question": "present", "answer": "maybe"},
        {"question": "colour", "answer": "yes"},
        {"question": "user", "answer": "named", "words": "  "},
        {},
    ],
)
def test_what_is_no_answer_is_recorded_as_none(
    hanako: Client, group: AlertGroup, device: Device, fields: dict[str, str]
) -> None:
    assert hanako.post(f"/alerts/{group.pk}/which/", fields).status_code == 200
    assert answers(device.tenant_id) == []


def test_a_notice_without_a_machines_number_says_so_and_leads_back(hanako: Client, cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "web-guard", asset_mac="")
    page = hanako.get(f"/alerts/{group.pk}/which/").content.decode()
    assert "機器の番号が分かりませんでした" in page
    assert f'href="/alerts/{group.pk}/"' in page


def test_who_may_only_read_sees_the_machine_and_answers_nothing(cast: Cast, group: AlertGroup, device: Device) -> None:
    reader = user_make("reader@sakura.invalid", cast.sakura_dental, Membership.Role.READ_ONLY)
    client = Client()
    client.force_login(reader)
    flow = f"/alerts/{group.pk}/which/"
    assert "閲覧のみの権限です" in client.get(flow).content.decode()
    assert client.post(flow, {"question": "present", "answer": "yes"}).status_code == 403


def test_another_firm_finds_neither_notice_nor_machine(cast: Cast, group: AlertGroup, device: Device) -> None:
    outsider = Client()
    outsider.force_login(cast.jiro)
    for flow in (f"/alerts/{group.pk}/which/", f"/boxes/devices/{device.pk}/which/"):
        assert outsider.get(flow).status_code == 404
        assert outsider.post(flow, {"question": "present", "answer": "yes"}).status_code == 404


def test_the_digest_leads_to_each_machine_that_has_no_name(cast: Cast, group: AlertGroup, device: Device) -> None:
    now = timezone.now() + timedelta(hours=1)
    assert digest_write(tenant_id=group.tenant_id, hour=hour_of(now))
    with tenant_scope(group.tenant_id):
        mail = OutboxMessage.objects.get(kind="digest")
        Device.objects.update(given_name="社長のタブレット")
        AlertGroup.objects.update(digest_state="unwritten", told_count=0)
        OutboxMessage.objects.all().update(key="before")
    for text in (mail.text, mail.html):
        assert f"/alerts/{group.pk}/which/" in text
    assert digest_write(tenant_id=group.tenant_id, hour=hour_of(now))
    with tenant_scope(group.tenant_id):
        newest = OutboxMessage.objects.order_by("-pk")[0]
    assert "/which/" not in newest.text


# -- on the telephone, and before a visit


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return stage_make(cast)


def of_incident(stage: Stage) -> AlertGroup:
    with tenant_scope(stage.incident.tenant_id):
        group: AlertGroup = AlertGroup.objects.get(incidentgroup__incident=stage.incident)
    return group


def accepted(stage: Stage) -> Appointment:
    """A vendor took the visit and proposes a time; nobody has looked for the machine."""
    stage.choose("on_site")
    stage.ask()
    stage.vendor.send(f"/vendor/offers/{stage.job().pk}/", answer="accept")
    stage.vendor.send(f"/help/jobs/{stage.job().pk}/times/", action="propose", minutes="120", **typed(workday()))
    with tenant_scope(stage.incident.tenant_id):
        proposed: Appointment = Appointment.objects.get()
    return proposed


def agree(stage: Stage, proposed: Appointment) -> str:
    return stage.firm.send(f"/help/jobs/{stage.job().pk}/times/", action="agree", appointment=proposed.pk)


def test_no_visit_is_agreed_before_somebody_looked_and_the_page_says_what_to_do(stage: Stage) -> None:
    group = of_incident(stage)
    scenes.machine_make(group)
    proposed = accepted(stage)
    page = agree(stage, proposed)
    assert "お知らせに出た機器が会社にあるかどうかを、先に「訪問前の確認」にお答えください。" in page
    assert stage.job().state == "accepted"
    flow = f"/alerts/{group.pk}/which/?back=job"
    markup = stage.firm.client.get(f"/help/jobs/{stage.job().pk}/").content.decode()
    assert f'href="{flow}"' in markup
    stage.firm.send(flow, question="present", answer="unknown")
    assert "先に「訪問前の確認」にお答えください" in agree(stage, proposed), "it was looked for and not found out yet"
    answered = stage.firm.client.post(flow, {"question": "present", "answer": "yes"}, follow=True).content.decode()
    assert f'href="/help/jobs/{stage.job().pk}/"' in answered
    assert "日時が決まりました" in agree(stage, proposed)
    assert "会社にありますか。はい" in stage.vendor.read(f"/vendor/jobs/{stage.job().pk}/"), "its vendor reads it too"


def test_a_machine_that_was_looked_for_and_is_not_there_lets_a_visit_be_agreed(stage: Stage) -> None:
    scenes.machine_make(of_incident(stage))
    proposed = accepted(stage)
    stage.looked("no")
    assert "日時が決まりました" in agree(stage, proposed)


def test_what_was_answered_before_the_visit_was_wished_counts(stage: Stage) -> None:
    group = of_incident(stage)
    scenes.machine_make(group)
    stage.firm.send(f"/alerts/{group.pk}/which/", question="present", answer="yes")
    assert "日時が決まりました" in agree(stage, accepted(stage))
    with tenant_scope(stage.incident.tenant_id):
        assert VisitCheck.objects.get().answers == {"present": "yes"}


def test_an_answer_from_before_the_detection_does_not_count(stage: Stage) -> None:
    group = of_incident(stage)
    scenes.machine_make(group)
    stage.firm.send(f"/alerts/{group.pk}/which/", question="present", answer="yes")
    with tenant_scope(group.tenant_id):
        AlertGroup.objects.update(first_at=timezone.now(), last_at=timezone.now())
    assert "先に「訪問前の確認」にお答えください" in agree(stage, accepted(stage))


def test_the_desk_writes_down_what_the_firm_says_on_the_telephone(stage: Stage) -> None:
    group = of_incident(stage)
    scenes.machine_make(group)
    proposed = accepted(stage)
    flow = f"/desk/alerts/{group.tenant_id}/{group.pk}/which/"
    incident = stage.desk.client.get(f"/desk/incidents/{group.tenant_id}/{stage.incident.number}/").content.decode()
    assert f'href="{flow}?back=incident"' in incident
    assert "電話で答えた方のお名前を書いてください" in stage.desk.send(flow, question="present", answer="no")
    page = stage.desk.send(flow, question="present", answer="no", said_by="桜井 太郎")
    assert "だれが使っていますか。" in page
    again = stage.desk.client.get(flow).content.decode()
    assert re.search(r'name="said_by"[^>]*value="桜井 太郎"', again), "asked once for all questions"
    stage.desk.send(flow, question="whose", answer="private", said_by="桜井 太郎")
    assert answers(group.tenant_id) == [
        ("present", "no", "", "桜井 太郎", stage.cast.agent.pk),
        ("whose", "private", "", "桜井 太郎", stage.cast.agent.pk),
    ]
    with tenant_scope(group.tenant_id):
        assert Device.objects.get().whose == "private"
    assert "日時が決まりました" in agree(stage, proposed)
    assert "桜井 太郎" in stage.firm.read(f"/boxes/devices/{_device(stage).pk}/")
    assert {line["tenant"] for line in audit_trail("device.viewed")} == {group.tenant_id}


def _device(stage: Stage) -> Device:
    with tenant_scope(stage.incident.tenant_id):
        device: Device = Device.objects.get()
    return device


def test_only_the_desk_of_the_firm_writes_for_it(stage: Stage) -> None:
    group = of_incident(stage)
    scenes.machine_make(group)
    flow = f"/desk/alerts/{group.tenant_id}/{group.pk}/which/"
    for person in (stage.cast.analyst, stage.cast.clerk, stage.cast.engineer, stage.cast.hanako):
        assert browser(person).status(flow, question="present", answer="yes", said_by="x") == 404
    assert answers(group.tenant_id) == []


def test_an_answer_pressed_again_adds_no_line_to_the_course_of_the_job(stage: Stage) -> None:
    group = of_incident(stage)
    scenes.machine_make(group)
    stage.taken("remote")
    for _pressed in range(3):
        stage.firm.send(f"/alerts/{group.pk}/which/", question="present", answer="yes")
    with tenant_scope(group.tenant_id):
        assert JobEvent.objects.filter(code="checked").count() == 1


def test_remote_help_asks_for_no_machine(stage: Stage) -> None:
    stage.taken("remote")
    assert "訪問前の確認" not in stage.firm.read(f"/help/jobs/{stage.job().pk}/")
    stage.vendor.send(f"/help/jobs/{stage.job().pk}/times/", action="propose", minutes="60", **typed(workday()))
    with tenant_scope(stage.incident.tenant_id):
        proposed = Appointment.objects.get()
    assert "日時が決まりました" in agree(stage, proposed)
