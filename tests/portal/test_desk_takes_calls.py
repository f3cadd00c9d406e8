"""A call comes in: the firm pops up, one click logs it, it becomes a case; strangers, wrong numbers, telephones."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from incidents.desk.doors import report_call
from incidents.desk.lookup import desk_offices
from incidents.desk.sweeps import calls_missed
from incidents.models import Caller, Case, Contact, IncidentReceipt, InternalNote
from sensors.models import Sensor
from tenants.accounts.tokens import token_create
from tenants.models import Organisation
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Cast
from tests.portal import scenes
from tests.portal.pages import text_of


@pytest.fixture
def agent(cast: Cast) -> Client:
    Organisation.objects.using(OWNER).filter(pk=cast.sakura_dental.pk).update(phone="06-6944-6000(代表)")
    return _client(cast.agent)


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _contacts(cast: Cast) -> list[Contact]:
    with person_scope(cast.agent.pk, cast.desk.pk):
        return list(Contact.objects.select_related("case", "caller").order_by("pk"))


def _log(agent: Client, cast: Cast, **more: str) -> str:
    """A call of さくら歯科 that runs; the address of its page."""
    answer = agent.post("/desk/call/", {"number": "+81669446000", "firm": str(cast.sakura_dental.pk), **more})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_the_number_of_the_display_finds_the_firm_and_one_click_starts_the_clock(agent: Client, cast: Cast) -> None:
    page = text_of(agent.get("/desk/call/?number=%2B81669446000").content.decode())
    assert "さくら歯科からの電話です" in page
    assert "山田製作所" not in page
    path = _log(agent, cast)
    (contact,) = _contacts(cast)
    assert (contact.tenant_id, contact.outcome, contact.agent_id) == (cast.sakura_dental.pk, "talking", cast.agent.pk)
    assert contact.number_e164 == "+81669446000"
    assert "data-timer-since" in agent.get(path).content.decode()
    agent.post(path, {"action": "stop"})
    assert _contacts(cast)[0].outcome == "answered"


def test_what_was_typed_while_they_spoke_is_still_there_when_the_call_ends(agent: Client, cast: Cast) -> None:
    path = _log(agent, cast)
    typed = {"who": "佐藤", "title": "プリンターが動かない", "topic": "other/printer", "body": "社長は不在"}
    page = agent.post(path, {"action": "stop", **typed}).content.decode()
    assert _contacts(cast)[0].outcome == "answered"
    assert "通話を終わりました" in page
    for words in ('value="佐藤"', 'value="プリンターが動かない"', "社長は不在</textarea>", '"other/printer" selected'):
        assert words in page, words


def test_the_call_becomes_a_case_with_channel_and_way_apart(agent: Client, cast: Cast) -> None:
    path = _log(agent, cast)
    agent.post(
        path,
        {
            "action": "case",
            "title": "プリンターが動かない",
            "topic": "other/printer",
            "who": "佐藤",
            "body": "社長は不在",
            "importance": "1",
        },
    )
    (contact,) = _contacts(cast)
    assert contact.case is not None
    assert contact.caller is not None
    assert (contact.case.channel, contact.case.category, contact.case.topic) == ("phone", "other", "printer")
    assert (contact.caller.name, contact.case.assignee_id) == ("佐藤", cast.agent.pk)
    case_path = f"/desk/cases/{contact.tenant_id}/{contact.case_id}/"
    page = agent.get(case_path).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    agent.post(case_path, {"action": "solve", "version": version[1], "solved_by": "remote"})
    with tenant_scope(cast.sakura_dental.pk):
        solved = Case.objects.get()
        assert (solved.state, solved.channel, solved.solved_by) == ("solved", "phone", "remote")


def test_a_second_call_joins_the_open_case(agent: Client, cast: Cast) -> None:
    first = _log(agent, cast)
    agent.post(first, {"action": "case", "title": "相談", "topic": "box/install", "who": "佐藤"})
    case = _contacts(cast)[0].case
    assert case is not None
    agent.post(_log(agent, cast), {"action": "case", "case": str(case.pk), "who": "佐藤"})
    assert [contact.case_id for contact in _contacts(cast)] == [case.pk, case.pk]
    with tenant_scope(cast.sakura_dental.pk):
        assert Caller.objects.count() == 1


def test_a_case_without_kind_is_refused_and_nothing_typed_is_lost(agent: Client, cast: Cast) -> None:
    path = _log(agent, cast)
    page = agent.post(path, {"action": "case", "title": "長い件名", "body": "長いメモ", "who": "佐藤"}).content.decode()
    assert "件名と種類を書いてください" in page
    assert "長い件名" in page
    assert "長いメモ" in page
    with tenant_scope(cast.sakura_dental.pk):
        assert not Case.objects.exists()


def test_a_caller_of_no_firm_is_logged_kept_from_everybody_else_and_identified_later(agent: Client, cast: Cast) -> None:
    answer = agent.post("/desk/call/", {"number": "090-1111-2222"})
    agent.post(
        answer.headers["Location"],
        {
            "action": "case",
            "title": "参加したい",
            "topic": "other/joining",
            "who": "鈴木",
            "firm_told": "鈴木商店",
            "body": "秘密",
        },
    )
    (contact,) = _contacts(cast)
    assert contact.tenant_id == cast.office.pk
    for user, organisation in ((cast.clerk, cast.office), (cast.analyst, cast.soc), (cast.hanako, cast.sakura_dental)):
        with person_scope(user.pk, organisation.pk):
            assert not Contact.objects.exists(), organisation
            assert not Case.objects.exists(), organisation
    assert "会社が未確認" in agent.get("/desk/").content.decode()
    assert "鈴木" in text_of(agent.get("/desk/call/?number=090-1111-2222").content.decode())
    agent.post(f"/desk/calls/{cast.office.pk}/{contact.pk}/", {"action": "identify", "firm": str(cast.yamada_works.pk)})
    with tenant_scope(cast.yamada_works.pk):
        case = Case.objects.get()
        assert case.title == "参加したい"
        assert InternalNote.objects.get().body == "秘密"
        assert Contact.objects.get().caller_id == Caller.objects.get().pk
    with person_scope(cast.agent.pk, cast.desk.pk):
        assert not Case.objects.filter(tenant_id__in=desk_offices()).exists()


def test_a_stranger_cannot_be_given_to_a_firm_of_another_desk(agent: Client, cast: Cast) -> None:
    from tests.factories import organisation_make

    foreign = organisation_make("よその会社")
    answer = agent.post("/desk/call/", {"number": "090-1111-2222"})
    path = answer.headers["Location"]
    assert agent.post(path, {"action": "identify", "firm": str(foreign.pk)}).status_code == 404
    assert agent.post("/desk/call/", {"number": "1", "firm": str(foreign.pk)}).status_code == 404
    with tenant_scope(foreign.pk):
        assert not Contact.objects.exists()


def test_a_call_of_a_firm_stays_with_it_and_a_strangers_needs_a_firm(agent: Client, cast: Cast) -> None:
    known = agent.post("/desk/call/", {"number": "06-6944-6000", "firm": str(cast.sakura_dental.pk)}).headers[
        "Location"
    ]
    assert agent.post(known, {"action": "identify", "firm": str(cast.yamada_works.pk)}).status_code == 404
    stranger = agent.post("/desk/call/", {"number": "090-1111-2222"}).headers["Location"]
    assert agent.post(stranger, {"action": "identify", "firm": ""}).status_code == 404
    with tenant_scope(cast.yamada_works.pk):
        assert not Contact.objects.exists()


def _token(cast: Cast, scope: str = "write:calls", user: str = "agent", place: str = "desk") -> dict[str, str]:
    person, organisation = getattr(cast, user), getattr(cast, place)
    with person_scope(person.pk, organisation.pk):
        secret = token_create(name="CTI", scopes=[scope], days=30).secret
    return {"Authorization": f"Bearer {secret}"}


def _send_event(headers: dict[str, str], **event: str) -> Any:
    body = {"call": "c-1", "number": "+81669446000", "event": "offered"} | event
    return Client().post("/api/v1/calls", body, content_type="application/json", headers=headers)


def test_the_telephones_tell_a_call_and_the_agent_answers_it(agent: Client, cast: Cast) -> None:
    headers = _token(cast)
    assert _send_event(headers).status_code == 200
    assert _send_event(headers).status_code == 200  # told twice, stored once
    (ringing,) = _contacts(cast)
    assert ringing.outcome == "offered"
    assert "電話が鳴っています: +81669446000" in text_of(agent.get("/desk/").content.decode())
    _log(agent, cast, contact=str(ringing.pk))
    (taken,) = _contacts(cast)
    assert (taken.pk, taken.tenant_id, taken.outcome) == (ringing.pk, cast.sakura_dental.pk, "talking")
    assert "電話が鳴っています" not in agent.get("/desk/").content.decode()
    _send_event(headers, event="ended")
    assert _contacts(cast)[0].outcome == "answered"


def test_a_call_nobody_answers_is_abandoned_told_or_not(agent: Client, cast: Cast) -> None:
    headers = _token(cast)
    _send_event(headers)
    _send_event(headers, event="abandoned")
    _send_event(headers, call="c-2", number="anonymous")
    assert calls_missed(now=timezone.now()) == 0
    assert calls_missed(now=timezone.now() + timedelta(minutes=4)) == 1
    assert [contact.outcome for contact in _contacts(cast)] == ["abandoned", "abandoned"]


def test_a_call_told_twice_at_the_same_moment_is_one_call_and_no_other(agent: Client, cast: Cast) -> None:
    headers = _token(cast)
    _send_event(headers, call="c-0")

    def second() -> int:
        try:
            return int(_send_event(headers, call="c-1", event="abandoned").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():  # told, and not yet kept when it is told again
            token = sha256(headers["Authorization"].removeprefix("Bearer ").encode()).digest()
            report_call(token=token, key="c-1", raw="", e164="", what="offered", at=timezone.now())
            answer = pool.submit(second)
            _until_somebody_waits()
        assert answer.result(timeout=20) == 200
    assert [contact.outcome for contact in _contacts(cast)] == ["offered", "abandoned"]


def _until_somebody_waits() -> None:
    """Until a statement of another connection waits for this transaction."""
    with connections[OWNER].cursor() as cursor:
        for _ in range(200):
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity a USING (pid)"
                " WHERE NOT granted AND a.datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize(
    ("scope", "user", "place", "status"),
    [("read:alerts", "agent", "desk", 403), ("write:calls", "hanako", "sakura_dental", 403)],
)
def test_other_tokens_tell_no_calls(cast: Cast, scope: str, user: str, place: str, status: int) -> None:
    assert _send_event(_token(cast, scope, user, place)).status_code == status
    assert _contacts(cast) == []


def test_callers_are_merged_and_split(agent: Client, cast: Cast) -> None:
    for who in ("佐藤", "さとう"):
        agent.post(_log(agent, cast), {"action": "case", "title": who, "topic": "box/install", "who": who})
    first, second = _contacts(cast)
    path = f"/desk/calls/{second.tenant_id}/{second.pk}/"
    agent.post(path, {"action": "caller_merge", "into": str(first.caller_id)})
    assert {contact.caller_id for contact in _contacts(cast)} == {first.caller_id}
    agent.post(path, {"action": "caller_split", "who": "高橋"})
    names = [contact.caller.name if contact.caller else "" for contact in _contacts(cast)]
    assert names == ["佐藤", "高橋"]


def _about(agent: Client, path: str, **more: str) -> str:
    fields = {"action": "case", "case": "new", "title": "画面に警告が出た", "topic": "security/infection"} | more
    return agent.post(path, fields, follow=True).content.decode()


def test_a_callers_open_incident_and_recent_alerts_stand_where_the_call_is_taken(agent: Client, cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count")
    scenes.incident_make(group)
    doubt = scenes.group_make(cast.sakura_box.sensor, "web-guard")
    of_incident = f'href="/desk/incidents/{group.tenant_id}/1/"'
    of_alert = f'href="/desk/alerts/{doubt.tenant_id}/{doubt.pk}/"'
    path = _log(agent, cast)
    _about(agent, path, incident="none")
    (case,) = [contact.case for contact in _contacts(cast)]
    assert case is not None
    pages = ("/desk/call/?number=%2B81669446000", path, f"/desk/cases/{case.tenant_id}/{case.pk}/")
    for page in pages:
        shown = agent.get(page).content.decode()
        assert of_incident in shown, page
        assert of_alert in shown, page
    other = f"/desk/firms/{group.tenant_id}/incident/"
    assert of_incident in agent.get(other).content.decode(), "before a second one is opened, the first is shown"


def test_a_case_from_a_call_joins_the_one_open_incident(agent: Client, cast: Cast) -> None:
    incident = scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"))
    path = _log(agent, cast)
    assert re.search(r'name="incident" value="1" required\s+checked', agent.get(path).content.decode())
    page = _about(agent, path, incident="1")
    assert "インシデント 1番の件として記録しました" in page
    (contact,) = _contacts(cast)
    assert contact.case is not None
    assert (contact.case.incident_id, contact.case.importance) == (incident.pk, 3)
    assert f'href="{path}"' in page, "the call that still runs is one click away from its case"
    assert "通話中です" in page
    assert "画面に警告が出た" in agent.get(f"/desk/incidents/{incident.tenant_id}/1/").content.decode()
    with tenant_scope(incident.tenant_id):
        assert IncidentReceipt.objects.get().how == "call"


def test_with_several_open_incidents_the_desk_has_to_say_which_one(agent: Client, cast: Cast) -> None:
    _first, second = (
        scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, rule), number=number)
        for number, rule in ((1, "outbound-malware-count"), (2, "virus-delivered"))
    )
    path = _log(agent, cast)
    assert not re.search(r'name="incident" value="\d" required\s+checked', agent.get(path).content.decode())
    assert "どのインシデントの件か、別の話かを選んでください" in _about(agent, path)
    assert _contacts(cast)[0].case is None
    _about(agent, path, incident="2")
    case = _contacts(cast)[0].case
    assert case is not None
    assert case.incident_id == second.pk


def test_a_call_about_something_else_stays_apart(agent: Client, cast: Cast) -> None:
    scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"))
    _about(agent, _log(agent, cast), incident="none", topic="other/printer")
    case = _contacts(cast)[0].case
    assert case is not None
    assert (case.incident_id, case.importance) == (None, 1)


def _join(agent: Client, path: str, incident: int, **typed: str) -> str:
    return agent.post(path, {"join": str(incident)} | typed, follow=True).content.decode()


def test_one_key_records_the_call_with_the_one_open_incident_and_keeps_what_was_typed(
    agent: Client, cast: Cast
) -> None:
    incident = scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"))
    path = _log(agent, cast)
    assert re.search(r'name="join" value="1"[^>]*data-key="i"', agent.get(path).content.decode())
    page = _join(agent, path, 1, who="佐藤", body="ケーブルを抜いてもらった")
    assert "インシデント 1番の件として記録しました" in page
    assert "インシデント 1番についての電話" in page
    assert "ケーブルを抜いてもらった" in page
    (contact,) = _contacts(cast)
    assert contact.case is not None
    assert contact.caller is not None
    assert (contact.case.incident_id, contact.case.importance, contact.case.state) == (incident.pk, 3, "working")
    assert (contact.case.category, contact.case.topic, contact.caller.name) == ("security", "infection", "佐藤")
    with tenant_scope(incident.tenant_id):
        assert IncidentReceipt.objects.get().how == "call"
    assert 'name="join"' not in agent.get(path).content.decode(), "it is recorded there"


def test_the_second_call_about_the_incident_goes_into_the_same_case(agent: Client, cast: Cast) -> None:
    scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"))
    for who in ("佐藤", "高橋"):
        _join(agent, _log(agent, cast), 1, who=who)
    first, second = _contacts(cast)
    assert first.case_id == second.case_id is not None
    with tenant_scope(cast.sakura_dental.pk):
        assert Case.objects.count() == 1


def test_of_two_open_incidents_each_has_its_own_key(agent: Client, cast: Cast) -> None:
    for number, rule in ((1, "outbound-malware-count"), (2, "virus-delivered")):
        scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, rule), number=number)
    path = _log(agent, cast)
    page = agent.get(path).content.decode()
    assert {(number, key) for number, key in re.findall(r'name="join" value="(\d)"[^>]*data-key="(\w)"', page)} == {
        ("1", "1"),
        ("2", "2"),
    }, "the most important one is first"
    _join(agent, path, 2)
    with tenant_scope(cast.sakura_dental.pk):
        case = Case.objects.select_related("incident").get()
    assert case.incident is not None
    assert (case.incident.number, case.category) == (2, "alert")


def test_a_call_joins_no_closed_incident_and_none_of_another_firm(agent: Client, cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count")
    scenes.incident_make(group, state="closed", closed_at=timezone.now())
    scenes.incident_make(scenes.group_make(cast.yamada_box.sensor, "outbound-malware-count"), number=2)
    path = _log(agent, cast)
    for number in (1, 2):
        assert "その操作はできません" in _join(agent, path, number)
    assert _contacts(cast)[0].case is None


def test_a_case_from_a_call_joins_the_open_incident_later_by_the_same_key(agent: Client, cast: Cast) -> None:
    path = _log(agent, cast)
    _about(agent, path, topic="other/printer")
    case = _contacts(cast)[0].case
    assert case is not None
    incident = scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"))
    where = f"/desk/cases/{case.tenant_id}/{case.pk}/"
    page = agent.get(where).content.decode()
    assert re.search(r'name="incident" value="1"[^>]*data-key="i"', page)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    agent.post(where, {"action": "join", "version": version[1], "incident": "1"})
    case = _contacts(cast)[0].case
    assert case is not None
    assert (case.incident_id, case.importance) == (incident.pk, 3)


def test_while_it_rings_the_queue_names_the_firm_and_its_high_incident(agent: Client, cast: Cast) -> None:
    scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"))
    scenes.incident_make(scenes.group_make(cast.yamada_box.sensor, "virus-delivered"))
    _send_event(_token(cast))
    for where in ("/desk/?show=mine", "/desk/call/"):
        page = agent.get(where).content.decode()
        ringing = text_of(page[page.index("電話が鳴っています") : page.index("この電話に出る")])
        assert "さくら歯科" in ringing, where
        assert "重要度 高(★★★)" in ringing, where
        assert "山田製作所" not in ringing, where
        assert "ウイルスが届いた可能性" not in ringing, where


def test_a_number_nobody_knows_rings_without_a_name(agent: Client, cast: Cast) -> None:
    _send_event(_token(cast), number="090-1234-0000")
    page = agent.get("/desk/").content.decode()
    ringing = text_of(page[page.index("電話が鳴っています") : page.index("この電話に出る")])
    assert "さくら歯科" not in ringing


def test_the_firms_card_has_its_last_answers_who_called_before_and_what_its_box_does(agent: Client, cast: Cast) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "web-guard")
    hanako = _client(cast.hanako)
    for answer, act in (("warned", 1), ("uninstalled", 2)):
        hanako.post(f"/alerts/{group.pk}/answer/", {"answer": answer, "act": str(UUID(int=act))})
    _about(agent, _log(agent, cast, number="075-000-0199"), who="佐藤", topic="other/printer")
    with tenant_scope(cast.sakura_dental.pk):
        functions = {"functions": {"ips": "on", "av": "off", "wg": "on"}, "protection": "on"}
        Sensor.objects.filter(pk=cast.sakura_box.sensor.pk).update(last_seen_at=timezone.now(), heartbeat=functions)
    page = text_of(agent.get(_log(agent, cast)).content.decode())
    for words in (
        "会社の答え: あやしいソフトやアプリを削除した",
        "会社の答え: 社員に注意を伝えた",
        "佐藤 075-000-0199",
        "見守っています",
        "動いていない: ウイルス対策",
    ):
        assert words in page, words


def test_a_firm_that_may_be_infected_is_never_of_low_importance(agent: Client, cast: Cast) -> None:
    _about(agent, _log(agent, cast), importance="1")
    case = _contacts(cast)[0].case
    assert case is not None
    assert case.importance == 2
