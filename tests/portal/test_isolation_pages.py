"""Cut off in one tap: from incident, mail and machine's page, by desk and SOC; the box's word is what counts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from alerts.models import AlertGroup
from base.log_secrets import without_secrets
from incidents.core.isolation_links import SALT
from incidents.core.triage import groups_claim
from incidents.isolation.following import isolations_follow
from incidents.models import Incident, IncidentEvent
from incidents.wording import event_text
from notifications.contact_rules import Topic
from notifications.models import OutboxMessage
from sensors.devices import Sighting, devices_note
from sensors.models import Device, Isolation, IsolationConsent, Sensor
from tenants.models import AuditEvent
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast
from tests.mailing import HOUR, high_group_make
from tests.notifications.cast_of_contacts import contact_make, messages
from tests.portal import scenes
from tests.portal.pages import text_of
from tests.sensors.test_orders import Puller

MAC = "02:00:5e:00:53:17"  # of tests.portal.scenes; tests.mailing's groups are about …:01
ALWAYS_NIGHT = "月 0:00-0:01"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    """The limits of one test would stop the next."""
    cache.clear()


@pytest.fixture
def device(cast: Cast) -> Device:
    """A machine of さくら歯科 whose box can cut it off."""
    return _device(cast)


@pytest.fixture
def incident(cast: Cast, device: Device) -> Incident:
    group: AlertGroup = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", asset_mac=MAC)
    return scenes.incident_make(group, number=7)


@pytest.fixture
def puller(cast: Cast) -> Puller:
    return Puller(cast.sakura_box)


def _device(cast: Cast, mac: str = MAC) -> Device:
    sensor = cast.sakura_box.sensor
    scenes.box_seen(sensor)
    with tenant_scope(sensor.tenant_id):
        heartbeat = {**Sensor.objects.get(pk=sensor.pk).heartbeat, "isolation": {"able": True}}
        Sensor.objects.filter(pk=sensor.pk).update(heartbeat=heartbeat)
        now = timezone.now()
        sighting = Sighting(mac, now, now, "192.168.1.23", "UKETSUKE-PC")
        devices_note(tenant_id=sensor.tenant_id, sensor_id=sensor.pk, sightings=[sighting])
        device: Device = Device.objects.get(mac=mac)
    return device


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _isolation(cast: Cast) -> Isolation:
    with tenant_scope(cast.sakura_dental.pk):
        row: Isolation = Isolation.objects.get()
    return row


def _box_says(puller: Puller, cast: Cast, outcome: str, detail: str = "") -> None:
    """The box fetches its newest order and says what became of the isolation."""
    order = puller.pull(seen=0)
    version = order["version"] if order is not None else 0
    said = {str(_isolation(cast).pk): [outcome, datetime.now(UTC).isoformat(), detail]}
    puller.pull(seen=version, state="applied", isolations=said)


def _course(cast: Cast) -> list[str]:
    with tenant_scope(cast.sakura_dental.pk):
        rows = IncidentEvent.objects.filter(code__startswith="isolation_").order_by("at", "pk")
        return [event_text(event) for event in rows]


def test_one_tap_on_the_incident_and_the_page_follows_the_boxs_word(
    cast: Cast, incident: Incident, device: Device, puller: Puller
) -> None:
    hanako = _client(cast.hanako)
    page = hanako.get("/incidents/7/").content.decode()
    assert "インターネットから切り離す" in text_of(page)
    pressed = hanako.post(f"/isolation/{device.pk}/", {"incident": "7", "back": "incident"})
    assert pressed.headers["Location"] == "/incidents/7/#isolation"
    page = hanako.get("/incidents/7/").content.decode()
    assert "センサーの応答を待っています" in text_of(page)
    assert "最後の連絡" in text_of(page)
    assert f'hx-get="/isolation/{device.pk}/?incident=7"' in page
    _box_says(puller, cast, "applied")
    fragment = hanako.get(f"/isolation/{device.pk}/?incident=7", headers={"HX-Request": "true"}).content.decode()
    assert re.search(r"センサーが \d\d:\d\d に切り離しました", text_of(fragment))
    assert "hx-get" not in fragment
    isolations_follow(now=timezone.now())
    assert isolations_follow(now=timezone.now()) == 0
    hanako.post(f"/isolation/{device.pk}/", {"act": "release", "incident": "7", "back": "incident"})
    _box_says(puller, cast, "ended")
    isolations_follow(now=timezone.now())
    words = ("会社の画面から", "センサーが", "戻す指示", "戻しました")
    assert [word in line for word, line in zip(words, _course(cast), strict=True)] == [True] * 4
    assert "切り離しました" in text_of(hanako.get("/incidents/7/").content.decode())


def test_the_mail_of_a_high_grade_cuts_off_in_two_taps_and_reading_it_changes_nothing(
    cast: Cast, puller: Puller
) -> None:
    _device(cast, "02:00:5e:00:53:01")
    link = _link(cast)
    visitor = Client()
    page = visitor.get(link)
    assert page.status_code == 200
    text = text_of(page.content.decode())
    assert "この機器をインターネットから切り離しますか" in text
    for name in ("さくら歯科", "owner@sakura.invalid", "UKETSUKE"):
        assert name not in page.content.decode()
    visitor.head(link)
    with tenant_scope(cast.sakura_dental.pk):
        assert not Isolation.objects.exists()
    machine = re.search(r'name="machine" value="(\d+)"', page.content.decode())
    assert machine
    after = visitor.post(link, {"machine": machine[1]}, follow=True).content.decode()
    assert "センサーの応答を待っています" in text_of(after)
    row = _isolation(cast)
    assert (row.state, row.consent_way, row.contact) == (Isolation.State.CONSENTED, "mail", "owner@sakura.invalid")
    _box_says(puller, cast, "applied")
    part = visitor.get(f"{link}?machine={machine[1]}", headers={"HX-Request": "true"}).content.decode()
    assert "に切り離しました" in text_of(part)
    assert "ログインするか" in text_of(part)
    visitor.post(link, {"machine": machine[1], "act": "release"})
    assert _isolation(cast).state == Isolation.State.APPLIED, "a mail on the infected machine must not bring it back"


def _link(cast: Cast) -> str:
    high_group_make(cast.sakura_box)
    groups_claim(now=HOUR)
    with tenant_scope(cast.sakura_dental.pk):
        mail = OutboxMessage.objects.get(kind="incident")
    found = re.search(r"/isolation/mail/\S+/", mail.text)
    assert found, mail.text
    assert found[0] in mail.html
    return found[0]


def test_the_link_stands_in_no_log_and_an_altered_or_foreign_one_opens_nothing(cast: Cast) -> None:
    _device(cast, "02:00:5e:00:53:01")
    link = _link(cast)
    assert without_secrets(f"GET {link} 200") == "GET /isolation/mail/***/ 200"
    assert Client().get(link[:-3] + "x/").status_code == 404
    incident_id = signing.loads(link.split("/")[3], salt=SALT)[1]
    foreign = signing.dumps([cast.yamada_works.pk, incident_id, "x"], salt=SALT)
    assert Client().post(f"/isolation/mail/{foreign}/", {"machine": "1"}).status_code == 404


def test_a_firm_whose_box_cannot_gets_no_link_and_is_told_to_pull_the_cable(
    cast: Cast, incident: Incident, device: Device
) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.filter(pk=device.sensor_id).update(heartbeat={"protection": "on"})
    high_group_make(cast.sakura_box)
    groups_claim(now=HOUR)
    with tenant_scope(cast.sakura_dental.pk):
        assert "/isolation/" not in OutboxMessage.objects.get(kind="incident").text
    page = text_of(_client(cast.hanako).get("/incidents/7/").content.decode())
    assert "LANケーブルを抜く" in page


def test_a_machine_that_must_run_asks_twice(cast: Cast, device: Device) -> None:
    hanako = _client(cast.hanako)
    named = {"given_name": "受付", "must_run": "on", "must_run_reason": ""}
    page = hanako.post(f"/boxes/devices/{device.pk}/", named).content.decode()
    assert "何が止まるかを書いてください" in page
    hanako.post(f"/boxes/devices/{device.pk}/", {**named, "must_run_reason": "予約の受付"})
    assert "予約の受付" in text_of(hanako.get(f"/isolation/{device.pk}/").content.decode())
    refused = hanako.post(f"/isolation/{device.pk}/", {}, follow=True).content.decode()
    assert "もう一度押してください" in text_of(refused)
    with tenant_scope(cast.sakura_dental.pk):
        assert not Isolation.objects.exists()
    hanako.post(f"/isolation/{device.pk}/", {"confirm": "yes"})
    assert _isolation(cast).must_run_confirmed
    assert "止められない機器" in text_of(hanako.get("/boxes/devices/").content.decode())


def test_the_soc_asks_and_the_firm_agrees_from_its_mail(cast: Cast, incident: Incident, device: Device) -> None:
    analyst = _client(cast.analyst)
    staff = f"/desk/isolation/{cast.sakura_dental.pk}/{device.pk}/"
    assert "UKETSUKE-PC" in analyst.get(staff).content.decode()
    analyst.post(staff, {"way": "ask", "reason": "外への通信が1分ごとに続いている", "incident": "7"})
    assert _isolation(cast).state == Isolation.State.WISHED
    with tenant_scope(cast.sakura_dental.pk):
        mail = OutboxMessage.objects.get(key=f"isolation:{_isolation(cast).pk}:wished")
    assert "外への通信が1分ごとに続いている" in mail.text
    page = text_of(_client(cast.hanako).get("/incidents/7/").content.decode())
    assert "監視担当が、切り離しをすすめています" in page
    assert "同意して、インターネットから切り離す" in page
    link = re.search(r"/isolation/mail/\S+/", mail.text)
    assert link
    Client().post(link[0], {"machine": str(device.pk)})
    assert _isolation(cast).state == Isolation.State.CONSENTED
    assert len(_course(cast)) == 2


def test_every_contact_for_what_is_serious_may_agree_and_it_is_seen_who_did(
    cast: Cast, incident: Incident, device: Device
) -> None:
    firm = cast.sakura_dental.pk
    contact_make(firm, "president@sakura.invalid", frozenset({Topic.SERIOUS}), name="社長")
    contact_make(firm, "tax@accountant.invalid", frozenset({Topic.MONTHLY}))
    wish = {"way": "ask", "reason": "外への通信が続いている", "incident": "7"}
    _client(cast.analyst).post(f"/desk/isolation/{firm}/{device.pk}/", wish)
    _main, president = messages(firm, about_type="isolation")
    assert president.to == "president@sakura.invalid"
    link = re.search(r"/isolation/mail/\S+/", president.text)
    assert link
    Client().post(link[0], {"machine": str(device.pk)})
    assert _isolation(cast).consent_words == "社長 (president@sakura.invalid)"
    assert [bool(mail.answered_at) for mail in messages(firm, about_type="isolation")] == [False, True]


def test_the_desk_needs_the_name_of_who_agreed_on_the_telephone(cast: Cast, incident: Incident, device: Device) -> None:
    agent, staff = _client(cast.agent), f"/desk/isolation/{cast.sakura_dental.pk}/{device.pk}/"
    refused = agent.post(staff, {"way": "phone", "words": "", "reason": "通信が続く"}, follow=True).content.decode()
    assert "会社の同意がありません" in text_of(refused)
    asked = {"way": "phone", "words": "桜井さん 14:05", "reason": "通信が続く", "incident": "7", "back": "incident"}
    place = f"/desk/incidents/{cast.sakura_dental.pk}/7/#isolation"
    assert agent.post(staff, asked).headers["Location"] == place
    assert _isolation(cast).consent_words == "桜井さん 14:05"
    assert "桜井さん 14:05" in _course(cast)[-1]
    page = text_of(agent.get(f"/desk/incidents/{cast.sakura_dental.pk}/7/").content.decode())
    assert "センサーの応答を待っています" in page
    with tenant_scope(cast.sakura_dental.pk):
        viewed = AuditEvent.objects.filter(code="machine.viewed").count()
    assert viewed


def test_at_night_the_firms_standing_consent_is_enough_and_it_is_told_at_once(
    cast: Cast, incident: Incident, device: Device, puller: Puller
) -> None:
    hanako = _client(cast.hanako)
    assert "同意していません" in text_of(hanako.get("/isolation/nights/").content.decode())
    unread = hanako.post("/isolation/nights/", {"agree": "yes", "hours": "夜"}, follow=True).content.decode()
    assert "読めません" in text_of(unread)
    hanako.post("/isolation/nights/", {"agree": "yes", "hours": ALWAYS_NIGHT})
    staff = f"/desk/isolation/{cast.sakura_dental.pk}/{device.pk}/"
    analyst = _client(cast.analyst)
    assert 'value="night" checked' in analyst.get(staff).content.decode()
    analyst.post(staff, {"way": "night", "reason": "暗号化の前ぶれ", "incident": "7"})
    _box_says(puller, cast, "applied")
    isolations_follow(now=timezone.now())
    with tenant_scope(cast.sakura_dental.pk):
        mail = OutboxMessage.objects.get(key=f"isolation:{_isolation(cast).pk}:applied")
    assert "切り離しました" in mail.subject
    assert "暗号化の前ぶれ" in mail.text
    hanako.post("/isolation/nights/", {"act": "end"})
    with tenant_scope(cast.sakura_dental.pk):
        assert not IsolationConsent.objects.filter(ended_at__isnull=True).exists()
    assert 'value="night"' not in analyst.get(staff).content.decode()


def test_another_firm_and_people_who_may_only_read_change_nothing(cast: Cast, device: Device) -> None:
    jiro = _client(cast.jiro)
    assert jiro.get(f"/isolation/{device.pk}/").status_code == 404
    assert jiro.post(f"/isolation/{device.pk}/", {}).status_code == 404
    assert _client(cast.clerk).post(f"/desk/isolation/{cast.sakura_dental.pk}/{device.pk}/", {}).status_code == 404
    with tenant_scope(cast.sakura_dental.pk):
        assert not Isolation.objects.exists()


def test_its_time_ends_it_on_the_timeline_too(cast: Cast, incident: Incident, device: Device, puller: Puller) -> None:
    _client(cast.hanako).post(f"/isolation/{device.pk}/", {"incident": "7"})
    _box_says(puller, cast, "applied")
    isolations_follow(now=_isolation(cast).until + timedelta(minutes=6))
    assert _isolation(cast).state == Isolation.State.EXPIRED
    assert "期限になり" in _course(cast)[-1]
