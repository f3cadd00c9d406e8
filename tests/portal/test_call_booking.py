"""At night: what to do now, and a call booked for the morning, without logging in and never by a program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from unittest.mock import patch

import pytest
from django.core import signing
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from incidents.core.call_links import SALT, call_token
from incidents.core.triage import groups_claim
from incidents.crisis.calls import IncidentOver, call_book
from incidents.crisis.rules import call_slots
from incidents.models import CallBooking, DeskTask, Incident, IncidentReceipt
from notifications.hours import hours_read
from notifications.models import OutboxMessage
from tenants.tenancy.scope import tenant_scope
from tests.at_once import at_once
from tests.factories import Cast
from tests.mailing import high_group_make

NIGHT = datetime(2026, 11, 20, 13, tzinfo=UTC)  # Friday 22:00 in Japan
MONDAY = "2026-11-24T09:00:00+09:00"  # the 23rd is a holiday
DAY = datetime(2026, 11, 20, 5, tzinfo=UTC)


@pytest.fixture
def night() -> Iterator[None]:
    with patch("django.utils.timezone.now", return_value=NIGHT):
        yield


def incident_make(cast: Cast) -> Incident:
    high_group_make(cast.sakura_box)
    groups_claim(now=NIGHT)
    with tenant_scope(cast.sakura_dental.pk):
        made: Incident = Incident.objects.get()
    return made


def address(incident: Incident) -> str:
    """As it stands in the mail, or now on the firm's own page."""
    with tenant_scope(incident.tenant_id):
        return f"/call/{call_token(incident)}/"


def bookings(incident: Incident) -> list[tuple[str, str]]:
    with tenant_scope(incident.tenant_id):
        return [(booking.at.isoformat(), booking.phone) for booking in CallBooking.objects.order_by("pk")]


def test_the_mail_of_the_night_says_what_to_do_and_where_to_book(cast: Cast, night: None) -> None:
    incident = incident_make(cast)
    with tenant_scope(incident.tenant_id):
        mail = OutboxMessage.objects.get(kind="incident")
    assert "いまは受付時間の外です。電話を待たずに" in mail.text
    assert "2026年11月24日(火) 09:00" in mail.text
    assert "/call/" in mail.text
    assert "/call/" in mail.html


def test_the_mail_of_the_day_asks_to_call(cast: Cast) -> None:
    with patch("django.utils.timezone.now", return_value=DAY):
        incident = incident_make(cast)
    with tenant_scope(incident.tenant_id):
        assert "いまは受付時間の外です" not in OutboxMessage.objects.get(kind="incident").text


def test_the_link_shows_what_to_do_without_logging_in(cast: Cast, night: None) -> None:
    page = Client().get(address(incident_make(cast))).content.decode()
    assert "いま、その機器のLANケーブルを抜いてください" in page
    assert "pull-lan-cable.svg" in page
    assert "2026年11月24日(火) 09:00 ごろ" in page
    assert "さくら歯科" not in page


def test_a_mail_scanner_that_opens_the_link_books_nothing(cast: Cast, night: None) -> None:
    incident = incident_make(cast)
    for method in ("get", "head"):
        for _ in range(3):
            getattr(Client(), method)(address(incident))
    assert bookings(incident) == []


def test_a_booked_call_is_the_desks_task_for_the_opening(cast: Cast, night: None) -> None:
    incident = incident_make(cast)
    answer = Client().post(address(incident), {"at": MONDAY, "phone": "０９０－１２３４－５６７８"}, follow=True)
    assert "電話を予約しました: 2026年11月24日(火) 09:00" in answer.content.decode()
    assert bookings(incident) == [("2026-11-24T00:00:00+00:00", "090-1234-5678")]
    with tenant_scope(incident.tenant_id):
        task = DeskTask.objects.get(incident=incident)
        assert (task.state, task.due_at.isoformat()) == ("open", "2026-11-24T00:00:00+00:00")
        assert IncidentReceipt.objects.filter(incident=incident).exists()
        assert incident.events.filter(code="call_booked").count() == 1


def test_the_same_pressed_twice_is_one_booking(cast: Cast, night: None) -> None:
    incident = incident_make(cast)
    link = address(incident)
    for _ in range(2):
        answer = Client().post(link, {"at": MONDAY, "phone": ""}, follow=True)
        assert "電話を予約しました: 2026年11月24日(火) 09:00" in answer.content.decode()
    assert [at for at, _phone in bookings(incident)] == ["2026-11-24T00:00:00+00:00"]


def test_the_link_of_the_mail_books_once_and_whoever_finds_it_later_cannot_move_the_call(
    cast: Cast, night: None
) -> None:
    incident = incident_make(cast)
    link = address(incident)
    Client().post(link, {"at": MONDAY, "phone": ""})
    later = Client().post(link, {"at": "2026-11-24T11:00:00+09:00", "phone": "090-1234-5678"}, follow=True)
    words = later.content.decode()
    assert "このリンクは一度使われています" in words
    assert "ログインして予約を変える" in words
    assert 'name="phone"' not in words
    assert bookings(incident) == [("2026-11-24T00:00:00+00:00", "")]


def test_the_firms_own_page_gives_a_new_link_to_change_the_time(cast: Cast, night: None) -> None:
    incident = incident_make(cast)
    Client().post(address(incident), {"at": MONDAY, "phone": ""})
    client = Client()
    client.force_login(cast.hanako)
    link = re.search(r"/call/[^/\"]+/", client.get(f"/incidents/{incident.number}/").content.decode())
    assert link
    client.post(link[0], {"at": "2026-11-24T11:00:00+09:00", "phone": ""})
    assert [at for at, _phone in bookings(incident)] == ["2026-11-24T00:00:00+00:00", "2026-11-24T02:00:00+00:00"]
    with tenant_scope(incident.tenant_id):
        assert DeskTask.objects.get(incident=incident).due_at.isoformat() == "2026-11-24T02:00:00+00:00"


def test_two_who_press_the_same_link_at_once_book_one_call(cast: Cast, night: None) -> None:
    incident = incident_make(cast)
    link, times = address(incident), (MONDAY, "2026-11-24T11:00:00+09:00")
    pressed = [partial(Client().post, link, {"at": at, "phone": ""}) for at in times]
    assert at_once(*pressed) == ["done", "done"]
    assert len(bookings(incident)) == 1


@pytest.mark.parametrize("at", ["2026-11-21T09:00:00+09:00", "soon", "", "2026-11-24T03:00:00+09:00"])
def test_a_time_when_nobody_is_there_cannot_be_booked(cast: Cast, night: None, at: str) -> None:
    incident = incident_make(cast)
    assert Client().post(address(incident), {"at": at, "phone": ""}).status_code == 200
    assert bookings(incident) == []


def test_a_number_nobody_can_dial_is_refused_with_what_to_do(cast: Cast, night: None) -> None:
    incident = incident_make(cast)
    page = Client().post(address(incident), {"at": MONDAY, "phone": "とくになし"}).content.decode()
    assert "市外局番から書いてください" in page
    assert bookings(incident) == []


def test_a_forged_or_old_link_says_so_and_opens_nothing(cast: Cast) -> None:
    incident = incident_make(cast)
    forged = signing.dumps([incident.tenant_id, incident.pk, 0], salt="another")
    assert Client().get(f"/call/{forged}/").status_code == 404
    assert Client().get(address(incident)[:-3] + "xx/").status_code == 404
    with patch("time.time", return_value=(datetime.now(UTC) - timedelta(days=15)).timestamp()):
        old = signing.dumps([incident.tenant_id, incident.pk, 0], salt=SALT)
    assert Client().get(f"/call/{old}/").status_code == 404


def test_an_incident_that_is_over_takes_no_call(cast: Cast, night: None) -> None:
    incident = incident_make(cast)
    with tenant_scope(incident.tenant_id):
        Incident.objects.filter(pk=incident.pk).update(state="closed", closed_at=NIGHT)
        with pytest.raises(IncidentOver):
            call_book(incident_id=incident.pk, at=NIGHT, phone="", now=NIGHT, instead_of=0)
    assert Client().post(address(incident), {"at": MONDAY, "phone": ""}).status_code == 410


def test_the_firms_own_page_says_the_same_at_night_and_not_by_day(cast: Cast) -> None:
    client = Client()
    with patch("django.utils.timezone.now", return_value=NIGHT):
        incident = incident_make(cast)
        client.force_login(cast.hanako)
        assert "いまは受付時間の外です" in client.get(f"/incidents/{incident.number}/").content.decode()
    with patch("django.utils.timezone.now", return_value=DAY):
        assert "いまは受付時間の外です" not in client.get(f"/incidents/{incident.number}/").content.decode()


@given(st.integers(0, 2 * 365 * 24 * 60))
def test_every_slot_is_a_time_when_the_desk_is_open_and_of_one_day(minutes: int) -> None:
    hours, now = hours_read("月-金 9:00-12:00、月-金 13:00-17:30"), NIGHT + timedelta(minutes=minutes)
    slots = call_slots(hours, now)
    assert slots
    assert slots == sorted(set(slots))
    assert all(slot >= now and hours.is_open(slot) for slot in slots)
    assert len({slot.date() for slot in slots}) == 1
