"""SOC and desk see every box at a glance, and bring one to its firm."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from notifications.models import Attention
from portal.due import due_run
from sensors import installing, orders
from sensors.devices import Sighting, devices_note
from sensors.models import ActivationCode, Order, ProtectionDay, Sensor
from sensors.services import ActivationRefused, heartbeat_record, sensor_activate, sensor_prepare
from tenants.tenancy.scope import tenant_scope
from tests import factories
from tests.factories import Cast
from tests.portal import pages


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def analyst(cast: Cast) -> Client:
    return _client(cast.analyst)


@pytest.fixture
def agent(cast: Cast) -> Client:
    return _client(cast.agent)


def _text(answer: Any) -> str:
    assert answer.status_code == 200
    return pages.text_of(answer.content.decode())


def _rows(answer: Any) -> str:
    """The table alone."""
    return pages.text_of(answer.content.decode().partition("<tbody")[2].partition("</tbody>")[0])


def _at(sensor: Sensor) -> str:
    return f"/boxes/{sensor.tenant_id}/{sensor.pk}/"


def _change(sensor: Sensor, **fields: Any) -> None:
    with tenant_scope(sensor.tenant_id):
        Sensor.objects.filter(pk=sensor.pk).update(**fields)


def _prepared(cast: Cast) -> Sensor:
    with tenant_scope(cast.sakura_dental.pk):
        return sensor_prepare(tenant_id=cast.sakura_dental.pk, name="2階")


def test_who_is_silent_unprotected_or_behind_is_found_by_tab(analyst: Client, cast: Cast) -> None:
    now = timezone.now()
    _change(
        cast.sakura_box.sensor,
        last_seen_at=now,
        unprotected_since=now - timedelta(minutes=20),
        heartbeat={"agent_version": "0.10.0", "protection": "off", "suricata_version": "7.0.10"},
    )
    _change(cast.yamada_box.sensor, last_seen_at=now, heartbeat={"agent_version": "0.9.0", "protection": "on"})
    every = _text(analyst.get("/boxes/"))
    assert "さくら歯科" in every
    assert "山田製作所" in every
    assert "プログラム 0.10.0" in every  # not 0.9.0: versions are compared as numbers
    look = _rows(analyst.get("/boxes/?show=look"))
    assert "さくら歯科" in look
    assert "山田製作所" not in look
    behind = _rows(analyst.get("/boxes/?show=behind"))
    assert "山田製作所" in behind
    assert "古い" in behind
    assert "さくら歯科" not in behind
    _change(cast.yamada_box.sensor, last_seen_at=now - timedelta(days=2))
    assert "山田製作所" in _rows(analyst.get("/boxes/?show=look"))


def test_minutes_without_inspection_are_added_up_over_a_month(agent: Client, cast: Cast) -> None:
    box, today = cast.sakura_box.sensor, timezone.now().date()
    with tenant_scope(box.tenant_id):
        for day, seconds in ((today, 90), (today - timedelta(days=3), 30), (date(2026, 1, 1), 6000)):
            ProtectionDay.objects.create(tenant_id=box.tenant_id, sensor=box, day=day, off_s=seconds)
    assert "2分" in _rows(agent.get("/boxes/"))


def test_the_analyst_switches_a_function_off_and_sees_when_the_box_did_it(analyst: Client, cast: Cast) -> None:
    box = cast.sakura_box.sensor
    assert "まだ指示を出していません" in _text(analyst.get(_at(box)))
    answer = analyst.post(f"{_at(box)}switch/", {"on": ["ips", "wg"]}, follow=True)
    assert "センサーの応答待ち" in _text(answer)
    begun = datetime(2026, 11, 23, 1, 31, tzinfo=UTC)
    _ask(box, seen=0, state="", now=begun)  # the box fetches the order …
    _ask(box, seen=1, state="applied", now=begun + timedelta(minutes=1))  # … and says that it holds
    page = _text(analyst.get(_at(box)))
    assert "センサーで適用" in page
    assert "10:32" in page
    # Another order, about something else, is no reason to name another time.
    with tenant_scope(box.tenant_id):
        later = Order.objects.get(version=1)
        later.pk, later.version = None, 2
        later.answered_at = begun + timedelta(hours=1)
        later.save()
    assert "10:32" in _text(analyst.get(_at(box)))


def test_what_the_box_refused_is_not_shown_as_done(analyst: Client, cast: Cast) -> None:
    box = cast.sakura_box.sensor
    analyst.post(f"{_at(box)}switch/", {"on": ["ips"]})
    _ask(box, seen=0, state="", now=timezone.now())
    _ask(box, seen=1, state="refused", now=timezone.now(), detail="no room on the disk")
    page = _text(analyst.get(_at(box)))
    assert "受け付けませんでした" in page
    assert "no room on the disk" in page


def _ask(box: Sensor, *, seen: int, state: str, now: datetime, detail: str = "") -> None:
    with tenant_scope(box.tenant_id):
        box_state = orders.BoxState(seen, state, detail, {})
        orders.order_pull(tenant_id=box.tenant_id, sensor_id=box.pk, box_state=box_state, now=now)


def test_what_is_let_be_at_a_box_stands_on_its_page_with_its_hits(analyst: Client, agent: Client, cast: Cast) -> None:
    box, now = cast.sakura_box.sensor, timezone.now()
    with tenant_scope(box.tenant_id):
        made = orders.suppression_add(
            sensor=box,
            signature_id=2000001,
            signature="ET SCAN Something",
            source="192.168.1.20",
            destination="",
            device="",
            effect="silence",
            reason="社内の点検",
            until=now + timedelta(days=7),
            by=cast.analyst,
            now=now,
        )
        orders.order_pull(
            tenant_id=box.tenant_id,
            sensor_id=box.pk,
            box_state=orders.BoxState(0, "", "", {made.pk: (41357, now)}),
            now=now,
        )
    page = _text(analyst.get(_at(box)))
    assert "ET SCAN Something" in page
    assert "41,357" in page
    assert "終わらせる" in page
    assert "ET SCAN Something" not in _text(agent.get(_at(box)))


def test_the_desk_may_look_but_not_switch(agent: Client, cast: Cast) -> None:
    box = cast.sakura_box.sensor
    assert "この設定を指示する" not in _text(agent.get(_at(box)))
    assert agent.post(f"{_at(box)}switch/", {}).status_code == 404
    with tenant_scope(box.tenant_id):
        assert Sensor.objects.get(pk=box.pk).switched_off == []


def test_a_box_is_prepared_for_a_firm_of_the_programme(agent: Client, cast: Cast) -> None:
    stranger = factories.organisation_make("よその会社")
    page = agent.get("/boxes/new/").content.decode()
    assert "さくら歯科" in page
    assert "よその会社" not in page
    agent.post("/boxes/new/", {"firm": stranger.pk, "name": "本社"})
    with tenant_scope(stranger.pk):
        assert not Sensor.objects.exists()
    answer = agent.post("/boxes/new/", {"firm": cast.sakura_dental.pk, "name": "2階"}, follow=True)
    assert "利用開始コードの紙" in _text(answer)


def test_the_sheet_shows_a_code_that_works_and_the_one_before_no_longer_does(agent: Client, cast: Cast) -> None:
    box = _prepared(cast)
    first, second = _printed(agent, box), _printed(agent, box)
    assert first != second
    with tenant_scope(box.tenant_id):
        assert ActivationCode.objects.filter(expires_at__gt=timezone.now()).count() == 1
    with pytest.raises(ActivationRefused):
        sensor_activate(code=first.replace("-", ""), public_key=b"k" * 32, hardware={}, agent_version="1")
    sensor_activate(code=second.replace("-", ""), public_key=b"k" * 32, hardware={}, agent_version="1")
    with tenant_scope(box.tenant_id):
        assert Sensor.objects.get(pk=box.pk).state == Sensor.State.ACTIVE


def _printed(client: Client, box: Sensor) -> str:
    answer = client.post(f"{_at(box)}sheet.pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "さくら歯科" in text
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", text)
    assert code is not None
    return code.group()


def test_the_way_of_a_box_with_the_days_it_took(agent: Client, cast: Cast) -> None:
    box = _prepared(cast)
    agent.post(f"{_at(box)}step/", {"step": "shipped"})
    assert "発送済み" in _text(agent.get(_at(box)))
    now = timezone.now()
    _change(box, created_at=now - timedelta(days=9), shipped_at=now - timedelta(days=7))
    page = _text(agent.get(_at(box)))
    assert "待っています(7日経過)" in page
    assert "発送済みから7日" in page or "発送から7日" in _rows(agent.get("/boxes/?show=way"))
    agent.post(f"{_at(box)}step/", {"step": "arrived"})
    with tenant_scope(box.tenant_id):
        arrived = Sensor.objects.get(pk=box.pk)
    assert arrived.state == Sensor.State.ARRIVED
    assert arrived.arrived_at is not None
    answer = agent.post(f"{_at(box)}step/", {"step": "shipped"}, follow=True)
    assert "その操作はできません" in _text(answer)


def test_a_shipped_box_that_stays_silent_for_five_days_is_a_task_of_the_desk(cast: Cast) -> None:
    box, now = _prepared(cast), timezone.now()
    with tenant_scope(box.tenant_id):
        installing.sensor_ship(sensor=box, now=now)
    _change(box, created_at=now - timedelta(days=1))
    due_run(now=now + timedelta(days=4))
    assert _stalled(box) == 0
    due_run(now=now + timedelta(days=5, minutes=1))
    assert _stalled(box) == 1
    _change(box, state=Sensor.State.ACTIVE, activated_at=now)
    with tenant_scope(box.tenant_id):
        heartbeat_record(tenant_id=box.tenant_id, sensor_id=box.pk, report={}, offset_ms=0, now=now)
    assert _stalled(box) == 0


def _stalled(box: Sensor) -> int:
    with tenant_scope(box.tenant_id):
        return Attention.objects.filter(kind="install_stalled", about_id=box.pk, closed_at__isnull=True).count()


def test_the_machines_a_box_sees_stand_on_its_page_by_name_or_by_number(agent: Client, cast: Cast) -> None:
    box, now = cast.sakura_box.sensor, timezone.now()
    seen = [
        Sighting("00:1b:a9:01:02:03", now, now, "192.168.1.20", "RECEPTION"),
        Sighting("00:0c:29:01:02:03", now, now, None),
    ]
    with tenant_scope(box.tenant_id):
        devices_note(tenant_id=box.tenant_id, sensor_id=box.pk, sightings=seen)
    page = _text(agent.get(_at(box)))
    assert "RECEPTION" in page
    assert "00:0C:29:01:02:03" in page.upper()


def test_how_a_box_is_connected_stands_on_its_page(agent: Client, cast: Cast) -> None:
    line = {"address": "cgnat", "dhcp": True, "gateway": "100.64.0.1", "ipv6": True}
    _change(cast.sakura_box.sensor, heartbeat={"placement": "above_router", "line": line})
    page = _text(agent.get(_at(cast.sakura_box.sensor)))
    assert "ルーターより回線側(PPPoEが通っている)" in page
    assert "プロバイダー内のアドレス(CGNAT)、自動(DHCP)、ゲートウェイ 100.64.0.1、IPv6あり" in page
    _change(cast.sakura_box.sensor, heartbeat={"placement": ["x"], "line": {"address": {}, "gateway": 7}})
    assert "センサーの回線" not in _text(agent.get(_at(cast.sakura_box.sensor)))


def test_firms_and_vendors_do_not_find_the_fleet(cast: Cast) -> None:
    for user in (cast.hanako, cast.engineer, cast.clerk):
        client = _client(user)
        assert client.get("/boxes/").status_code in (302, 404)
        assert client.get(_at(cast.sakura_box.sensor)).status_code in (302, 404)
        assert client.post(f"{_at(cast.sakura_box.sensor)}sheet.pdf").status_code in (302, 404)


def test_what_a_box_could_not_read_or_look_into_is_shown_never_silent(analyst: Client, cast: Cast) -> None:
    sensor = cast.sakura_box.sensor
    report: dict[str, Any] = {
        "protection": "on",
        "eve": {"inode": 1, "position": 2, "gaps": 2, "lost_bytes": 4096, "unreadable": 1234},
        "files": {"waiting": 0, "judged": 5000, "found": 1, "unexamined": 3},
    }
    assert "読み落とし" not in _rows(analyst.get("/boxes/"))
    with tenant_scope(sensor.tenant_id):
        heartbeat_record(
            tenant_id=sensor.tenant_id, sensor_id=sensor.pk, report=report, offset_ms=0, now=timezone.now()
        )
    listed = _rows(analyst.get("/boxes/"))
    assert "途切れ 2回、失われた記録 4.1 kB、読めない行 1,234行" in listed
    assert "調べられなかったファイル 3件" in listed
    box = _text(analyst.get(_at(sensor)))
    assert "読めない行 1,234行" in box
    assert "問題なし 5,000件、ウイルス 1件、調べられなかったもの 3件" in box
    odd: object
    for odd in ("x", [], {"gaps": "many", "unreadable": None}, {"gaps": True}):
        _change(sensor, heartbeat={"eve": odd, "files": odd})
        assert "読み落とし" not in _rows(analyst.get("/boxes/"))
        assert analyst.get(_at(sensor)).status_code == 200
