"""The side that opened the flow and the side that is attacked decide the direction, never the packet's sender."""

from __future__ import annotations

import pytest

from alerts.direction import Direction, HomeNet, classify
from alerts.grading import Settings
from tests.alerts.eve_lines import C2, INSIDE, INSIDE_2, OUTSIDE, OUTSIDE_2, TAKEOVER, TROJAN, alert, decoded, judged


def test_a_callbacks_answer_is_still_outbound() -> None:
    assert judged(alert(INSIDE, OUTSIDE, C2, answer=True)).direction == "outbound"


def test_an_attack_on_a_server_inside_is_inbound_even_when_its_answer_alerts() -> None:
    assert judged(alert(OUTSIDE, INSIDE, TAKEOVER)).direction == "inbound"
    assert judged(alert(OUTSIDE, INSIDE, TAKEOVER, answer=True)).direction == "inbound"


def test_inside_to_inside_is_internal() -> None:
    assert judged(alert(INSIDE, INSIDE_2, TROJAN)).direction == "internal"


def test_a_page_that_attacks_the_client_that_opened_it_is_an_attack_from_outside() -> None:
    assert judged(alert(INSIDE, OUTSIDE, "Exploit Kit Activity Detected", answer=True)).direction == "inbound"
    assert judged(alert(INSIDE, OUTSIDE, "Exploit Kit Activity Detected")).direction == "outbound"


def test_the_target_named_by_the_rule_is_believed() -> None:
    event = alert(INSIDE, OUTSIDE, TAKEOVER)
    event["alert"]["target"] = {"ip": INSIDE, "port": 50000}
    assert judged(event).direction == "inbound"


def test_without_a_flow_the_packets_direction_tells_who_opened() -> None:
    answer = alert(INSIDE, OUTSIDE, C2, answer=True)
    del answer["flow"]
    assert judged(answer).direction == "outbound"


def test_a_forwarded_address_in_src_ip_does_not_mislead() -> None:
    assert judged(alert(OUTSIDE, INSIDE, TAKEOVER, src_ip="10.1.1.1")).direction == "inbound"


def test_missing_addresses_and_two_outside_addresses_are_said_to_be_so() -> None:
    nowhere = {key: value for key, value in alert().items() if key in ("timestamp", "event_type", "alert")}
    assert judged(nowhere).direction == "unknown"
    assert judged(alert(OUTSIDE, OUTSIDE_2)).direction == "external"


@pytest.mark.parametrize("group", ["224.0.0.251", "255.255.255.255", "ff02::fb", "169.254.3.4", "0.0.0.0"])
def test_group_and_broadcast_addresses_never_leave_the_firm(group: str) -> None:
    assert classify(decoded(alert(INSIDE, group))) is Direction.INTERNAL


def test_ipv6_home_networks_work_as_ipv4_ones() -> None:
    home = HomeNet(("2001:db8:1::/48",))
    inside, outside = "2001:0db8:0001:0000:0000:0000:0000:0005", "2001:db8:2::1"
    assert classify(decoded(alert(inside, outside)), home) is Direction.OUTBOUND
    assert classify(decoded(alert(outside, inside)), home) is Direction.INBOUND
    assert judged(alert("fd00::1", "2001:db8:2::1", C2)).direction == "outbound"


def test_the_firms_own_public_addresses_can_be_home() -> None:
    settings = Settings(home_net=HomeNet(("203.0.113.0/24",)))
    assert judged(alert(OUTSIDE, OUTSIDE_2, C2), settings=settings).direction == "outbound"


def test_a_network_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="not appear"):
        HomeNet(("192.168.1.0/24", "somewhere"))
