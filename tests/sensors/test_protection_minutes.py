"""How long a firm was unprotected is counted, and a person is asked to look when it lasts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from notifications.models import Attention
from sensors.models import ProtectionDay, Sensor
from sensors.services import heartbeat_record
from sensors.unprotected import by_day, newly_off
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast

TEN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 10:00 in Japan


def _beat(cast: Cast, now: datetime, *, since: datetime, off_s: float, state: str = "bypass", offset: int = 0) -> None:
    report: dict[str, Any] = {
        "protection": "on" if state == "inspecting" else "off",
        "bypass": {"state": state, "since": since.timestamp(), "off_s": off_s, "reason": "the engine ended"},
    }
    with tenant_scope(cast.sakura_dental.pk):
        heartbeat_record(
            tenant_id=cast.sakura_dental.pk,
            sensor_id=cast.sakura_box.sensor.pk,
            report=report,
            offset_ms=offset,
            now=now,
        )


def _days(cast: Cast) -> dict[date, int]:
    with tenant_scope(cast.sakura_dental.pk):
        return dict(ProtectionDay.objects.values_list("day", "off_s"))


def _open_attentions(cast: Cast) -> list[str]:
    with tenant_scope(cast.sakura_dental.pk):
        return list(Attention.objects.filter(closed_at=None).values_list("kind", flat=True))


def _box(cast: Cast) -> Sensor:
    with tenant_scope(cast.sakura_dental.pk):
        sensor: Sensor = Sensor.objects.get(pk=cast.sakura_box.sensor.pk)
    return sensor


def _minute(number: float) -> datetime:
    return TEN + timedelta(minutes=number)


def test_minutes_are_counted_while_it_lasts_and_once(cast: Cast) -> None:
    _beat(cast, TEN, since=TEN - timedelta(hours=1), off_s=30, state="inspecting")
    _beat(cast, _minute(1), since=_minute(0.5), off_s=30)
    _beat(cast, _minute(2), since=_minute(0.5), off_s=30)
    _beat(cast, _minute(3), since=_minute(2.5), off_s=150, state="inspecting")
    assert _days(cast) == {date(2026, 11, 23): 30 + 120}
    _beat(cast, _minute(4), since=_minute(2.5), off_s=150, state="inspecting")
    assert _days(cast) == {date(2026, 11, 23): 150}


def test_the_desk_is_asked_after_ten_minutes_and_let_go_when_it_is_back(cast: Cast) -> None:
    _beat(cast, TEN, since=TEN, off_s=0)
    _beat(cast, _minute(9), since=TEN, off_s=0)
    assert _open_attentions(cast) == []
    assert _box(cast).unprotected_since == TEN
    _beat(cast, _minute(10), since=TEN, off_s=0)
    assert _open_attentions(cast) == ["protection_off"]
    _beat(cast, _minute(11), since=_minute(10.5), off_s=630, state="inspecting")
    assert _open_attentions(cast) == []
    assert _box(cast).unprotected_since is None


def test_starts_that_fail_one_after_the_other_do_not_begin_the_wait_anew(cast: Cast) -> None:
    _beat(cast, TEN, since=TEN, off_s=0)
    _beat(cast, _minute(6), since=_minute(5), off_s=300, state="starting")
    _beat(cast, _minute(10), since=_minute(9.9), off_s=594)
    assert _open_attentions(cast) == ["protection_off"]


def test_a_box_with_a_wrong_clock_is_counted_by_ours(cast: Cast) -> None:
    _beat(cast, TEN, since=TEN - timedelta(hours=2), off_s=0, state="inspecting", offset=3_600_000)
    # The box believes that it is an hour earlier.
    _beat(cast, _minute(1), since=_minute(0.5) - timedelta(hours=1), off_s=0, offset=3_600_000)
    assert _days(cast) == {date(2026, 11, 23): 30}


def test_what_is_said_wrongly_is_no_reason_to_fail(cast: Cast) -> None:
    box = cast.sakura_box.sensor
    wrong: list[Any] = [{"state": 1}, {"state": "bypass", "off_s": "x"}, {"state": "bypass", "off_s": -1}, [], "x"]
    for report in wrong:
        with tenant_scope(cast.sakura_dental.pk):
            heartbeat_record(
                tenant_id=cast.sakura_dental.pk, sensor_id=box.pk, report={"bypass": report}, offset_ms=0, now=TEN
            )
    assert _days(cast) == {}


@pytest.mark.parametrize(
    ("before", "after", "gone", "counted"),
    [
        (100, 160, 60, 60),
        (None, 50, 60, 50),  # the first report
        (None, 86_400, 60, 180),  # never more than has passed
        (500, 20, 60, 20),  # the box lost its notes
        (500, 500, 60, 0),
    ],
)
def test_a_total_becomes_a_rise(before: float | None, after: float, gone: int, counted: float) -> None:
    assert newly_off(before, after, since_last=timedelta(seconds=gone)) == counted


def test_a_night_belongs_to_both_its_days() -> None:
    ten_past_midnight = datetime(2026, 11, 22, 15, 10, tzinfo=UTC)
    assert list(by_day(1800, ten_past_midnight)) == [(date(2026, 11, 23), 600), (date(2026, 11, 22), 1200)]


def test_first_protection_is_remembered(cast: Cast) -> None:
    _beat(cast, TEN, since=TEN, off_s=0)
    assert _box(cast).protecting_at is None
    _beat(cast, _minute(1), since=_minute(0.5), off_s=30, state="inspecting")
    _beat(cast, _minute(2), since=_minute(0.5), off_s=30, state="inspecting")
    assert _box(cast).protecting_at == _minute(1)
