"""A ★★★ at night: mail, home, incident page and the desk's clock tell the same time, and nothing asks to call now."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from incidents.core.mails import incident_mail_put
from incidents.core.targets import desk_due
from incidents.core.triage import groups_claim
from incidents.models import DeskTask
from notifications.channels import opens_at
from notifications.hours import hours_read
from notifications.models import OutboxMessage
from tenants.desk_contact import desk_contact, hours_shown
from tenants.models import Programme
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.notifications.cast_of_contacts import contact_make
from tests.portal import scenes
from tests.portal.pages import hero_of, text_of
from web.jst import JST
from web.templatetags.formats import jst


@pytest.fixture
def closed_until(cast: Cast) -> datetime:
    """The phone is answered only on the weekday that begins in two days; → that opening."""
    day = (timezone.now().astimezone(JST) + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
    scenes.desk_hours_set(f"{'月火水木金土日'[day.weekday()]}祝・年末年始 9:00-18:00")
    return opens_at(hours_read("毎日・年末年始 9:00-9:01"), day - timedelta(seconds=1)) or day


def test_everybody_is_told_the_same_next_opening_and_nothing_asks_to_call(cast: Cast, closed_until: datetime) -> None:
    scenes.box_seen(cast.sakura_box.sensor)
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count")
    incident = scenes.incident_make(group, number=4)
    client = Client()
    client.force_login(cast.hanako)
    home = client.get("/").content.decode()
    page = client.get("/incidents/4/").content.decode()
    with tenant_scope(cast.sakura_dental.pk):
        incident_mail_put(incident=incident, group=group)
        mail = OutboxMessage.objects.get()
        due = desk_due(tenant_id=cast.sakura_dental.pk, importance=3, at=timezone.now())
        hours_now = opens_at(hours_read("毎日・年末年始 9:00-9:01"), due - timedelta(minutes=15, seconds=1))
    opening = due - timedelta(minutes=15)
    assert hours_now == opening, "the desk's 15 minutes begin when it opens"
    for words in (text_of(hero_of(home)), text_of(page), mail.text, mail.html):
        assert jst(opening) in words
    for shown in (hero_of(home), page):
        assert "相談窓口に電話する" not in shown
        assert 'class="button button--danger" href="tel:' not in shown
    assert "/calls/" in hero_of(home) or "予約する" in hero_of(home)
    assert "background-color:#ce0000;font-size:16px" not in mail.html
    assert "相談窓口に電話してください: " not in mail.text


@pytest.mark.parametrize(("rule", "pictured"), [("outbound-malware-count", True), ("virus-delivered", False)])
def test_at_night_the_picture_of_the_cable_stands_where_it_is_to_be_pulled_and_nothing_is_asked_twice(
    cast: Cast, closed_until: datetime, rule: str, pictured: bool
) -> None:
    scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, rule), number=4)
    client = Client()
    client.force_login(cast.hanako)
    page = client.get("/incidents/4/").content.decode()
    assert ("pull-lan-cable.svg" in page) is pictured
    words = text_of(page)
    assert ("まず、これを行ってください" in words) is pictured
    assert words.count("電源は切ら") == 1
    assert ("センサーがすべて止めました" if pictured else "センサーは止めていません") in words
    assert words.count("別の端末から変えてください" if pictured else "開かず、削除してください") == 1


@pytest.mark.parametrize("path", ["/", "/boxes/guide/", "/reports/"])
def test_at_night_the_number_is_read_and_not_pressed_on_any_page(cast: Cast, closed_until: datetime, path: str) -> None:
    scenes.box_seen(cast.sakura_box.sensor)
    client = Client()
    client.force_login(cast.hanako)
    page = client.get(path).content.decode()
    number = Programme.objects.get().desk_phone
    assert f"tel:{number}" not in page
    assert number in page
    assert f"次は {jst(closed_until)} からです" in text_of(page)


def test_while_the_desk_is_open_it_is_called(cast: Cast) -> None:
    scenes.desk_hours_set("毎日・年末年始 0:00-24:00")
    scenes.box_seen(cast.sakura_box.sensor)
    scenes.incident_make(scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count"), number=4)
    client = Client()
    client.force_login(cast.hanako)
    assert 'href="tel:' in hero_of(client.get("/").content.decode())


def test_the_hours_people_read_are_those_the_clock_counts(cast: Cast) -> None:
    programme = Programme.objects.get()
    assert desk_contact(programme).hours == "月〜金 9:00〜18:00(祝日・年末年始を除く)"
    scenes.desk_hours_set("毎日 9:00-21:00")
    assert desk_contact(programme).hours == "毎日 9:00〜21:00(年末年始を除く)"
    client = Client()
    client.force_login(cast.hanako)
    assert "毎日 9:00〜21:00(年末年始を除く)" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("月-金 9:00-18:00、土祝 9:00-12:00", "月〜金 9:00〜18:00、土祝 9:00〜12:00(年末年始を除く)"),
        ("毎日・年末年始 0:00-24:00", "毎日・年末年始 0:00〜24:00"),
    ],
)
def test_hours_are_shown_with_the_days_they_leave_out(words: str, shown: str) -> None:
    assert hours_shown(words) == shown


@pytest.mark.parametrize("language", ["ja", "en"])
def test_at_night_each_contacts_mail_the_page_behind_its_link_and_the_desks_task_say_the_same(
    cast: Cast, closed_until: datetime, language: str
) -> None:
    """From the detection to the desk's screen, as it comes: what a person is told by mail is when somebody answers."""
    contact_make(cast.sakura_dental.pk, "night@sakura.invalid", language=language)
    scenes.box_seen(cast.sakura_box.sensor)
    scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count")
    assert groups_claim(now=timezone.now()) == 1
    with tenant_scope(cast.sakura_dental.pk):
        mail = OutboxMessage.objects.get(to="night@sakura.invalid")
        task = DeskTask.objects.get()
    with translation.override(language):
        opening = jst(closed_until)
    assert opening in mail.text
    assert opening in html.unescape(mail.html)
    visitor = Client(headers={"Accept-Language": language})
    call, answer = (re.findall(rf"https?://[^/\s]+(/{page}/\S+/)", mail.text)[0] for page in ("call", "answer"))
    assert opening in text_of(visitor.get(call).content.decode())
    assert visitor.get(answer).status_code == 200
    agent = Client()
    agent.force_login(cast.agent)
    page = agent.get(f"/desk/tasks/{cast.sakura_dental.pk}/{task.pk}/").content.decode()
    assert jst(closed_until + timedelta(minutes=15)) in text_of(page), "its 15 minutes begin when it opens"
