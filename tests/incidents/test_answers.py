"""A firm says what it did about a notice, on its page and from its mail (OSK 表5-24)."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from django.core import signing
from django.core.cache import cache
from django.db import ProgrammingError, transaction
from django.test import Client
from django.utils import timezone

from alerts.answer_links import HOLDS, AnswerLink, answer_token
from alerts.digest import digest_send_due
from alerts.models import AlertGroup
from alerts.models.judgement import JudgedAs, Verdict
from base.log_secrets import without_secrets
from incidents.answers.services import Answerer, Given, answer_record
from incidents.answers.watches import answer_watches_follow
from incidents.core.questions import open_questions
from incidents.core.triage import desk_tasks_open, groups_claim
from incidents.models import ANSWERS, AlertAnswer, AnswerWatch, DeskTask, Incident, IncidentEvent, IncidentReceipt
from incidents.states.answer import EFFECTS, Answer, Ends, ends_question
from notifications.models import Attention, OutboxMessage
from tenants.models import AuditEvent, Organisation
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.at_once import at_once
from tests.factories import Cast, user_make
from tests.mailing import HOUR, group_make, high_group_make
from tests.portal import scenes
from tests.portal.pages import hero_of, text_of

DAY = timedelta(days=1)
NEXT = HOUR + timedelta(hours=1, minutes=1)


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """The limits of one test would stop the next."""
    cache.clear()


@pytest.fixture
def hanako(cast: Cast) -> Client:
    """The owner of さくら歯科, logged in."""
    scenes.box_seen(cast.sakura_box.sensor)
    Organisation.objects.using("owner").filter(pk=cast.sakura_dental.pk).update(phone="075-000-0101")
    client = Client()
    client.force_login(cast.hanako)
    return client


@pytest.fixture
def group(cast: Cast) -> AlertGroup:
    """A ★★ callback of one machine, an hour ago."""
    return scenes.group_make(
        cast.sakura_box.sensor, "outbound-malware", at=timezone.now() - timedelta(hours=1), blocked=3
    )


def _press(client: Client, group: AlertGroup, answer: str, **more: str) -> str:
    """Press an answer on the notice's page; the page that follows."""
    page = client.get(f"/alerts/{group.pk}/").content.decode()
    act = re.search(r'name="act" value="([\w-]+)"', page)
    assert act
    data = {"act": act[1], "answer": answer} | more
    followed = client.post(f"/alerts/{group.pk}/answer/", data, follow=True)
    return text_of(followed.content.decode())


def _posted(statuses: list[int], client: Client, path: str, data: dict[str, str]) -> None:
    statuses.append(client.post(path, data).status_code)


def _answers(cast: Cast) -> list[AlertAnswer]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(AlertAnswer.objects.select_related("by", "group").order_by("pk"))


def _open(cast: Cast) -> list[int]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(open_questions(cast.sakura_dental.pk).values_list("pk", flat=True))


def _link(cast: Cast) -> str:
    """The address in the newest mail of さくら歯科."""
    with tenant_scope(cast.sakura_dental.pk):
        mail = OutboxMessage.objects.order_by("-pk")[0]
    link = re.search(r"http://testserver(/answer/[^/\s]+/)", mail.text)
    assert link, mail.text
    assert link[1] in mail.html
    return link[1]


@pytest.fixture
def link(cast: Cast) -> str:
    """The link of a digest about a ★★ of さくら歯科."""
    group_make(cast.sakura_box)
    digest_send_due(now=NEXT)
    return _link(cast)


def _tap(client: Client, link: str, answer: str, **more: str) -> str:
    """Press an answer on the page behind a mail's link."""
    act = re.search(r'name="act" value="([\w-]+)"', client.get(link).content.decode())
    assert act
    return text_of(client.post(link, {"act": act[1], "answer": answer} | more, follow=True).content.decode())


# -- on the page


@pytest.mark.parametrize(("code", "label"), ANSWERS)
def test_one_press_on_the_page_records_an_answer_and_says_what_by_whom_and_when(
    cast: Cast, hanako: Client, group: AlertGroup, code: str, label: str
) -> None:
    assert str(label) in hanako.get(f"/alerts/{group.pk}/").content.decode()
    page = _press(hanako, group, code)
    (answer,) = _answers(cast)
    assert (answer.answer, answer.way, answer.by, answer.contact) == (code, "page", cast.hanako, "")
    assert f"お答え: {label}" in page
    assert "桜井 花子" in page
    assert "記録: 20" in page
    with tenant_scope(cast.sakura_dental.pk):
        assert AuditEvent.objects.filter(code="alert.answered", subject=f"group:{group.pk}").count() == 1


@pytest.mark.parametrize("code", [code for code, _label in ANSWERS])
def test_the_home_page_settles_after_an_act_that_ends_it_and_not_after_the_others(
    cast: Cast, hanako: Client, group: AlertGroup, code: str
) -> None:
    assert "確認してください" in hero_of(hanako.get("/").content.decode())
    _press(hanako, group, code)
    hero = hero_of(hanako.get("/").content.decode())
    if code in {"removed", "clean_scan", "reinstalled", "uninstalled"}:
        assert "いま、していただくことはありません" in hero
        assert _open(cast) == []
    else:
        assert f"/alerts/{group.pk}/" in hero
        assert _open(cast) == [group.pk]


def test_the_answer_can_be_changed_and_the_newest_counts(cast: Cast, hanako: Client, group: AlertGroup) -> None:
    _press(hanako, group, "removed")
    page = _press(hanako, group, "not_done")
    assert [answer.answer for answer in _answers(cast)] == ["removed", "not_done"]
    assert "お答え: 何もしていない" in page
    assert _open(cast) == [group.pk]


def test_a_double_tap_records_once(cast: Cast, hanako: Client, group: AlertGroup) -> None:
    data = {"act": str(uuid.uuid4()), "answer": "removed"}
    statuses: list[int] = []
    post = partial(_posted, statuses, hanako, f"/alerts/{group.pk}/answer/", data)
    assert at_once(post, post) == ["done", "done"]
    post()
    assert statuses == [302, 302, 302]
    assert len(_answers(cast)) == 1


def test_telling_people_ends_a_visit_the_box_stopped_and_nothing_else(cast: Cast, hanako: Client) -> None:
    stopped = scenes.group_make(cast.sakura_box.sensor, "web-guard")
    passed = scenes.group_make(cast.sakura_box.sensor, "web-guard", blocked=1, peer="other.test", family="f2")
    assert "このお知らせは確認済みになりました" in _press(hanako, stopped, "warned")
    assert "全体を検査し" in _press(hanako, passed, "warned")
    assert _open(cast) == [passed.pk]


def test_another_act_ends_it_once_it_has_a_name(cast: Cast, hanako: Client, group: AlertGroup) -> None:
    assert "何をしたかを書いて送ると" in _press(hanako, group, "other")
    assert _open(cast) == [group.pk]
    page = _press(hanako, group, "other", words="ルーターの設定を見直した")
    assert "したこと: ルーターの設定を見直した" in page
    assert _open(cast) == []


def test_why_nothing_was_done_is_recorded_and_the_question_stays(cast: Cast, hanako: Client, group: AlertGroup) -> None:
    assert "理由に近いもの" in _press(hanako, group, "not_done")
    assert "理由: センサーが止めたから" in _press(hanako, group, "not_done", reason="blocked")
    assert [(row.answer, row.reason) for row in _answers(cast)] == [("not_done", ""), ("not_done", "blocked")]
    assert _open(cast) == [group.pk]


def test_alerts_that_come_after_the_answer_or_rise_ask_again(cast: Cast, hanako: Client, group: AlertGroup) -> None:
    _press(hanako, group, "removed")
    for change in ({"last_at": group.last_at + timedelta(minutes=9)}, {"grade": 3}):
        with tenant_scope(cast.sakura_dental.pk):
            AlertGroup.objects.filter(pk=group.pk).update(**change)
        assert _open(cast) == [group.pk]
        assert "もう一度、したことを答えてください" in text_of(hanako.get(f"/alerts/{group.pk}/").content.decode())
        with tenant_scope(cast.sakura_dental.pk):
            AlertGroup.objects.filter(pk=group.pk).update(last_at=group.last_at, grade=group.grade)
    assert _open(cast) == []


def test_one_answer_is_for_every_open_notice_of_the_kind_on_that_machine(cast: Cast, hanako: Client) -> None:
    now, box = timezone.now(), cast.sakura_box.sensor
    groups = [scenes.group_make(box, "outbound-malware", at=now - timedelta(hours=hours)) for hours in (30, 20, 1)]
    another = scenes.group_make(box, "outbound-malware", asset_ip="192.168.1.99")
    page = _press(hanako, groups[2], "reinstalled")
    assert "同じお知らせ3件に、まとめて記録しました" in page
    assert _open(cast) == [another.pk]
    _press(hanako, groups[0], "not_done")  # and so is changing it
    assert sorted(_open(cast)) == sorted([another.pk, *(group.pk for group in groups)])


def test_one_visit_to_a_site_is_answered_once_whatever_rules_saw_it(cast: Cast, hanako: Client) -> None:
    first, *_others = [
        scenes.group_make(cast.sakura_box.sensor, "web-guard", family=family) for family in ("name", "address", "tls")
    ]
    _press(hanako, first, "warned")
    assert _open(cast) == []


def test_an_earlier_notice_keeps_its_own_answer(cast: Cast, hanako: Client) -> None:
    now, box = timezone.now(), cast.sakura_box.sensor
    first = scenes.group_make(box, "outbound-malware", at=now - timedelta(days=40))
    _press(hanako, first, "removed")
    _press(hanako, scenes.group_make(box, "outbound-malware"), "reinstalled")
    assert [(row.group_id == first.pk, row.answer) for row in _answers(cast)] == [
        (True, "removed"),
        (False, "reinstalled"),
    ]


def test_nonsense_records_nothing(cast: Cast, hanako: Client, group: AlertGroup) -> None:
    for data in (
        {},
        {"answer": "removed"},
        {"answer": "removed", "act": "x"},
        {"answer": "everything", "act": str(uuid.uuid4())},
        {"answer": "clean_scan", "act": str(uuid.uuid4()), "definitions": "2999-01-01"},
        {"answer": "call_me", "act": str(uuid.uuid4()), "number": "とくになし"},
    ):
        assert hanako.post(f"/alerts/{group.pk}/answer/", data).status_code == 200
    assert _answers(cast) == []


def test_a_record_asks_for_no_answer_and_a_judged_notice_neither(cast: Cast, hanako: Client, group: AlertGroup) -> None:
    from alerts.judging import group_judge

    record = scenes.group_make(cast.sakura_box.sensor, "inbound-blocked")
    assert "どうしましたか" not in hanako.get(f"/alerts/{record.pk}/").content.decode()
    assert hanako.get(f"/alerts/{record.pk}/answer/").status_code == 404
    assert "どうしましたか" in hanako.get(f"/alerts/{group.pk}/").content.decode()
    with tenant_scope(cast.sakura_dental.pk):
        group_judge(
            group=group,
            verdict=Verdict.HARMLESS,
            reason="訓練の通信",
            by=cast.analyst,
            by_role=JudgedAs.WATCH,
            now=timezone.now(),
        )
    assert "どうしましたか" not in hanako.get(f"/alerts/{group.pk}/").content.decode()


# -- who may


def test_people_of_another_firm_readers_and_partners_cannot_answer(cast: Cast, group: AlertGroup) -> None:
    reader = user_make("reader@sakura.invalid", cast.sakura_dental, role="read_only")
    data = {"act": str(uuid.uuid4()), "answer": "removed"}
    for user, status in ((cast.jiro, 404), (reader, 403), (cast.analyst, 404), (cast.agent, 404), (cast.clerk, 404)):
        client = Client()
        client.force_login(user)
        assert client.post(f"/alerts/{group.pk}/answer/", data).status_code == status
    assert Client().post(f"/alerts/{group.pk}/answer/", data).status_code == 302
    assert _answers(cast) == []


def _tries(cast: Cast, group: AlertGroup, user_id: int, organisation: Organisation, **fields: object) -> None:
    values = {
        "tenant_id": group.tenant_id,
        "group": group,
        "act": uuid.uuid4(),
        "answer": "removed",
        "ends": True,
        "grade": 2,
        "seen_until": timezone.now(),
        "answered_at": timezone.now(),
        "way": "page",
        "by_id": user_id,
    }
    with person_scope(user_id, organisation.pk), transaction.atomic():
        AlertAnswer.objects.create(**(values | fields))


def test_the_database_takes_answers_of_a_firms_own_people_in_their_own_name_only(cast: Cast, group: AlertGroup) -> None:
    _tries(cast, group, cast.hanako.pk, cast.sakura_dental)
    colleague = user_make("colleague@sakura.invalid", cast.sakura_dental, role="member")
    for user, organisation, fields in (
        (cast.hanako, cast.sakura_dental, {"by_id": colleague.pk}),
        (cast.hanako, cast.sakura_dental, {"by_id": None, "way": "mail", "contact": "owner@sakura.invalid"}),
        (cast.jiro, cast.yamada_works, {}),
        (cast.analyst, cast.soc, {}),
        (cast.agent, cast.desk, {}),
    ):
        with pytest.raises(ProgrammingError):
            _tries(cast, group, user.pk, organisation, **fields)
    assert len(_answers(cast)) == 1


# -- from the mail


@pytest.mark.parametrize(("code", "label"), ANSWERS)
def test_from_the_mail_two_taps_record_an_answer_without_logging_in(
    cast: Cast, hanako: Client, link: str, code: str, label: str
) -> None:
    page = _tap(Client(), link, code)
    (answer,) = _answers(cast)
    assert (answer.answer, answer.way, answer.by, answer.contact) == (code, "mail", None, "owner@sakura.invalid")
    assert f"お答え: {label}" in page
    assert "メールのリンクから" in page
    own_page = text_of(hanako.get(f"/alerts/{answer.group_id}/").content.decode())
    assert "メールのリンクから(宛先 owner@sakura.invalid)" in own_page


def test_the_link_stands_in_no_log_and_is_not_passed_on(cast: Cast, link: str) -> None:
    assert without_secrets(f'"GET {link} HTTP/1.1" 200') == '"GET /answer/***/ HTTP/1.1" 200'
    assert without_secrets("POST /alerts/7/answer/ 302") == "POST /alerts/7/answer/ 302"
    assert Client().get(link).headers["Referrer-Policy"] == "strict-origin"


def test_a_mail_scanner_that_opens_the_link_answers_nothing(cast: Cast, link: str) -> None:
    for method in ("get", "head", "options"):
        for _ in range(3):
            getattr(Client(), method)(link)
    assert _answers(cast) == []
    with tenant_scope(cast.sakura_dental.pk):
        assert not AuditEvent.objects.filter(code="alert.answered").exists()


def test_the_page_behind_the_link_names_no_firm_no_person_and_no_address(cast: Cast, hanako: Client, link: str) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        group = AlertGroup.objects.get()
    _press(hanako, group, "removed")
    page = Client().get(link).content.decode()
    assert "会社の画面から" in page
    for name in ("さくら歯科", "花子", "owner@sakura.invalid", "075-000-0101"):
        assert name not in page


def test_each_machine_of_a_kind_has_its_own_link(cast: Cast) -> None:
    for number in (1, 2):
        group_make(cast.sakura_box, asset_key=f"d{number}", asset_ip=f"192.168.1.{number}", asset_mac="")
    digest_send_due(now=NEXT)
    with tenant_scope(cast.sakura_dental.pk):
        text = OutboxMessage.objects.get().text
    links = re.findall(r"(端末 192\.168\.1\.\d)[^\n]*:\n\s+http://testserver(/answer/[^/\s]+/)", text)
    assert [machine for machine, _link in links] == ["端末 192.168.1.1", "端末 192.168.1.2"]
    _tap(Client(), links[0][1], "removed")
    assert [row.group.asset_ip for row in _answers(cast)] == ["192.168.1.1"]


def test_the_mail_at_once_has_the_link_too_and_the_desk_reads_the_answer_in_the_course(cast: Cast) -> None:
    high_group_make(cast.sakura_box)
    groups_claim(now=NEXT)
    _tap(Client(), _link(cast), "removed")
    with tenant_scope(cast.sakura_dental.pk):
        incident = Incident.objects.get()
        assert incident.state == "open", "a ★★★ waits for the desk"
        assert IncidentEvent.objects.get(code="answered").data == {"answer": "removed"}
        assert IncidentReceipt.objects.filter(incident=incident).count() == 1


def test_an_altered_link_says_what_to_do_and_records_nothing(cast: Cast, link: str) -> None:
    (group_id,) = _open(cast)
    forged = signing.dumps([cast.sakura_dental.pk, group_id, "digest:2026-11-20T15"], salt="another")
    unsent = answer_token(AnswerLink(cast.sakura_dental.pk, group_id, "digest:never sent"))
    others = answer_token(AnswerLink(cast.yamada_works.pk, group_id, "digest:2026-11-20T15"))
    for address in (link[:-4] + "xxx/", f"/answer/{forged}/", f"/answer/{unsent}/", f"/answer/{others}/"):
        page = Client().get(address)
        assert page.status_code == 404
        assert "このリンクは読み取れません" in page.content.decode()
        assert Client().post(address, {"act": str(uuid.uuid4()), "answer": "removed"}).status_code == 404
    assert _answers(cast) == []


def test_an_expired_link_says_so_and_whom_to_call(cast: Cast) -> None:
    group = group_make(cast.sakura_box)
    digest_send_due(now=NEXT)
    with tenant_scope(cast.sakura_dental.pk):
        key = OutboxMessage.objects.get().key
    for age, status in ((HOLDS - timedelta(minutes=5), 200), (HOLDS + timedelta(minutes=5), 410)):
        with patch("time.time", return_value=(datetime.now(UTC) - age).timestamp()):
            old = answer_token(AnswerLink(cast.sakura_dental.pk, group.pk, key))
        assert Client().get(f"/answer/{old}/").status_code == status
    page = Client().get(f"/answer/{old}/").content.decode()
    assert "このリンクの期限が切れました" in page
    assert f"/alerts/{group.pk}/" in page
    assert Client().post(f"/answer/{old}/", {"act": str(uuid.uuid4()), "answer": "removed"}).status_code == 410
    assert _answers(cast) == []


def test_a_link_is_about_its_own_notice_and_firm(cast: Cast, link: str) -> None:
    group_make(cast.yamada_box)
    other = group_make(cast.sakura_box, family="other", asset_key="x", asset_ip="192.168.1.77")
    _tap(Client(), link, "removed")
    assert [row.tenant_id for row in _answers(cast)] == [cast.sakura_dental.pk]
    assert other.pk not in {row.group_id for row in _answers(cast)}
    with tenant_scope(cast.yamada_works.pk):
        assert not AlertAnswer.objects.exists()


def test_whoever_tries_links_is_stopped(cast: Cast, link: str) -> None:
    data = {"act": str(uuid.uuid4()), "answer": "removed"}
    statuses = [Client().post(link[:-4] + f"{number:03}/", data).status_code for number in range(31)]
    assert statuses[-1] == 429
    assert set(statuses[:30]) == {404}


def test_pressed_twice_in_the_mail_is_one_answer(cast: Cast, link: str) -> None:
    data = {"act": str(uuid.uuid4()), "answer": "uninstalled"}
    statuses: list[int] = []
    post = partial(_posted, statuses, Client(), link, data)
    assert at_once(post, post) == ["done", "done"]
    assert statuses == [302, 302]
    assert len(_answers(cast)) == 1


# -- a scan without a find


def _watches(cast: Cast) -> list[AnswerWatch]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(AnswerWatch.objects.order_by("pk"))


def test_a_scan_without_a_find_is_watched_thirty_days_until_its_proof_is_known(
    cast: Cast, hanako: Client, group: AlertGroup
) -> None:
    page = _press(hanako, group, "clean_scan")
    (watch,) = _watches(cast)
    assert (watch.asset_key, watch.family, watch.rating, watch.state) == (
        group.asset_key,
        group.family,
        "weak",
        "running",
    )
    assert watch.until - watch.opened_at == 30 * DAY
    assert watch.stopped_at == group.last_at
    for words in ("見つからなくても、安全とは限りません", "定義ファイルの日付", "どこまで検査しましたか", "サポート"):
        assert words in page
    assert f'value="{timezone.localdate():%Y-%m-%d}"' in hanako.get(f"/alerts/{group.pk}/").content.decode()


@pytest.mark.parametrize(
    ("extent", "os_supported", "age", "days"),
    [("full", "yes", 0, 7), ("quick", "yes", 0, 30), ("full", "no", 0, 30), ("full", "yes", 60, 30)],
)
def test_a_strong_scan_is_watched_a_week_and_a_weak_one_thirty_days(
    cast: Cast, hanako: Client, group: AlertGroup, extent: str, os_supported: str, age: int, days: int
) -> None:
    _press(hanako, group, "clean_scan")
    day = timezone.localdate() - timedelta(days=age)
    page = _press(hanako, group, "clean_scan", definitions=day.isoformat(), extent=extent, os_supported=os_supported)
    first, second = _watches(cast)
    assert first.state == "replaced"
    assert (second.state, second.until - second.opened_at) == ("running", days * DAY)
    assert ("もっと確かにするには" in page) == (days == 30)
    assert "どこまで検査しましたか" not in page


def test_the_watch_closes_itself_and_says_when_the_alert_stopped(cast: Cast, hanako: Client, group: AlertGroup) -> None:
    _press(hanako, group, "clean_scan")
    (watch,) = _watches(cast)
    assert "様子を見ています" in hero_of(hanako.get("/").content.decode())
    assert answer_watches_follow(now=watch.until - timedelta(minutes=1)) == 0
    assert answer_watches_follow(now=watch.until) == 1
    assert answer_watches_follow(now=watch.until) == 0
    assert _watches(cast)[0].state == "quiet"
    page = text_of(hanako.get(f"/alerts/{group.pk}/").content.decode())
    assert "を最後に止まりました" in page
    assert _open(cast) == []
    assert "守られています" in hero_of(hanako.get("/").content.decode())


def test_the_same_alert_during_the_watch_opens_the_notice_again(cast: Cast, hanako: Client, group: AlertGroup) -> None:
    _press(hanako, group, "clean_scan")
    again = scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=timezone.now() + 3 * DAY)
    assert answer_watches_follow(now=timezone.now() + 3 * DAY) == 1
    assert _watches(cast)[0].state == "recurred"
    assert _open(cast) == [again.pk, group.pk]
    page = text_of(hanako.get(f"/alerts/{group.pk}/").content.decode())
    assert "また見つかりました" in page
    _press(hanako, again, "reinstalled")
    assert _open(cast) == []


@pytest.mark.parametrize("other", [{"asset_ip": "192.168.1.99"}, {"family": "another"}])
def test_another_machine_or_another_threat_is_no_recurrence(
    cast: Cast, hanako: Client, group: AlertGroup, other: dict[str, Any]
) -> None:
    _press(hanako, group, "clean_scan")
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=timezone.now() + DAY, **other)
    scenes.group_make(cast.yamada_box.sensor, "outbound-malware", at=timezone.now() + DAY)
    assert answer_watches_follow(now=timezone.now() + DAY) == 0
    assert group.pk not in _open(cast)


def test_an_alert_after_the_watch_is_no_recurrence_even_when_nobody_looked_for_days(
    cast: Cast, hanako: Client, group: AlertGroup
) -> None:
    _press(hanako, group, "clean_scan")
    (watch,) = _watches(cast)
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=watch.until + DAY)
    assert answer_watches_follow(now=watch.until + 2 * DAY) == 1
    assert _watches(cast)[0].state == "quiet"


def test_an_alert_within_the_watch_counts_though_another_came_after_its_end(
    cast: Cast, hanako: Client, group: AlertGroup
) -> None:
    _press(hanako, group, "clean_scan")
    (watch,) = _watches(cast)
    for at in (watch.until - DAY, watch.until + DAY):
        scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=at)
    assert answer_watches_follow(now=watch.until + 2 * DAY) == 1
    assert _watches(cast)[0].state == "recurred"


def test_another_answer_ends_the_watch(cast: Cast, hanako: Client, group: AlertGroup) -> None:
    _press(hanako, group, "clean_scan")
    _press(hanako, group, "reinstalled")
    assert [watch.state for watch in _watches(cast)] == ["replaced"]
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=timezone.now() + DAY)
    assert answer_watches_follow(now=timezone.now() + DAY) == 0
    assert group.pk not in _open(cast)


# -- I don't know, call me


def test_call_me_is_a_desk_task_made_once(cast: Cast, hanako: Client, group: AlertGroup) -> None:
    assert "相談窓口から電話します" in _press(hanako, group, "call_me")
    _press(hanako, group, "call_me")
    for _ in range(2):
        desk_tasks_open(now=timezone.now())
    with tenant_scope(cast.sakura_dental.pk):
        wish = Attention.objects.get(kind="call_me")
        assert DeskTask.objects.filter(attention=wish).count() == 1
    assert wish.facts["number"] == "075-000-0101"
    assert wish.facts["who"] == "桜井 花子"
    assert "192.168.1.23" in wish.facts["about"]


def test_call_me_from_the_mail_names_the_contact(cast: Cast, hanako: Client, link: str) -> None:
    _tap(Client(), link, "call_me")
    with tenant_scope(cast.sakura_dental.pk):
        assert Attention.objects.get(kind="call_me").facts["who"] == "owner@sakura.invalid"


def test_a_firm_without_a_number_is_asked_for_one_before_anything_is_recorded(cast: Cast, group: AlertGroup) -> None:
    client = Client()
    client.force_login(cast.hanako)
    assert "折り返しの電話番号を入れてください" in _press(client, group, "call_me")
    assert _answers(cast) == []
    _press(client, group, "call_me", number="090-1234-5678")
    with tenant_scope(cast.sakura_dental.pk):
        assert Attention.objects.get(kind="call_me").facts["number"] == "090-1234-5678"
    assert len(_answers(cast)) == 1


# -- the incident of a notice


@pytest.fixture
def virus(cast: Cast) -> Incident:
    """A virus that was delivered: ★★, opened by rule, with the desk's task."""
    group = scenes.group_make(cast.sakura_box.sensor, "virus-delivered", at=timezone.now() - timedelta(hours=2))
    incident = scenes.incident_make(group)
    scenes.task_make(incident)
    return incident


def _state(incident: Incident) -> tuple[str, int | None]:
    """State, and how many days it is watched."""
    with tenant_scope(incident.tenant_id):
        incident.refresh_from_db()
    span = incident.watch_until - incident.watch_since if incident.watch_until and incident.watch_since else None
    return incident.state, span.days if span else None


def _group_of(incident: Incident) -> AlertGroup:
    with tenant_scope(incident.tenant_id):
        group: AlertGroup = incident.groups.get()
    return group


def test_a_virus_that_arrived_is_answered_on_the_incidents_page_and_leaves_the_home(
    cast: Cast, hanako: Client, virus: Incident
) -> None:
    assert "対応の途中のことが1件あります" in hero_of(hanako.get("/").content.decode())
    page = hanako.get(f"/incidents/{virus.number}/").content.decode()
    act = re.search(r'name="act" value="([\w-]+)"', page)
    assert act
    data = {"act": act[1], "answer": "removed", "back": "incident"}
    after = hanako.post(f"/alerts/{_group_of(virus).pk}/answer/", data)
    assert after.headers["Location"] == f"/incidents/{virus.number}/#answer"
    assert _state(virus) == ("watching", 30)
    hero = hero_of(hanako.get("/").content.decode())
    assert "様子を見ています" in hero
    assert "対応の途中" not in hero
    page = text_of(hanako.get(f"/incidents/{virus.number}/").content.decode())
    assert "会社から答えがありました: ウイルスを検査し、見つかったので駆除した" in page
    with tenant_scope(virus.tenant_id):
        assert DeskTask.objects.get(incident=virus).done_at is None, "the desk still has a look"


def test_a_strong_scan_shortens_the_watch_of_the_incident(cast: Cast, hanako: Client, virus: Incident) -> None:
    group = _group_of(virus)
    _press(hanako, group, "clean_scan")
    assert _state(virus) == ("watching", 30)
    today = timezone.localdate().isoformat()
    _press(hanako, group, "clean_scan", definitions=today, extent="full", os_supported="yes")
    assert _state(virus) == ("watching", 7)


def test_an_answer_taken_back_opens_the_incident_again(cast: Cast, hanako: Client, virus: Incident) -> None:
    _press(hanako, _group_of(virus), "removed")
    _press(hanako, _group_of(virus), "not_done")
    assert _state(virus)[0] == "open"
    page = text_of(hanako.get(f"/incidents/{virus.number}/").content.decode())
    assert "会社の答えが変わったため、もう一度、受け付けました" in page
    assert "対応の途中" in hero_of(hanako.get("/").content.decode())


@pytest.mark.parametrize("answer", ["not_done", "call_me", "warned", "other"])
def test_an_answer_that_ends_nothing_leaves_the_incident_where_it_is(
    cast: Cast, hanako: Client, virus: Incident, answer: str
) -> None:
    _press(hanako, _group_of(virus), answer)
    assert _state(virus) == ("open", None)
    assert "対応の途中" in hero_of(hanako.get("/").content.decode())


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("outbound-malware-count", {}),  # a ★★★
        ("outbound-malware", {"opened_by": "analyst"}),
        ("outbound-malware", {"opened_by": "desk"}),
        ("outbound-malware", {"opened_by": "firm_wish"}),
        ("virus-delivered", {"state": "responding"}),
    ],
)
def test_what_a_person_judged_or_works_on_waits_for_that_person(
    cast: Cast, hanako: Client, rule: str, fields: dict[str, Any]
) -> None:
    incident = scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, rule), **fields)
    _press(hanako, _group_of(incident), "removed")
    assert _state(incident) == (fields.get("state", "open"), None)


def test_a_watch_the_desk_began_is_the_desks(cast: Cast, hanako: Client, virus: Incident) -> None:
    now = timezone.now()
    with tenant_scope(virus.tenant_id):
        Incident.objects.filter(pk=virus.pk).update(state="watching", watch_since=now - DAY, watch_until=now + 2 * DAY)
    for answer in ("removed", "not_done"):
        _press(hanako, _group_of(virus), answer)
        assert _state(virus) == ("watching", 3)


def test_the_incident_of_an_answered_virus_closes_or_comes_back_by_itself(
    cast: Cast, hanako: Client, virus: Incident
) -> None:
    from incidents.core.course import watches_end

    _press(hanako, _group_of(virus), "removed")
    with tenant_scope(virus.tenant_id):
        AlertGroup.objects.update(triaged_at=timezone.now())
    scenes.group_make(cast.sakura_box.sensor, "virus-delivered", at=timezone.now() + DAY)
    groups_claim(now=timezone.now() + DAY)
    assert _state(virus)[0] == "open"
    with tenant_scope(virus.tenant_id):
        newest = virus.groups.order_by("-last_at")[0]
    with patch("django.utils.timezone.now", return_value=timezone.now() + 2 * DAY):
        hanako.force_login(cast.hanako)  # the session of two days before is over
        _press(hanako, newest, "reinstalled")
        assert _state(virus) == ("watching", 30)
    assert watches_end(now=timezone.now() + 33 * DAY) == 1
    assert _state(virus)[0] == "closed"


# -- what staff see


def test_soc_and_desk_see_the_newest_answer_with_its_time(cast: Cast, hanako: Client, group: AlertGroup) -> None:
    _press(hanako, group, "not_done")
    _press(hanako, group, "uninstalled")
    soc, desk = Client(), Client()
    soc.force_login(cast.analyst)
    desk.force_login(cast.agent)
    listed = text_of(soc.get("/soc/alerts/").content.decode())
    assert "会社の答え: あやしいソフトやアプリを削除した(20" in listed
    assert "会社の答え: 何もしていない" not in listed
    for client in (soc, desk):
        page = text_of(client.get(f"/desk/alerts/{group.tenant_id}/{group.pk}/").content.decode())
        assert "会社の答え: あやしいソフトやアプリを削除した(20" in page, "the firm's card"
        assert "桜井 花子 ・ 会社の画面" in page
        assert "何もしていない" in page, "what was answered before"
        assert "会社の画面には、確かめるまで残ります" not in page


# -- the rules


def test_every_answer_says_whether_it_ends_the_question_and_why() -> None:
    assert set(EFFECTS) == set(Answer)
    assert [code for code, _label in ANSWERS] == [answer.value for answer in Answer]
    assert all(effect.why for effect in EFFECTS.values())
    # OSK 5.4.1: acted = all - "not done" - "no mail came".
    assert {answer for answer, effect in EFFECTS.items() if not effect.acted} == {Answer.NOT_DONE, Answer.CALL_ME}
    assert {answer for answer, effect in EFFECTS.items() if effect.ends == Ends.NEVER} == {
        Answer.NOT_DONE,
        Answer.CALL_ME,
    }


@pytest.mark.parametrize(
    ("answer", "visit_stopped", "words", "ends"),
    [
        (Answer.REMOVED, False, "", True),
        (Answer.CLEAN_SCAN, False, "", True),
        (Answer.WARNED, False, "伝えた", False),
        (Answer.WARNED, True, "", True),
        (Answer.OTHER, True, " \u3000", False),
        (Answer.OTHER, False, "設定を見直した", True),
        (Answer.NOT_DONE, True, "様子を見る", False),
        (Answer.CALL_ME, True, "電話", False),
    ],
)
def test_when_an_answer_ends_the_question(answer: Answer, visit_stopped: bool, words: str, ends: bool) -> None:
    assert ends_question(answer, visit_stopped=visit_stopped, words=words) is ends


def test_the_same_act_again_gives_the_row_that_is_there(cast: Cast, group: AlertGroup) -> None:
    given = Given(answer=Answer.CLEAN_SCAN, act=uuid.uuid4())
    with tenant_scope(cast.sakura_dental.pk):
        first, second = (
            answer_record(
                group=group,
                given=given,
                answerer=Answerer(contact="owner@sakura.invalid"),
                headline="x",
                now=timezone.now(),
            )
            for _ in range(2)
        )
    assert first.pk == second.pk
    assert len(_watches(cast)) == 1
