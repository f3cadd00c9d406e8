"""Cases: what the firm sees and what it never sees, two agents at once, merging, handing over, unread alerts."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from incidents.core.triage import desk_tasks_open
from incidents.desk import cases
from incidents.desk.sweeps import attentions_find, messages_announce
from incidents.models import Case, Contact, CustomerMessage, DeskTask, Escalation, IncidentReceipt, InternalNote
from notifications.models import Attention, OutboxMessage
from portal.programme_fields import DESK
from sensors.models import Sensor
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast, user_make
from tests.portal import scenes
from tests.portal.pages import text_of


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def agent(cast: Cast) -> Client:
    return _client(cast.agent)


@pytest.fixture
def case(cast: Cast) -> Case:
    with person_scope(cast.agent.pk, cast.desk.pk):
        made: Case = cases.case_open(
            tenant_id=cast.sakura_dental.pk,
            title="メールが届かない",
            channel="phone",
            by=cast.agent,
            now=timezone.now(),
            category="portal",
            topic="login",
            mine=True,
        )
    return made


def _path(case: Case) -> str:
    return f"/desk/cases/{case.tenant_id}/{case.pk}/"


def _now(case: Case) -> Case:
    with tenant_scope(case.tenant_id):
        case_row: Case = Case.objects.select_related("assignee").get(pk=case.pk)
    return case_row


def _do(client: Client, case: Case, action: str, **fields: str) -> Any:
    return client.post(_path(case), {"action": action, "version": str(_now(case).version), **fields}, follow=True)


def test_the_firm_reads_messages_and_never_a_note(agent: Client, cast: Cast, case: Case) -> None:
    _do(agent, case, "note", body="支払いが遅い会社")
    _do(agent, case, "message", message="パスワードを変えてください", wait="on")
    _do(agent, case, "escalate", to="soc", question="内緒の質問")
    firm = _client(cast.hanako)
    page = firm.get(f"/talks/{case.number}/").content.decode()
    assert "パスワードを変えてください" in page
    assert "支払いが遅い" not in page
    assert "内緒" not in page
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        assert not InternalNote.objects.exists()
        assert not Escalation.objects.exists()
        assert CustomerMessage.objects.count() == 1
    staff = agent.get(_path(case)).content.decode()
    assert "talk__item--note" in staff
    assert "会社には見えません" in staff


def test_a_case_about_a_serious_alert_becomes_as_urgent_as_the_alert(agent: Client, cast: Cast, case: Case) -> None:
    incident = scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"))
    before, fields = _now(case), {"title": "メールが届かない", "topic": "portal/login", "importance": "1"}
    _do(agent, case, "describe", **fields, incident=str(incident.number))
    linked = _now(case)
    assert (before.importance, linked.importance, linked.incident_id) == (1, 3, incident.pk)
    assert linked.due_at < before.due_at
    _do(agent, case, "describe", **fields, incident=str(incident.number))
    assert _now(case).importance == 1, "who knows better may say so afterwards"


def test_another_firm_sees_nothing_of_it(cast: Cast, case: Case) -> None:
    assert _client(cast.jiro).get(f"/talks/{case.number}/").status_code == 404
    with person_scope(cast.jiro.pk, cast.yamada_works.pk):
        assert not Case.objects.exists()


def test_the_firm_is_told_by_mail_without_the_words_and_its_answer_wakes_the_case(
    agent: Client, cast: Cast, case: Case
) -> None:
    _do(agent, case, "message", message="型番を教えてください", wait="on")
    assert _now(case).state == "waiting"
    assert [messages_announce(now=timezone.now()) for _ in range(2)] == [1, 0]
    with tenant_scope(case.tenant_id):
        mail = OutboxMessage.objects.get(kind="case_message")
        assert "型番" not in mail.text + mail.subject
        assert f"/talks/{case.number}/" in mail.text
    _client(cast.hanako).post(f"/talks/{case.number}/", {"body": "ABC-1です"})
    after = _now(case)
    assert (after.state, after.assignee) == ("working", cast.agent)


def test_a_firm_asks_from_the_portal_and_a_solved_case_opens_again_when_it_writes(agent: Client, cast: Cast) -> None:
    firm = _client(cast.hanako)
    firm.post("/talks/new/", {"title": "報告書の見かた", "body": "星の意味は?"})
    assert "報告書の見かた" in agent.get("/desk/").content.decode()
    with tenant_scope(cast.sakura_dental.pk):
        case = Case.objects.get()
    assert (case.channel, case.state) == ("portal", "new")
    _do(agent, case, "take")
    _do(agent, case, "describe", title="報告書の見かた", topic="alert/report", importance="1")
    _do(agent, case, "solve", solved_by="portal")
    assert _now(case).state == "solved"
    firm.post(f"/talks/{case.number}/", {"body": "もう一つ"})
    after = _now(case)
    assert (after.state, after.assignee, after.closed_at) == ("new", None, None)


def test_who_may_only_read_cannot_ask(cast: Cast) -> None:
    reader = user_make("reader@sakura.invalid", cast.sakura_dental, role="read_only")
    client = _client(reader)
    assert client.post("/talks/new/", {"title": "x", "body": "x"}).status_code == 403
    assert client.post("/talks/call-me/", {"number": "1"}).status_code == 403


def test_a_form_made_from_an_older_page_is_refused_and_keeps_its_words(agent: Client, cast: Cast, case: Case) -> None:
    stale = str(_now(case).version)
    _do(agent, case, "note", body="先に書いた")
    page = agent.post(_path(case), {"action": "message", "version": stale, "message": "あとの返事"}).content.decode()
    assert "先に" in text_of(page)
    assert "あとの返事" in page
    with tenant_scope(case.tenant_id):
        assert not CustomerMessage.objects.exists()


def test_an_open_page_says_that_the_firm_has_written(agent: Client, cast: Cast, case: Case) -> None:
    here, firm = f"/desk/presence/{case.tenant_id}/case/{case.pk}/", _client(cast.hanako)
    _do(agent, case, "message", message="パスワードを変えてください")
    seen = {"seen": _now(case).mark}
    assert f'hx-vals=\'{{"seen": "{seen["seen"]}"}}\'' in agent.get(_path(case)).content.decode()
    assert "新しい動きがあります" not in agent.post(here, seen).content.decode()
    firm.post(f"/talks/{case.number}/", {"body": "変えました"})
    notice = agent.post(here, seen).content.decode()
    assert "新しい動きがあります" in notice
    assert f'href="{_path(case)}"' in notice


def test_a_colleague_is_refused_sees_who_is_here_and_takes_over_with_a_reason(
    agent: Client, cast: Cast, case: Case
) -> None:
    colleague = _client(user_make("second@desk.invalid", cast.desk, family_name="森", given_name="葉月"))
    here = f"/desk/presence/{case.tenant_id}/case/{case.pk}/"
    assert agent.post(here).content.decode().strip() == ""
    assert "agent@desk.invalidさんが見ています" in text_of(colleague.post(here).content.decode())
    assert "さんが見ています" in colleague.get(_path(case)).content.decode()
    agent.post(here, {"left": "1"})
    assert "見ています" not in colleague.post(here).content.decode()
    page = _do(colleague, case, "message", message="私の返事").content.decode()
    assert "担当しています" in text_of(page)
    _do(colleague, case, "take_over", reason="")
    assert str(_now(case).assignee) == "agent@desk.invalid"
    _do(colleague, case, "take_over", reason="退勤のため")
    assert "森" in str(_now(case).assignee)


def test_of_two_agents_who_take_a_case_at_once_one_gets_it(cast: Cast, case: Case) -> None:
    with tenant_scope(case.tenant_id):
        Case.objects.filter(pk=case.pk).update(state="new", assignee=None)
    version = _now(case).version
    people = [cast.agent, user_make("second@desk.invalid", cast.desk)]
    start, results = threading.Barrier(2), []

    def take(user: Any) -> None:
        start.wait()
        try:
            with person_scope(user.pk, cast.desk.pk):
                cases.case_take(tenant_id=case.tenant_id, case_id=case.pk, version=version, by=user, now=timezone.now())
            results.append("taken")
        except Exception as refused:
            results.append(type(refused).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["CaseTaken", "taken"]
    assert _now(case).version == version + 1


def test_merging_joins_contacts_and_the_thread_and_splitting_parts_them(agent: Client, cast: Cast, case: Case) -> None:
    now = timezone.now()
    with person_scope(cast.agent.pk, cast.desk.pk):
        other = cases.case_open(
            tenant_id=case.tenant_id, title="同じ話", channel="mail", by=cast.agent, now=now, mine=True, importance=2
        )
        contact = Contact.objects.create(
            tenant_id=case.tenant_id, channel="phone", offered_at=now, answered_at=now, ended_at=now, case=other
        )
    _do(agent, other, "note", body="もう一つのメモ")
    _do(agent, other, "merge", into=str(case.number), reason="同じ相談だった")
    assert _now(other).state == "merged"
    assert "もう一つのメモ" in agent.get(_path(case)).content.decode()
    assert _now(case).importance == 2
    _do(agent, case, "split", contact=str(contact.pk), new_title="別の話")
    with tenant_scope(case.tenant_id):
        made = Case.objects.get(title="別の話")
        assert Contact.objects.get(pk=contact.pk).case_id == made.pk
    assert "その操作はできません" in text_of(_do(agent, other, "message", message="x").content.decode())


def test_a_case_goes_to_the_soc_and_comes_back_with_an_answer(agent: Client, cast: Cast, case: Case) -> None:
    _do(agent, case, "escalate", to="soc", question="この通信は何ですか")
    assert _now(case).state == "escalated"
    analyst = _client(cast.analyst)
    assert "この通信は何ですか" in analyst.get("/soc/requests/").content.decode()
    with tenant_scope(case.tenant_id):
        escalation = Escalation.objects.get()
    _do(analyst, case, "answer", escalation=str(escalation.pk), answer="更新の通信で、心配ありません")
    after = _now(case)
    assert (after.state, after.assignee) == ("working", cast.agent)
    assert "心配ありません" in agent.get(_path(case)).content.decode()
    _do(analyst, case, "solve", solved_by="phone")
    assert _now(case).state == "working"


def test_the_hand_over_sheet_is_a_paper_with_the_question(agent: Client, cast: Cast, case: Case) -> None:
    import io

    from pypdf import PdfReader

    _do(agent, case, "note", body="支払いが遅い会社")
    _do(agent, case, "escalate", to="vendor", name="川辺システム", question="月曜の午前に訪問をお願いします")
    answer = agent.get(f"{_path(case)}sheet.pdf")
    assert answer["Content-Type"] == "application/pdf"
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for part in ("川辺システム", "月曜の午前", "さくら歯科", "メールが届かない"):
        assert part in words, part
    assert "支払いが遅い" not in words  # a note is not for the vendor


def _high(cast: Cast, **fields: Any) -> Any:
    return scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"), **fields)


def _sweep(**later: float) -> int:
    now = timezone.now() + timedelta(**later)
    return attentions_find(now=now, settings=DESK)


def test_an_unread_alert_becomes_a_call_task_once_and_goes_when_the_firm_reads_it(agent: Client, cast: Cast) -> None:
    incident = _high(cast)
    assert _sweep(minutes=5) == 0
    assert [_sweep(days=8) for _ in range(2)] == [1, 0]
    assert desk_tasks_open(now=timezone.now()) == 1
    assert "重要度 高(★★★)のお知らせが読まれていない" in text_of(agent.get("/desk/").content.decode())
    assert _client(cast.hanako).get(f"/incidents/{incident.number}/").status_code == 200
    _sweep(days=8)
    desk_tasks_open(now=timezone.now())
    with tenant_scope(cast.sakura_dental.pk):
        assert IncidentReceipt.objects.get().by == cast.hanako
        assert Attention.objects.get().closed_at is not None
        assert DeskTask.objects.get().state == "done"


def test_an_alert_the_firm_has_opened_or_talked_about_is_not_called_about(agent: Client, cast: Cast) -> None:
    read = _high(cast)
    _client(cast.hanako).get(f"/incidents/{read.number}/")
    group = scenes.group_make(cast.yamada_box.sensor, "outbound-malware-count")
    task = scenes.task_make(scenes.incident_make(group))
    agent.post(f"/desk/tasks/{task.tenant_id}/{task.pk}/", {"action": "finish", "outcome": "電話で話した"})
    assert _sweep(days=8) == 0


def test_a_wish_to_be_called_is_a_task_with_the_number(agent: Client, cast: Cast) -> None:
    firm = _client(cast.hanako)
    for _ in range(2):
        firm.post("/talks/call-me/", {"number": "06-1111-2222", "when": "午後", "about": "設置のこと"})
    assert desk_tasks_open(now=timezone.now()) == 1
    page = text_of(agent.get("/desk/").content.decode())
    for words in ("電話がほしい", "06-1111-2222", "午後", "設置のこと"):
        assert words in page, words


def test_a_box_that_never_started_is_a_task_until_it_starts(cast: Cast) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.filter(pk=cast.sakura_box.sensor.pk).update(state="shipped")
    assert _sweep(days=13) == 0
    assert _sweep(days=15) == 1
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.filter(pk=cast.sakura_box.sensor.pk).update(state="active")
    _sweep(days=16)
    with tenant_scope(cast.sakura_dental.pk):
        assert Attention.objects.get(kind="install_stalled").closed_at is not None


def test_the_open_queue_is_told_only_when_something_changed(agent: Client, cast: Cast, case: Case) -> None:
    import re

    page = agent.get("/desk/").content.decode()
    mark = re.search(r"seen=(\w+)", page)
    assert mark is not None
    same = agent.get(f"/desk/stamp/?seen={mark[1]}")
    assert (same.status_code, same.headers.get("HX-Trigger")) == (204, None)
    _do(agent, case, "note", body="x")
    assert agent.get(f"/desk/stamp/?seen={mark[1]}").headers["HX-Trigger"] == "queue-changed"


def test_the_queue_goes_on_behind_its_first_page_and_loses_no_line(agent: Client, cast: Cast) -> None:
    import re

    now = timezone.now()
    with tenant_scope(cast.sakura_dental.pk):
        Case.objects.bulk_create(
            Case(
                tenant_id=cast.sakura_dental.pk,
                number=n,
                title=f"t{n}",
                channel="phone",
                importance=n % 3,
                opened_at=now,
                due_at=now + timedelta(minutes=n % 7),
                state="new",
            )
            for n in range(1, 251)
        )
    scenes.silence_make(cast.yamada_box.sensor)
    _high(cast, state="watching")
    seen: list[str] = []
    path = "/desk/"
    while path:
        page = agent.get(path).content.decode()
        seen += re.findall(r'id="open-([\w-]+)"', page)
        more = re.search(r'href="(\?[^"]*after=[^"]+)" data-key="n"', page)
        path = "/desk/" + more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == 252
    assert seen[-1].startswith("incident-")
    ranks = [int(key.rpartition("-")[2]) for key in seen if key.startswith("case")]
    assert len(ranks) == 250
