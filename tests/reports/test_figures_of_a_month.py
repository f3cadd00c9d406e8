"""A report's figures are exactly what lies in the firm's month, from the 1st 00:00 to the next 1st 00:00 in Japan."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.models import UnexaminedFile
from reports.measures import measure
from reports.months import Month, Period, month_to_close
from tenants.tenancy.scope import ScopeMissing, tenant_scope
from tests.factories import Cast
from tests.reports.records import alerts_make, box_seen, incident_make, traffic_make

NOVEMBER = Month(date(2026, 11, 1))
PERIOD = Period(NOVEMBER.start, NOVEMBER.end)
MOMENT = timedelta(microseconds=1)


def _figures(cast: Cast, period: Period = PERIOD) -> dict:  # type: ignore[type-arg]
    with tenant_scope(cast.sakura_dental.pk):
        return measure(cast.sakura_dental.pk, period)


def _at(day: int, hour: int = 12) -> datetime:
    return NOVEMBER.start + timedelta(days=day - 1, hours=hour)


def test_a_month_begins_and_ends_at_midnight_in_japan() -> None:
    assert datetime(2026, 10, 31, 15, tzinfo=UTC) == NOVEMBER.start
    assert datetime(2026, 11, 30, 15, tzinfo=UTC) == NOVEMBER.end
    assert Month(date(2026, 12, 1)).end == datetime(2026, 12, 31, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "until", "first"),
    [
        (datetime(2026, 11, 30, 15, tzinfo=UTC), None, date(2026, 11, 1)),  # 1 December 00:00 in Japan
        (datetime(2026, 11, 30, 14, 59, tzinfo=UTC), None, date(2026, 10, 1)),
        (datetime(2027, 1, 5, tzinfo=UTC), None, date(2026, 12, 1)),
        (datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 11, 30, 15, tzinfo=UTC), date(2026, 11, 1)),
    ],
)
def test_the_month_that_is_closed(now: datetime, until: datetime | None, first: date) -> None:
    assert month_to_close(now, until).first == first


def test_alerts_at_the_edges_of_the_month_count_where_they_belong(cast: Cast) -> None:
    for at in (NOVEMBER.start - MOMENT, NOVEMBER.start, NOVEMBER.end - MOMENT, NOVEMBER.end):
        alerts_make(cast.sakura_box, at)
    figures = _figures(cast)
    assert figures["totals"]["alerts"] == 2
    assert (figures["daily"][0]["inbound"], figures["daily"][-1]["inbound"]) == (1, 1)
    assert figures["daily"][0]["day"] == "2026-11-01"


def test_counts_by_function_direction_and_importance(cast: Cast) -> None:
    box = cast.sakura_box
    alerts_make(box, _at(3), count=7, grade=0)
    alerts_make(box, _at(3), count=2, grade=1, notify="digest", blocked=False)
    alerts_make(box, _at(9), count=4, direction="outbound", grade=2, notify="digest", asset_ip="192.168.1.44")
    alerts_make(box, _at(9), count=5, direction="outbound", grade=3, notify="at_once", asset_ip="192.168.1.44")
    alerts_make(box, _at(20), count=3, function="wg", direction="outbound", grade=2, notify="digest", host="a.example")
    figures = _figures(cast)
    assert figures["totals"] == {
        "alerts": 21,
        "blocked": 19,
        "inbound": 9,
        "outbound": 12,
        "internal": 0,
        "inbound_blocked": 7,
        "outbound_blocked": 12,
        "internal_blocked": 0,
        "grades": [7, 2, 7, 5],
        "external": 0,
        "unknown": 0,
        "external_blocked": 0,
        "unknown_blocked": 0,
    }
    assert figures["notices"] == {"told": 4, "grades": [1, 1, 2, 1]}
    assert figures["matrix"] == [
        {"function": "ips", "direction": "inbound", "count": 9, "grades": [7, 2, 0, 0], "blocked": 7, "notices": 1},
        {"function": "ips", "direction": "outbound", "count": 9, "grades": [0, 0, 4, 5], "blocked": 9, "notices": 2},
        {"function": "wg", "direction": "outbound", "count": 3, "grades": [0, 0, 3, 0], "blocked": 3, "notices": 1},
    ]
    assert sum(row["count"] for row in figures["matrix"]) == figures["totals"]["alerts"]
    assert figures["device_count"] == 2
    assert figures["devices"][0]["ip"] == "192.168.1.44"
    assert figures["devices"][0]["grade"] == 3


def test_shares_of_a_top_table_are_of_all_and_not_of_the_top(cast: Cast) -> None:
    for at in range(12):
        alerts_make(cast.sakura_box, _at(5), count=12 - at, signature=f"attack {at}")
    top = _figures(cast)["top"]
    assert top["attacks"]["of"] == 78
    assert [(row["name"], row["count"]) for row in top["attacks"]["rows"]] == [
        (f"attack {at}", 12 - at) for at in range(10)
    ]
    assert top["viruses"] == {"of": 0, "rows": []}


def test_traffic_of_the_month_is_added_up(cast: Cast) -> None:
    traffic_make(cast.sakura_box, NOVEMBER.start - timedelta(days=1), NOVEMBER.start, 5_000)
    traffic_make(cast.sakura_box, NOVEMBER.start, NOVEMBER.start + timedelta(days=1), 1_000)
    traffic_make(cast.sakura_box, _at(8), _at(9), 2_000)
    traffic = _figures(cast)["traffic"]
    assert (traffic["told"], traffic["bytes_in"], traffic["bytes_out"], traffic["devices"]) == (True, 3_000, 300, 1)
    assert traffic["hosts"][0] == {"name": "update.example.com", "bytes": 1_500}


def test_incidents_that_were_open_in_the_month(cast: Cast) -> None:
    box = cast.sakura_box
    incident_make(box, NOVEMBER.start - timedelta(days=3), state="closed")
    before = incident_make(box, NOVEMBER.start - timedelta(days=3))
    inside = incident_make(box, _at(10), grade=2, state="closed")
    incident_make(box, NOVEMBER.end)
    assert [row["number"] for row in _figures(cast)["incidents"]] == [before.number, inside.number]


def test_another_firms_rows_are_not_counted(cast: Cast) -> None:
    alerts_make(cast.yamada_box, _at(5), count=99, grade=3, notify="at_once")
    incident_make(cast.yamada_box, _at(5))
    traffic_make(cast.yamada_box, _at(5), _at(6), 9_000)
    box_seen(cast.yamada_box, _at(1), _at(30))
    with tenant_scope(cast.yamada_works.pk):
        assert measure(cast.yamada_works.pk, PERIOD)["totals"]["alerts"] == 99, "the foreign rows exist"
    figures = _figures(cast)
    assert figures["totals"]["alerts"] == figures["traffic"]["bytes_in"] == len(figures["incidents"]) == 0
    with tenant_scope(cast.sakura_dental.pk):
        assert measure(cast.yamada_works.pk, PERIOD)["totals"]["alerts"] == 0, "even when asked for by mistake"


def test_figures_without_a_scope_are_refused(cast: Cast) -> None:
    with pytest.raises(ScopeMissing):
        measure(cast.sakura_dental.pk, PERIOD)


def test_files_nobody_could_look_into_are_counted_by_reason_and_are_not_left_out(cast: Cast) -> None:
    moments = {
        NOVEMBER.start: "encrypted",
        _at(3): "encrypted",
        NOVEMBER.end - MOMENT: "too_large",
        NOVEMBER.end: "gone",
    }
    with tenant_scope(cast.sakura_dental.pk):
        for number, (at, reason) in enumerate(moments.items()):
            UnexaminedFile.objects.create(
                tenant_id=cast.sakura_dental.pk,
                sensor_id=cast.sakura_box.sensor.pk,
                epoch=1,
                seq=number,
                at=at,
                reason=reason,
                to_inside=True,
            )
    assert _figures(cast)["unexamined"] == [["encrypted", 2], ["too_large", 1]]
