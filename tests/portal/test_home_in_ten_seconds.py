"""A president on a phone: is it safe now, what waits (three things at most), does the box work, how was the month."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alerts.figures import notice_figures
from incidents.desk import firm_side
from incidents.models import Case
from notifications.desk import today_words
from notifications.hours import hours_read
from reports.months import month_of
from sensors.models import Device, Isolation, Sensor, WatchGap
from tenants.models import Membership, Organisation
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast, user_make
from tests.incidents.isolations import isolation_make
from tests.portal import scenes
from tests.portal.measuring import queries
from tests.portal.pages import hero_of, text_of
from web.jst import JST

MINUTE = timedelta(minutes=1)


@pytest.fixture
def firm(cast: Cast) -> Client:
    scenes.desk_hours_set()
    scenes.box_seen(cast.sakura_box.sensor)
    client = Client()
    client.force_login(cast.hanako)
    return client


def _home(client: Client) -> str:
    return client.get("/").content.decode()


def _part(page: str, anchor: str) -> str:
    """The section with that anchor; "" when there is none."""
    part = re.search(rf'id="{anchor}".*?</section>', page, flags=re.DOTALL)
    return part.group() if part else ""


def _gap(cast: Cast, begin: float, end: float, *, function: str = "ips", cause: str = "unavailable") -> None:
    """Minutes ago, from … to …."""
    now = timezone.now()
    with tenant_scope(cast.sakura_dental.pk):
        WatchGap.objects.create(
            tenant_id=cast.sakura_dental.pk,
            sensor=cast.sakura_box.sensor,
            function=function,
            cause=cause,
            began_at=now - begin * MINUTE,
            ended_at=now - end * MINUTE,
        )


# -- the first sentence


def test_a_short_pause_is_still_safe_and_a_long_one_is_not(cast: Cast, firm: Client) -> None:
    _gap(cast, 100, 95)
    assert "守られています" in hero_of(_home(firm))
    _gap(cast, 300, 240)
    hero = text_of(hero_of(_home(firm)))
    assert "守られています" not in hero
    assert "見守れない時間が1時間 5分ありました" in hero
    assert "していただくことはありません" in hero


def test_a_pause_of_the_day_before_yesterday_is_over(cast: Cast, firm: Client) -> None:
    _gap(cast, 60 * 30, 60 * 25)
    assert "守られています" in hero_of(_home(firm))


def test_a_box_that_says_nothing_for_an_hour_is_not_safe(cast: Cast, firm: Client) -> None:
    scenes.box_seen(cast.sakura_box.sensor, timezone.now() - 60 * MINUTE)
    hero = hero_of(_home(firm))
    assert "いま、センサーから連絡がありません" in hero
    assert "守られています" not in hero
    assert "tel:0120-000-000" in hero


@pytest.mark.parametrize(("state", "word"), [("unavailable", "いまは働けません"), ("off", "使っていません")])
def test_each_function_of_the_box_stands_by_itself(cast: Cast, firm: Client, state: str, word: str) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        heartbeat = {"functions": {"ips": "on", "av": state, "wg": "on"}, "protection": "on"}
        Sensor.objects.update(heartbeat=heartbeat)
    page = text_of(_home(firm))
    assert f"ウイルス対策 {word}" in page
    assert "不正侵入対策 働いています" in page
    assert "危険サイト対策 働いています" in page
    if state == "unavailable":
        assert "「ウイルス対策」が、いまは働けません" in hero_of(_home(firm))


def test_a_function_that_was_switched_off_is_not_called_safe(cast: Cast, firm: Client) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        heartbeat = {"functions": {"ips": "on", "av": "off", "wg": "on"}, "protection": "on"}
        Sensor.objects.update(heartbeat=heartbeat, switched_off=["av"])
    _gap(cast, 120, 0, function="av", cause="off")
    assert "「ウイルス対策」を止めています" in hero_of(_home(firm))


# -- what waits


def test_three_things_at_most_each_with_one_button_the_gravest_first(cast: Cast, firm: Client) -> None:
    box, tenant_id = cast.sakura_box.sensor, cast.sakura_dental.pk
    scenes.incident_make(scenes.group_make(box, "outbound-malware-count"), number=1)
    scenes.incident_make(scenes.group_make(box, "virus-delivered"), number=2)
    for number in range(3):
        scenes.group_make(box, "web-guard", peer=f"site{number}.example", family=f"f{number}")
    with person_scope(cast.hanako.pk, tenant_id):
        case = firm_side.firm_asks(
            tenant_id=tenant_id, title="印刷できない", body="朝から", by=cast.hanako, now=timezone.now()
        )
    with tenant_scope(tenant_id):
        Case.objects.filter(pk=case.pk).update(state="waiting")
    page = _home(firm)
    assert "/incidents/1/" in hero_of(page)
    waits = _part(page, "waits")
    assert waits.count("waits__item") == 2
    assert waits.count("button--secondary") == 2
    assert waits.index("/incidents/2/") < waits.index("/alerts/?open=1")
    assert "確認が済んでいないお知らせ 3件" in text_of(waits)
    assert "/talks/" not in waits


def test_an_answer_of_the_desk_waits_and_leads_to_its_talk(cast: Cast, firm: Client) -> None:
    tenant_id = cast.sakura_dental.pk
    with person_scope(cast.hanako.pk, tenant_id):
        case = firm_side.firm_asks(
            tenant_id=tenant_id, title="印刷できない", body="朝から", by=cast.hanako, now=timezone.now()
        )
    assert not _part(_home(firm), "waits")
    with tenant_scope(tenant_id):
        Case.objects.filter(pk=case.pk).update(state="waiting")
    waits = _part(_home(firm), "waits")
    assert f"/talks/{case.number}/" in waits
    assert "待っていること" in waits


def test_what_the_first_sentence_leads_to_is_not_said_twice(cast: Cast, firm: Client) -> None:
    scenes.group_make(cast.sakura_box.sensor, "web-guard")
    page = _home(firm)
    assert "確認する" in hero_of(page)
    assert not _part(page, "waits")


# -- the month


def test_the_month_is_the_calendars_and_its_figures_are_the_reports(cast: Cast, firm: Client) -> None:
    month = month_of(timezone.now())
    box = cast.sakura_box.sensor
    at = max(month.start + 2 * MINUTE, timezone.now() - timedelta(hours=1))
    scenes.group_make(box, "web-guard", at=at, count=2, blocked=2)
    scenes.group_make(box, "inbound-blocked", at=at, count=1, blocked=1)
    scenes.group_make(box, "inbound-blocked", at=month.start - 60 * MINUTE, count=30, blocked=30)
    page = _home(firm)
    words = text_of(page)
    with tenant_scope(cast.sakura_dental.pk):
        source = notice_figures(tenant_id=cast.sakura_dental.pk, start=month.start, end=month.end)
    assert (source.blocked, source.mailed, source.look) == (3, 1, 1)
    assert re.search(r"止めた通信 3 ?回 先月は30回", words)
    assert re.search(r"メールでお知らせ 1 ?件", words)
    assert "<svg" in page[page.index("今月のようす") :]
    assert "1日ごとの通信" in words


def test_a_month_without_anything_says_so(cast: Cast, firm: Client) -> None:
    assert "今月は、まだ何も記録していません" in _home(firm)


def test_the_day_of_the_next_report_stands_there_also_when_there_is_one(cast: Cast, firm: Client) -> None:
    first = month_of(month_of(timezone.now()).start - MINUTE).first
    scenes.report_make(cast.sakura_dental.pk, first)
    page = text_of(_home(firm))
    assert f"{first.month}月の報告書ができています" in page
    assert "次の報告書は" in page


# -- the desk


@pytest.mark.parametrize(
    ("hours", "today"),
    [
        ("月-金 9:00-18:00", "9:00〜18:00"),
        ("月-金 9:00-12:00、月-金 13:00-17:30", "9:00〜12:00、13:00〜17:30"),
        ("土 9:00-12:00", "お休み"),
        ("毎日 0:00-24:00", "0:00〜24:00"),
    ],
)
def test_todays_hours_in_words(hours: str, today: str) -> None:
    assert today_words(hours_read(hours), datetime(2026, 11, 26, 10, tzinfo=JST)) == today


def test_a_closed_desk_says_so_and_when_it_opens(cast: Cast, firm: Client) -> None:
    page = text_of(_home(firm))
    assert "今日の受付 0:00〜24:00" in page
    assert "受付中" in page
    day = timezone.now().astimezone(JST) + timedelta(days=2)
    scenes.desk_hours_set(f"{'月火水木金土日'[day.weekday()]}祝・年末年始 9:00-18:00")
    page = text_of(_home(firm))
    assert "いまは受付時間の外" in page
    assert "0120-000-000" in page


# -- the first steps


def test_the_first_steps_stay_until_all_are_done(cast: Cast, firm: Client) -> None:
    steps = _part(_home(firm), "steps")
    assert steps.count("済み") == 1, "the box works"
    assert "/boxes/devices/" not in steps, "nothing to name yet"
    _named(cast, 1)
    steps = _part(_home(firm), "steps")
    assert "いま2台のうち1台に名前があります" in steps
    assert "/boxes/devices/" in steps
    _named(cast, 2)
    Organisation.objects.using("owner").filter(pk=cast.sakura_dental.pk).update(phone="075-000-0101")
    steps = _part(_home(firm), "steps")
    assert steps.count("済み") == 3
    assert "/organisation/members/invite/" in steps
    user_make("taro@sakura.invalid", cast.sakura_dental, Membership.Role.MEMBER)
    assert not _part(_home(firm), "steps")


def test_who_may_not_invite_is_not_sent_there_and_one_person_needs_no_second(cast: Cast, firm: Client) -> None:
    taro = user_make("taro@sakura.invalid", cast.sakura_dental, Membership.Role.READ_ONLY)
    client = Client()
    client.force_login(taro)
    steps = _part(_home(client), "steps")
    assert "電話番号とメールの宛先を確かめる" in steps
    assert "/organisation/edit/" not in steps
    Organisation.objects.using("owner").filter(pk=cast.yamada_works.pk).update(staff_count=1)
    client.force_login(cast.jiro)
    assert _part(_home(client), "steps").count("済み") == 2


def _named(cast: Cast, named: int) -> None:
    """Two machines, of which so many have a name."""
    now = timezone.now()
    with tenant_scope(cast.sakura_dental.pk):
        for number in range(2):
            Device.objects.update_or_create(
                tenant_id=cast.sakura_dental.pk,
                sensor=cast.sakura_box.sensor,
                mac=f"02:00:5e:00:53:0{number}",
                defaults={
                    "given_name": "受付" if number < named else "",
                    "first_seen_at": now,
                    "last_seen_at": now,
                },
            )


def test_the_home_costs_the_same_however_much_there_is(cast: Cast, firm: Client) -> None:
    scenes.group_make(cast.sakura_box.sensor, "web-guard")
    before = len(queries(firm, "/"))
    for number in range(12):
        scenes.group_make(
            cast.sakura_box.sensor, "web-guard", peer=f"site{number}.example", family=f"f{number}", count=1
        )
    assert len(queries(firm, "/")) <= before + 1  # more than one question leads to the list
    assert before <= 30


def test_what_a_home_asks_several_times_is_asked_once(cast: Cast, firm: Client) -> None:
    scenes.group_make(cast.sakura_box.sensor, "web-guard")
    asked = queries(firm, "/")
    for table in ("tenants_enrolment", "tenants_programmesettings", "sensors_sensor", "alerts_noticeday"):
        assert sum(f'FROM "{table}"' in statement for statement in asked) == 1, table


def _isolation(cast: Cast, mac: str = "02:00:5e:00:53:17", **fields: Any) -> Isolation:
    with tenant_scope(cast.sakura_dental.pk):
        row = isolation_make(cast, 1, mac, **fields)
        Device.objects.filter(pk=row.device_id).update(given_name="経理のパソコン")
    return row


WISH = {
    "wished_party": "analyst",
    "reason": "感染の動きがある",
    "consented_at": None,
    "consent_way": "",
    "applied_at": None,
}


@pytest.mark.parametrize(
    ("fields", "words", "button"),
    [
        (WISH | {"state": "wished"}, "監視担当が、切り離しをすすめています", "同意するかを決める"),
        ({"state": "consented", "applied_at": None}, "センサーの応答を待っています", "この機器のようすを見る"),
        ({}, "に切り離しました", "この機器のようすを見る"),
        ({"state": "releasing"}, "元に戻しています", "この機器のようすを見る"),
    ],
)
def test_a_machine_that_is_or_may_be_cut_off_stands_there_with_one_button(
    cast: Cast, firm: Client, fields: dict[str, Any], words: str, button: str
) -> None:
    row = _isolation(cast, **fields)
    waits = _part(_home(firm), "waits")
    assert "「経理のパソコン」" in waits
    assert words in text_of(waits)
    assert button in waits
    assert waits.count(f'href="/isolation/{row.device_id}/"') == 1


def test_what_asks_for_consent_stands_first_and_the_others_are_counted(cast: Cast, firm: Client) -> None:
    _isolation(cast)
    wish = _isolation(cast, "02:00:5e:00:53:18", **WISH, state="wished")
    for number in range(3):
        group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware", family=f"f{number}")
        scenes.incident_make(group, number=number + 1)
    waits = _part(_home(firm), "waits")
    assert f'href="/isolation/{wish.device_id}/"' in waits
    assert "切り離しは、ほかに1台あります。" in text_of(waits)


@pytest.mark.parametrize("state", ["ended", "refused", "expired"])
def test_what_is_over_is_no_line(cast: Cast, firm: Client, state: str) -> None:
    _isolation(cast, state=state)
    assert "切り離し" not in _part(_home(firm), "waits")
