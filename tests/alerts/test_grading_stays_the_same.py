"""A verdict depends on what the threat is, not on its number, its prefix, or how the stream was cut."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import eve, stream
from alerts.family import message_family, signature_family
from alerts.grading import CallbackWindow, Settings, count_key, grade_next
from alerts.summary import Summary
from tests.alerts.eve_lines import C2, INSIDE, INSIDE_2, alert, decoded

START = datetime(2026, 11, 20, 1, tzinfo=UTC)


def callbacks(minutes: list[int], **changes: Any) -> list[dict[str, Any]]:
    return [
        alert(category=C2, time=(START + timedelta(minutes=m)).strftime("%Y-%m-%dT%H:%M:%S.000000+0000"), **changes)
        for m in minutes
    ]


def grades(events: list[dict[str, Any]], settings: Settings | None = None) -> list[int]:
    settings = settings or Settings()
    window = settings.window()
    return [grade_next(decoded(event), window, settings).grade for event in events]


def counted(lines: list[bytes], settings: Settings) -> Summary:
    summary, window = Summary(), settings.window()
    for raw in lines:
        event = eve.decode(raw)
        summary.add(grade_next(event, window, settings), event.host)
    return summary


@pytest.fixture(scope="module")
def published() -> list[bytes]:
    return list(stream.lines())


def test_the_fifth_callback_within_an_hour_is_high_and_so_are_those_after_it() -> None:
    assert grades(callbacks([0, 10, 20, 30, 40, 50])) == [2, 2, 2, 2, 3, 3]


def test_five_callbacks_that_take_longer_than_an_hour_stay_medium() -> None:
    assert grades(callbacks([0, 15, 30, 45, 60, 75])) == [2] * 6


def test_other_machines_and_other_malware_are_counted_apart() -> None:
    mixed = [
        *callbacks([0, 1, 2]),
        *callbacks([3, 4], opener=INSIDE_2),
        *callbacks([5, 6], message="ET MALWARE Another Beacon"),
    ]
    assert 3 not in grades(mixed)


def test_the_servers_answers_count_for_the_machine_that_called() -> None:
    assert grades(callbacks([0, 1, 2]) + callbacks([3, 4], answer=True))[-1] == 3


def test_two_boxes_with_the_same_private_addresses_are_counted_apart() -> None:
    assert 3 not in grades(callbacks([0, 1, 2], host="box-a") + callbacks([3, 4, 5], host="box-b"))


def test_an_event_that_comes_late_is_counted_in_its_own_hour() -> None:
    assert grades(callbacks([100, 101, 102, 103, 0])) == [2, 2, 2, 2, 2]


def test_renumbered_rules_and_cut_prefixes_change_no_verdict(published: list[bytes]) -> None:
    events = [json.loads(raw) for raw in published[:1500]] + callbacks(list(range(0, 40, 2)))
    settings = Settings()
    before = grades(events, settings)
    for number, event in enumerate(events):
        if "alert" in event:
            event["alert"] |= {"signature_id": 9_000_000 + number, "gid": 7, "rev": number}
            event["alert"]["signature"] = event["alert"]["signature"].removeprefix("ET MALWARE ")
    assert grades(events, settings) == before
    assert 3 in before


def test_a_rule_whose_prefix_is_cut_half_way_goes_on_counting() -> None:
    names = [
        "ET MALWARE Foo Checkin",
        "MALWARE Foo Checkin",
        "Foo Checkin",
        "ET TROJAN Foo Checkin",
        "ETPRO MALWARE Foo Checkin M2",
    ]
    events = [event for minute, name in enumerate(names) for event in callbacks([minute], message=name)]
    assert grades(events) == [2, 2, 2, 2, 3]


@pytest.mark.parametrize(
    ("message", "family"),
    [
        ("ET MALWARE Win32/Foo Checkin M2", "win32/foo checkin"),
        ("Win32/Foo Checkin", "win32/foo checkin"),
        ("JSIG-WEB:SQL-Union-ALL-Select-3", "sql-union-all-select"),
        ("MALWARE-CNC Foo outbound connection", "foo outbound connection"),
        ("ET EXPLOIT Bar CVE-2013-2028", "bar cve-2013-2028"),
        ("ET TOR Known Relay group 637", "known relay"),
        ("", ""),
    ],
)
def test_the_family_is_the_message_without_vendor_and_variant(message: str, family: str) -> None:
    assert message_family(message) == family


@given(st.text(alphabet="ETMALWARE foo-:[]12", max_size=40))
def test_a_message_is_never_lost_by_cutting(message: str) -> None:
    assert bool(message_family(message)) == bool(message.strip())


def test_the_malwares_name_makes_the_family_whatever_the_order() -> None:
    one = decoded(alert(message="ET X one", metadata={"malware_family": ["Havoc", "Sliver"]})).alert
    two = decoded(alert(message="Y two", metadata={"malware_family": ["Sliver", "Havoc"]})).alert
    assert one is not None
    assert two is not None
    assert signature_family(one) == signature_family(two)


MOMENTS = st.lists(st.tuples(st.integers(0, 180), st.sampled_from([INSIDE, INSIDE_2])), max_size=40)


@given(MOMENTS, st.lists(st.integers(0, 40), max_size=6), st.integers(1, 6))
def test_any_cutting_into_batches_gives_the_same_verdicts(
    moments: list[tuple[int, str]], cuts: list[int], count: int
) -> None:
    settings = Settings(callback_count=count)
    events = [decoded(event) for minute, opener in moments for event in callbacks([minute], opener=opener)]
    whole_window = settings.window()
    whole = [grade_next(event, whole_window, settings).grade for event in events]

    rows: dict[Any, list[str]] = {}  # what a platform keeps between batches: times as text, one row a key
    cut: list[int] = []
    bounds = [0, *sorted(min(at, len(events)) for at in cuts), len(events)]
    for first, last in itertools.pairwise(bounds):
        window = CallbackWindow(count=count, minutes=60)
        for key, times in rows.items():
            window.restore(key, [datetime.fromisoformat(time) for time in times])
        for event in events[first:last]:
            cut.append(grade_next(event, window, settings).grade)
            key = (event.host, *(count_key(event, settings) or ()))
            rows[key] = [time.isoformat() for time in window.times(key)]
    assert cut == whole


@given(st.lists(st.integers(0, 10_000), max_size=80), st.integers(1, 6))
def test_the_count_is_right_for_events_in_order_and_keeps_no_more_than_it_needs(minutes: list[int], count: int) -> None:
    window = CallbackWindow(count=count, minutes=60)
    ordered = sorted(minutes)
    for index, minute in enumerate(ordered):
        true = sum(1 for earlier in ordered[:index] if minute - 60 < earlier <= minute)
        assert window.push("key", START + timedelta(minutes=minute)) == min(true, count)
        assert len(window.times("key")) <= count


def test_the_published_stream_gives_823_mails_by_default(published: list[bytes]) -> None:
    summary = counted(published, Settings())
    assert (summary.total, summary.mailed, summary.mailed_percent) == (10_796, 823, 7.6)


def test_the_published_stream_gives_1347_mails_with_blocked_viruses_mailed(published: list[bytes]) -> None:
    summary = counted(published, Settings(mail_inbound_av_blocked=True))
    assert (summary.mailed, summary.mailed_percent) == (1_347, 12.5)


def test_the_published_tables_come_out_of_the_stream(published: list[bytes]) -> None:
    summary = counted(published, Settings())
    assert [tuple(row.values()) for row in summary.by_function()] == [
        ("av", 524, 0, 0, 524, 0),
        ("ips", 10_196, 0, 70, 677, 9_449),
        ("wg", 76, 0, 76, 0, 0),
        ("total", 10_796, 0, 146, 1_201, 9_449),
    ]
    assert [tuple(row.values()) for row in summary.by_direction()] == [
        ("inbound", "ips", 7_906, 22),
        ("inbound", "av", 524, 12),
        ("outbound", "ips", 2_091, 15),
        ("outbound", "av", 0, 0),
        ("outbound", "wg", 76, 12),
        ("internal", "ips", 199, 3),
    ]
    inbound = set().union(*(firms for (way, _), firms in summary.firms.items() if way == "inbound"))
    others = set().union(*(firms for (way, _), firms in summary.firms.items() if way != "inbound"))
    assert (len(inbound), len(others), len(inbound | others)) == (30, 23, 38)


def test_the_stream_is_the_same_every_time(published: list[bytes]) -> None:
    assert list(stream.lines()) == published
