"""A machine is cut off by its firm's box: consent, order, what the box says, and every way it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from base.moves import MoveRefused, Party, ReasonMissing
from sensors.devices import Sighting, devices_note
from sensors.isolating import (
    Agreement,
    Asker,
    ConsentMissing,
    IsolationRefused,
    MustRunUnconfirmed,
    device_must_run,
    isolation_ask,
    isolation_open,
    isolation_release,
)
from sensors.isolation_consents import HoursWrong, night_consent, night_consent_end, night_consent_give
from sensors.isolation_orders import isolation_run_out
from sensors.isolation_rules import Why
from sensors.models import Device, Isolation, Sensor
from tenants.models import AuditEvent, ProgrammeSettings
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.at_once import at_once, meeting_in
from tests.factories import Box, Cast, box_make
from tests.sensors.test_orders import Puller

MAC = "02:00:00:00:01:14"
Way = Isolation.Way
State = Isolation.State
PAGE = Agreement(Way.PAGE)
ABLE = {"isolation": {"able": True}, "line": {"gateway": "192.168.1.1"}, "routers": ["02:00:00:00:01:01"]}
DAY_TIME = datetime(2026, 11, 20, 1, tzinfo=UTC)  # Friday 10:00 in Japan
NIGHT = datetime(2026, 11, 20, 17, 31, tzinfo=UTC)  # Saturday 2:31


@pytest.fixture
def box(cast: Cast) -> Box:
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.filter(pk=cast.sakura_box.sensor.pk).update(heartbeat=ABLE)
    return cast.sakura_box


@pytest.fixture
def puller(box: Box) -> Puller:
    return Puller(box)


@pytest.fixture
def device(cast: Cast, box: Box) -> Device:
    return _seen(box)


def _seen(box: Box, mac: str = MAC, ip: str = "192.168.1.20", at: datetime = DAY_TIME) -> Device:
    with tenant_scope(box.sensor.tenant_id):
        sighting = Sighting(mac, at, at, ip)
        devices_note(tenant_id=box.sensor.tenant_id, sensor_id=box.sensor.pk, sightings=[sighting])
        seen: Device = Device.objects.get(mac=mac)
    return seen


def _pressed(cast: Cast, device: Device, **changed: Any) -> Isolation:
    """The owner of the firm presses the button on its page."""
    values: dict[str, Any] = {"asker": Asker(Party.FIRM, cast.hanako), "agreement": PAGE, "now": datetime.now(UTC)}
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        return isolation_ask(device=device, **{**values, **changed})


def _asked_by_staff(cast: Cast, device: Device, party: Party, agreement: Agreement | None, now: datetime) -> Isolation:
    person, organisation = {Party.DESK: (cast.agent, cast.desk), Party.ANALYST: (cast.analyst, cast.soc)}[party]
    with person_scope(person.pk, organisation.pk):
        return isolation_ask(
            device=device, asker=Asker(party, person), agreement=agreement, now=now, reason="外への通信が続いている"
        )


def _row(isolation: Isolation) -> Isolation:
    with tenant_scope(isolation.tenant_id):
        row: Isolation = Isolation.objects.get(pk=isolation.pk)
    return row


def _report(isolation: Isolation, outcome: str, at: datetime | None = None, detail: str = "") -> dict[str, list[str]]:
    """As a box says it."""
    return {str(isolation.pk): [outcome, (at or datetime.now(UTC)).isoformat(), detail]}


def test_from_the_button_to_the_boxs_word_and_back(cast: Cast, device: Device, puller: Puller) -> None:
    assert puller.pull() is not None
    isolation = _pressed(cast, device, addresses=["2001:db8::1", "192.168.1.77"])
    assert isolation.state == State.CONSENTED
    order = puller.pull(seen=1, state="applied")
    assert order is not None
    (ordered,) = order["isolations"]
    assert (ordered["id"], ordered["mac"]) == (isolation.pk, MAC)
    assert ordered["addresses"] == ["192.168.1.20", "192.168.1.77"], "only those of the firm's networks"
    assert datetime.fromisoformat(ordered["until"]) > datetime.now(UTC) + timedelta(hours=23)
    assert order["isolation_open"] == {"name_service": True, "platform": True, "networks": [], "names": []}
    row = _row(isolation)
    assert (row.state, row.ordered_version) == (State.ORDERED, 2)
    at = datetime.now(UTC) - timedelta(seconds=3)
    assert puller.pull(seen=2, state="applied", isolations=_report(isolation, "applied", at)) is None
    assert puller.pull(seen=2, state="applied", isolations=_report(isolation, "applied")) is None
    row = _row(isolation)
    assert (row.state, row.applied_at) == (State.APPLIED, at), "the first time counts"
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        isolation_release(isolation=row, asker=Asker(Party.FIRM, cast.hanako), now=datetime.now(UTC))
    after = puller.pull(seen=2, state="applied", isolations=_report(isolation, "applied", at))
    assert after is not None
    assert "isolations" not in after
    assert _row(isolation).state == State.RELEASING
    puller.pull(seen=3, state="applied", isolations=_report(isolation, "ended"))
    row = _row(isolation)
    assert row.state == State.ENDED
    assert row.ended_at is not None
    with tenant_scope(cast.sakura_dental.pk):
        codes = AuditEvent.objects.filter(code__startswith="isolation.").order_by("pk").values_list("code", flat=True)
        assert list(codes) == [f"isolation.{step}" for step in ("wished", "agreed", "applied", "released", "ended")]


def test_an_order_of_a_firm_without_isolations_stays_as_it_was(puller: Puller, device: Device) -> None:
    order = puller.pull()
    assert order is not None
    assert not {"isolations", "isolation_open"} & set(order)


def test_what_stays_open_is_the_programmes_setting(cast: Cast, device: Device, puller: Puller) -> None:
    ProgrammeSettings.objects.using("owner").create(
        programme_id=cast.programme.pk,
        version=1,
        effective_from=DAY_TIME,
        values={
            "isolation_open": "remote.example.jp 203.0.113.0/24",
            "isolation_hours": 2,
            "isolation_platform": False,
        },
        reason="test",
    )
    isolation = _pressed(cast, device)
    assert isolation.until - datetime.now(UTC) < timedelta(hours=2)
    order = puller.pull()
    assert order is not None
    assert order["isolation_open"] == {
        "name_service": True,
        "platform": False,
        "networks": ["203.0.113.0/24"],
        "names": ["remote.example.jp"],
    }


@pytest.mark.parametrize(
    ("mac", "ip", "why"),
    [("02:00:00:00:01:01", "192.168.1.9", Why.ROUTER), ("02:00:00:00:01:02", "192.168.1.1", Why.ROUTER)],
)
def test_the_router_is_refused_whoever_asks(cast: Cast, box: Box, mac: str, ip: str, why: Why) -> None:
    router = _seen(box, mac, ip)
    with pytest.raises(IsolationRefused) as refused:
        _pressed(cast, router)
    assert refused.value.why == why
    with pytest.raises(IsolationRefused):
        _asked_by_staff(cast, router, Party.ANALYST, None, NIGHT)


def test_a_box_that_never_said_it_can_is_not_asked(cast: Cast, device: Device) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.filter(pk=device.sensor_id).update(heartbeat={"agent_version": "1"})
    with pytest.raises(IsolationRefused) as refused:
        _pressed(cast, device)
    assert refused.value.why == Why.BOX_UNABLE


def test_a_machine_that_must_run_needs_a_second_confirmation(cast: Cast, device: Device) -> None:
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        with pytest.raises(ReasonMissing):
            device_must_run(device=device, must_run=True, reason=" ")
        device_must_run(device=device, must_run=True, reason="予約の受付")
        device.refresh_from_db()
    with pytest.raises(MustRunUnconfirmed):
        _pressed(cast, device)
    with tenant_scope(cast.sakura_dental.pk):
        assert not Isolation.objects.exists()
    assert _pressed(cast, device, must_run_confirmed=True).must_run_confirmed


def test_staff_only_wish_until_the_firm_agrees(cast: Cast, device: Device, puller: Puller) -> None:
    wish = _asked_by_staff(cast, device, Party.ANALYST, None, DAY_TIME)
    assert wish.state == State.WISHED
    order = puller.pull()
    assert order is not None
    assert "isolations" not in order, "a wish is not ordered"
    agreed = _pressed(cast, device)
    assert (agreed.pk, agreed.state, agreed.consent_way) == (wish.pk, State.CONSENTED, Way.PAGE)


def test_without_reason_staff_do_nothing(cast: Cast, device: Device) -> None:
    asker = Asker(Party.DESK, cast.agent)
    with person_scope(cast.agent.pk, cast.desk.pk), pytest.raises(ReasonMissing):
        isolation_ask(device=device, asker=asker, agreement=None, now=DAY_TIME, reason=" ")


def test_the_desk_writes_down_who_agreed_on_the_telephone_and_the_soc_cannot(cast: Cast, device: Device) -> None:
    with pytest.raises(ConsentMissing):
        _asked_by_staff(cast, device, Party.DESK, Agreement(Way.PHONE), DAY_TIME)
    with pytest.raises(MoveRefused):
        _asked_by_staff(cast, device, Party.ANALYST, Agreement(Way.PHONE, "桜井さん 10:02"), DAY_TIME)
    with pytest.raises(MoveRefused):
        _asked_by_staff(cast, device, Party.DESK, PAGE, DAY_TIME)
    isolation = _asked_by_staff(cast, device, Party.DESK, Agreement(Way.PHONE, "桜井さん 10:02"), DAY_TIME)
    assert (isolation.state, isolation.consent_words) == (State.CONSENTED, "桜井さん 10:02")


def test_the_consent_for_nights_holds_at_night_only_and_can_be_taken_back(cast: Cast, device: Device) -> None:
    firm, night = cast.sakura_dental.pk, Agreement(Way.NIGHT)
    with pytest.raises(ConsentMissing):
        _asked_by_staff(cast, device, Party.ANALYST, night, NIGHT)
    with person_scope(cast.hanako.pk, firm):
        with pytest.raises(HoursWrong):
            night_consent_give(tenant_id=firm, hours="いつも", by=cast.hanako, now=DAY_TIME)
        night_consent_give(tenant_id=firm, hours="毎日 9:00-20:00", by=cast.hanako, now=DAY_TIME)
        night_consent_give(tenant_id=firm, hours="月-金 8:30-18:00", by=cast.hanako, now=DAY_TIME)
        given = night_consent(tenant_id=firm)
        assert given is not None
        assert (given.hours, given.version) == ("月-金 8:30-18:00", 1)
    with pytest.raises(ConsentMissing):
        _asked_by_staff(cast, device, Party.ANALYST, night, DAY_TIME)
    isolation = _asked_by_staff(cast, device, Party.ANALYST, night, NIGHT)
    assert (isolation.state, isolation.consent_way) == (State.CONSENTED, Way.NIGHT)
    with person_scope(cast.hanako.pk, firm):
        isolation_release(isolation=isolation, asker=Asker(Party.FIRM, cast.hanako), now=NIGHT)
        assert night_consent_end(tenant_id=firm, by=cast.hanako, now=NIGHT)
        assert not night_consent_end(tenant_id=firm, by=cast.hanako, now=NIGHT)
    with pytest.raises(ConsentMissing):
        _asked_by_staff(cast, device, Party.ANALYST, night, NIGHT)


def test_one_that_the_box_never_fetched_ends_at_once(cast: Cast, device: Device, puller: Puller) -> None:
    isolation = _pressed(cast, device)
    with person_scope(cast.agent.pk, cast.desk.pk):
        ended = isolation_release(isolation=isolation, asker=Asker(Party.DESK, cast.agent), now=datetime.now(UTC))
        assert ended.state == State.ENDED
        with pytest.raises(MoveRefused):
            isolation_release(isolation=isolation, asker=Asker(Party.DESK, cast.agent), now=datetime.now(UTC))
    order = puller.pull()
    assert order is not None
    assert "isolations" not in order


def test_the_boxs_refusal_and_the_end_of_time_are_told(cast: Cast, device: Device, puller: Puller) -> None:
    isolation = _pressed(cast, device)
    puller.pull()
    puller.pull(seen=1, state="applied", isolations=_report(isolation, "failing", detail="nft: no"))
    assert (_row(isolation).state, _row(isolation).problem) == (State.ORDERED, "nft: no")
    puller.pull(seen=1, state="applied", isolations=_report(isolation, "refused", detail="router_side"))
    assert (_row(isolation).state, _row(isolation).problem) == (State.REFUSED, "router_side")
    again = _pressed(cast, device)
    puller.pull(seen=2, state="applied")
    puller.pull(seen=3, state="applied", isolations=_report(again, "ended", detail="expired"))
    assert _row(again).state == State.EXPIRED


def test_a_silent_box_is_taken_to_have_ended_it_by_itself(cast: Cast, device: Device, puller: Puller) -> None:
    isolation = _pressed(cast, device)
    puller.pull()
    with tenant_scope(cast.sakura_dental.pk):
        row = Isolation.objects.get(pk=isolation.pk)
        assert not isolation_run_out(isolation=row, now=row.until + timedelta(minutes=1))
        assert isolation_run_out(isolation=row, now=row.until + timedelta(minutes=6))
    assert (_row(isolation).state, _row(isolation).ended_at) == (State.EXPIRED, row.until)


def test_a_box_speaks_of_its_own_isolations_only(cast: Cast, device: Device, puller: Puller) -> None:
    isolation = _pressed(cast, device)
    puller.pull()
    for stranger in (cast.yamada_box, box_make(cast.sakura_dental)):
        Puller(stranger).pull(isolations=_report(isolation, "applied"))
        assert _row(isolation).state == State.ORDERED
    wish = _asked_by_staff(cast, _seen(puller.box, "02:00:00:00:01:15", "192.168.1.21"), Party.ANALYST, None, NIGHT)
    strange = {"999999999999999999999999": ["applied", datetime.now(UTC).isoformat(), ""], **_report(wish, "ended")}
    puller.pull(seen=1, state="applied", isolations=strange)
    assert _row(wish).state == State.WISHED


@pytest.mark.parametrize("said", [{"1": "applied"}, {"x": ["a", "b", "c"]}, [1], {"1": ["applied", "2026-01-01", ""]}])
def test_what_makes_no_sense_is_malformed(puller: Puller, said: Any) -> None:
    body = json.dumps({"seen": 0, "isolations": said}).encode()
    assert puller.post("/api/v1/orders", body, puller.headers(body)).status_code == 400


def test_an_address_that_another_machine_has_now_is_not_cut_off(cast: Cast, box: Box, device: Device) -> None:
    _seen(box, "02:00:00:00:01:15", "192.168.1.20", DAY_TIME + timedelta(hours=1))
    assert _pressed(cast, device).addresses == []


def test_two_who_press_at_once_make_one(cast: Cast, device: Device) -> None:
    with patch("sensors.isolating.isolation_open", meeting_in(isolation_open)):
        outcomes = at_once(partial(_pressed, cast, device), partial(_pressed, cast, device))
    assert sorted(outcomes) == ["IsolationOpen", "done"]
    with tenant_scope(cast.sakura_dental.pk):
        assert Isolation.objects.count() == 1
