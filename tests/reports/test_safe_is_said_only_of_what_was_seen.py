"""The verdict: the gravest thing decides, and a time nobody watched is never called safe."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.coverage import BoxRecord, coverage, merge, subtract
from reports.verdict import Facts, Level, OpenIncident, Todo, judge
from sensors.watching import EVERY, Cause

START = datetime(2026, 10, 31, 15, tzinfo=UTC)
END = START + timedelta(days=30)
LONG_AGO = START - timedelta(days=90)


def _day(number: float) -> datetime:
    return START + timedelta(days=number)


def test_a_box_heard_of_all_month_watched_every_day() -> None:
    seen = coverage([BoxRecord(LONG_AGO, END)], START, END)
    assert (seen.days, seen.watched_days, seen.gaps) == (30, 30, ())


def test_a_box_last_heard_of_before_the_month_watched_nothing() -> None:
    seen = coverage([BoxRecord(LONG_AGO, START - timedelta(days=2))], START, END)
    assert seen.nothing_seen
    assert seen.gaps == ((START, END),)


def test_a_silence_takes_away_the_days_it_touches() -> None:
    box = BoxRecord(LONG_AGO, END, silences=((_day(4.5), _day(6.25)),))
    seen = coverage([box], START, END)
    assert (seen.watched_days, seen.gaps) == (27, ((_day(4.5), _day(6.25)),))


def test_a_box_that_was_only_cut_off_and_told_later_did_watch() -> None:
    box = BoxRecord(LONG_AGO, END, silences=((_day(4), _day(6)),), reported_later=((_day(4), _day(5)),))
    assert coverage([box], START, END).gaps == ((_day(5), _day(6)),)


def test_a_silence_that_goes_on_to_the_end_is_a_gap_from_the_last_word_on() -> None:
    assert coverage([BoxRecord(LONG_AGO, _day(20))], START, END).gaps == ((_day(20), END),)


def test_a_night_around_the_engine_is_not_watched_to_the_minute() -> None:
    night = (_day(4.5), _day(4.5) + timedelta(minutes=437))
    box = BoxRecord(LONG_AGO, END, gaps={(EVERY, Cause.BYPASS): [night]})
    seen = coverage([box], START, END)
    assert (seen.watched_days, seen.gaps) == (29, (night,))
    assert seen.seen == timedelta(days=30) - timedelta(minutes=437)
    assert seen.unwatched == {name: timedelta(minutes=437) for name in ("ips", "av", "wg")}


def test_a_function_that_did_not_judge_is_a_gap_of_that_function_only() -> None:
    hours = (_day(7), _day(7.25))
    seen = coverage([BoxRecord(LONG_AGO, END, gaps={("av", Cause.UNAVAILABLE): [hours]})], START, END)
    assert seen.gaps == (hours,)
    assert seen.unwatched == {"ips": timedelta(0), "av": timedelta(hours=6), "wg": timedelta(0)}


def test_a_function_the_box_never_had_is_no_gap_and_is_named() -> None:
    box = BoxRecord(LONG_AGO, END, gaps={("wg", Cause.OFF): [(LONG_AGO, END)]}, unused=frozenset({"wg"}))
    seen = coverage([box], START, END)
    assert (seen.whole, sorted(seen.unused), "wg" in seen.unwatched) == (True, ["wg"], False)


def test_hours_the_box_added_up_without_saying_when_are_not_watched_either() -> None:
    day = date(2026, 11, 5)
    seen = coverage([BoxRecord(LONG_AGO, END, off_by_day={day: 7200})], START, END)
    assert (seen.watched_days, seen.seen) == (29, timedelta(days=30, hours=-2))
    placed = [(_day(4.5), _day(4.5) + timedelta(hours=2))]
    told_twice = BoxRecord(LONG_AGO, END, gaps={(EVERY, Cause.BYPASS): placed}, off_by_day={day: 7200})
    assert coverage([told_twice], START, END).seen == timedelta(days=30, hours=-2)


def test_with_two_boxes_a_gap_of_either_is_a_gap() -> None:
    boxes = [BoxRecord(LONG_AGO, END), BoxRecord(LONG_AGO, END, silences=((_day(2), _day(3)),))]
    assert coverage(boxes, START, END).watched_days == 29


def test_without_a_box_nothing_was_seen() -> None:
    assert coverage([], START, END).nothing_seen


_spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(
        lambda pair: (START + timedelta(hours=min(pair)), START + timedelta(hours=max(pair)))
    ),
    max_size=6,
)


@given(_spans, _spans)
def test_what_is_taken_away_and_what_is_left_make_up_the_whole(spans: list, holes: list) -> None:  # type: ignore[type-arg]
    left = subtract(spans, holes)
    taken = subtract(spans, left)

    def length(parts: list) -> timedelta:  # type: ignore[type-arg]
        return sum((end - start for start, end in parts), timedelta(0))

    assert length(left) + length(taken) == length(merge(spans))
    assert merge([*left, *taken]) == merge(spans)


def _facts(**changes: object) -> Facts:
    quiet: dict[str, object] = {
        "counts": {},
        "incidents": (),
        "boxes": 1,
    }
    return Facts(**(quiet | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "level", "todo"),
    [
        (_facts(), Level.SAFE, Todo.KEEP),
        (_facts(counts={("ips", "inbound", 0): 5_000}), Level.SAFE, Todo.KEEP),
        (_facts(silent=True), Level.ATTENTION, Todo.CHECK_BOX),
        (_facts(nothing_seen=True, silent=True), Level.UNKNOWN, Todo.CONNECT_BOX),
        (_facts(boxes=0, nothing_seen=True), Level.UNKNOWN, Todo.START_BOX),
        (_facts(off=90, off_now=True), Level.ATTENTION, Todo.RESTORE_PROTECTION),
        (_facts(off=90), Level.ATTENTION, Todo.ASK_PROTECTION),
        (_facts(off=9, silent=True), Level.ATTENTION, Todo.CHECK_BOX),
        (_facts(off=9), Level.WATCHED, Todo.KEEP),
        (_facts(off=43_200, nothing_seen=True), Level.UNKNOWN, Todo.ASK_PROTECTION),
        (_facts(off=43_200, off_now=True, nothing_seen=True), Level.UNKNOWN, Todo.RESTORE_PROTECTION),
        (_facts(counts={("ips", "internal", 1): 1}), Level.ATTENTION, Todo.CHANGE_PASSWORD),
        (_facts(counts={("wg", "outbound", 2): 1}), Level.ATTENTION, Todo.ASK_STAFF),
        (_facts(counts={("av", "inbound", 2): 1}), Level.ATTENTION, Todo.DELETE_FILE),
        (_facts(counts={("av", "inbound", 1): 9}), Level.SAFE, Todo.KEEP),
        (_facts(counts={("ips", "outbound", 2): 1, ("wg", "outbound", 2): 1}), Level.ATTENTION, Todo.SCAN_DEVICE),
        (_facts(counts={("ips", "outbound", 3): 1}), Level.DANGER, Todo.CALL_NOW),
        (_facts(incidents=(OpenIncident("malware_suspected", 3, False),)), Level.DANGER, Todo.CALL_NOW),
        (_facts(incidents=(OpenIncident("malware_suspected", 3, True),)), Level.SAFE, Todo.KEEP),
        (_facts(incidents=(OpenIncident("antivirus_unresolved", 2, False),)), Level.ATTENTION, Todo.DELETE_FILE),
        (
            _facts(incidents=(OpenIncident("malware_suspected", 3, False),), nothing_seen=True),
            Level.DANGER,
            Todo.CALL_NOW,
        ),
    ],
)
def test_the_gravest_thing_decides(facts: Facts, level: Level, todo: Todo) -> None:
    assert judge(facts) == {"level": level.value, "todo": todo.value}
