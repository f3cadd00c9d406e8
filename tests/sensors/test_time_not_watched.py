"""What two reports of a box say of the time between them: when a function did not judge, to the minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sensors.models import ProtectionDay, Sensor, WatchGap
from sensors.services import heartbeat_record
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast

TEN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 10:00 in Japan
ON = {"ips": "on", "av": "on", "wg": "on"}


def _minute(number: float) -> datetime:
    return TEN + timedelta(minutes=number)


def _heartbeat(cast: Cast, minute: float, **report: Any) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        heartbeat_record(
            tenant_id=cast.sakura_dental.pk,
            sensor_id=cast.sakura_box.sensor.pk,
            report={"protection": "on", "functions": ON} | report,
            offset_ms=0,
            now=_minute(minute),
        )


def _first(cast: Cast) -> None:
    with tenant_scope(cast.sakura_dental.pk):
        Sensor.objects.filter(pk=cast.sakura_box.sensor.pk).update(last_seen_at=_minute(-1))
    _heartbeat(cast, 0)


def _gaps(cast: Cast) -> list[tuple[str, str, float, float]]:
    with tenant_scope(cast.sakura_dental.pk):
        rows = WatchGap.objects.order_by("began_at", "function").values_list(
            "function", "cause", "began_at", "ended_at"
        )
        return [
            (function, cause, (began - TEN).total_seconds() / 60, (ended - TEN).total_seconds() / 60)
            for function, cause, began, ended in rows
        ]


def _bypass(state: str, since: float, off_s: float) -> dict[str, Any]:
    return {"state": state, "since": _minute(since).timestamp(), "off_s": off_s, "reason": ""}


def test_a_box_that_reports_everything_on_leaves_no_gap(cast: Cast) -> None:
    _first(cast)
    for minute in range(1, 6):
        _heartbeat(cast, minute, bypass=_bypass("inspecting", -60, 0))
    assert _gaps(cast) == []


def test_traffic_around_the_engine_is_one_gap_as_long_as_the_box_counts(cast: Cast) -> None:
    _first(cast)
    _heartbeat(cast, 1, bypass=_bypass("inspecting", -60, 0))
    off = {"functions": dict.fromkeys(ON, "unavailable"), "protection": "off"}
    for minute in (2, 3, 4):
        _heartbeat(cast, minute, bypass=_bypass("bypass", 1.5, 0), **off)
    _heartbeat(cast, 5, bypass=_bypass("inspecting", 4.5, 180))
    _heartbeat(cast, 6, bypass=_bypass("inspecting", 4.5, 180))
    assert _gaps(cast) == [("", "bypass", 1.5, 4.5)]
    with tenant_scope(cast.sakura_dental.pk):
        assert ProtectionDay.objects.get().off_s == 180, "the page about the box and the report count the same"


def test_an_antivirus_that_is_not_ready_does_not_judge_until_it_says_that_it_does(cast: Cast) -> None:
    _first(cast)
    for minute in (1, 2, 3):
        _heartbeat(cast, minute, functions=ON | {"av": "unavailable"})
    _heartbeat(cast, 4)
    _heartbeat(cast, 5)
    assert _gaps(cast) == [("av", "unavailable", 0, 4)]


def test_a_function_switched_off_is_told_apart_from_one_that_fails(cast: Cast) -> None:
    _first(cast)
    _heartbeat(cast, 1, functions=ON | {"wg": "off"})
    _heartbeat(cast, 2)
    assert _gaps(cast) == [("wg", "off", 0, 2)]


def test_a_box_that_was_switched_off_for_an_evening_did_not_watch(cast: Cast) -> None:
    _first(cast)
    _heartbeat(cast, 185, uptime_s=120)
    assert _gaps(cast) == [("", "silent", 0, 183)]


def test_a_box_whose_line_was_cut_watched_as_it_says_itself(cast: Cast) -> None:
    _first(cast)
    _heartbeat(cast, 185, uptime_s=86_400, bypass=_bypass("inspecting", -600, 0))
    assert _gaps(cast) == []


def test_an_older_box_that_cannot_tell_did_not_watch_while_nothing_came(cast: Cast) -> None:
    _first(cast)
    _heartbeat(cast, 30)
    assert _gaps(cast) == [("", "silent", 0, 30)]


def test_what_is_said_wrongly_is_no_reason_to_fail(cast: Cast) -> None:
    _first(cast)
    for minute, wrong in enumerate((True, "x", -5, 1e300, None), start=1):
        _heartbeat(cast, minute * 20, uptime_s=wrong, functions="x", protection=7)
    assert all(function == "" and cause == "silent" for function, cause, _from, _to in _gaps(cast))
