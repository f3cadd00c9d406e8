"""Which machine may be cut off, what an office leaves open, when nobody is asked. Plain data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from notifications.hours import hours_read
from sensors.isolation_rules import Why, addresses_meant, box_facts, is_night, refusal_of
from sensors.isolation_settings import SETTINGS, ends_read

MAC, ROUTER = "02:00:00:00:01:14", "02:00:00:00:01:01"
ABLE: dict[str, Any] = {
    "isolation": {"able": True},
    "line": {"gateway": "192.168.1.1"},
    "routers": [ROUTER],
    "placement": "ok",
}


@pytest.mark.parametrize(
    ("mac", "address", "heartbeat", "active", "why"),
    [
        (MAC, "192.168.1.20", ABLE, True, None),
        (ROUTER, "192.168.1.254", ABLE, True, Why.ROUTER),
        (MAC, "192.168.1.1", ABLE, True, Why.ROUTER),
        (ROUTER, "", {**ABLE, "isolation": {"able": False}}, False, Why.ROUTER),
        (MAC, "", ABLE, False, Why.NO_BOX),
        (MAC, "", {**ABLE, "placement": "swapped"}, True, Why.BOX_MISPLACED),
        (MAC, "", {**ABLE, "placement": "above_router"}, True, Why.BOX_MISPLACED),
        (MAC, "", {**ABLE, "isolation": None}, True, Why.BOX_UNABLE),
        (MAC, "", {}, True, Why.BOX_UNABLE),
        (MAC, "", {"isolation": [], "line": "x", "routers": {}}, True, Why.BOX_UNABLE),
    ],
)
def test_the_router_is_never_cut_off_and_a_box_that_cannot_is_not_asked(
    mac: str, address: str, heartbeat: dict[str, Any], active: bool, why: Why | None
) -> None:
    assert refusal_of(mac=mac, address=address, box=box_facts(heartbeat), active=active) == why


def test_addresses_are_those_of_the_firms_networks_and_never_the_routers() -> None:
    given = ["192.168.1.20", "192.168.1.1", "203.0.113.9", "2001:db8:50::10", "2001:DB8:50:0::10", ""]
    networks = ["192.168.1.0/24", "2001:db8:50::/64"]
    assert addresses_meant(given, networks=networks, box=box_facts(ABLE)) == ["192.168.1.20", "2001:db8:50::10"]


def test_what_stays_open_is_read_from_one_line_of_words() -> None:
    read = ends_read("remote.example.jp、203.0.113.7  203.0.114.9/24, 2001:db8::/32")
    assert read.names == ("remote.example.jp",)
    assert read.networks == ("203.0.113.7/32", "203.0.114.0/24", "2001:db8::/32")
    assert ends_read("") == ends_read(" 、")
    (setting,) = [setting for setting in SETTINGS if setting.key == "isolation_open"]
    assert setting.check is not None
    for wrong in ("http://remote.example.jp", "どこでも", "*", "a..b"):
        with pytest.raises(ValueError, match="読めません"):
            setting.check(wrong)


@pytest.mark.parametrize(
    ("at", "night"),
    [
        (datetime(2026, 11, 20, 1, tzinfo=UTC), False),  # Friday 10:00
        (datetime(2026, 11, 20, 17, 31, tzinfo=UTC), True),  # Saturday 2:31
        (datetime(2026, 11, 23, 1, tzinfo=UTC), True),  # a holiday, 10:00
    ],
)
def test_night_is_when_nobody_of_the_firm_is_there(at: datetime, night: bool) -> None:
    assert is_night(hours_read("月-金 8:30-18:00"), at) == night
