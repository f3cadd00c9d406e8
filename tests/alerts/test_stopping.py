"""What was seen has stopped once a box has watched for a day without it; and not because nobody looked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.stopping import Span, Standing, Watch, standing, watched

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOURS = timedelta(hours=1)


def _ago(hours: float) -> datetime:
    return NOW - hours * HOURS


@pytest.mark.parametrize(
    ("last", "seen", "gaps", "expected"),
    [
        (1, 0, [], Standing.GOES_ON),
        (23.9, 0, [], Standing.GOES_ON),
        (24, 0, [], Standing.STOPPED),
        (24, 0.5, [], Standing.UNKNOWN),  # watched for 23 and a half hours so far
        (25, 0.5, [], Standing.STOPPED),
        (100, 2, [], Standing.UNKNOWN),  # the box has not reported for two hours
        (25, 0, [(10, 8)], Standing.UNKNOWN),
        (27, 0, [(10, 8)], Standing.STOPPED),
        (27, 0, [(10, 8), (9, 7)], Standing.STOPPED),  # what lies in both counts once
        (27, 0, [(10, 8), (7, 5)], Standing.UNKNOWN),
        (27, 0, [(60, 26)], Standing.STOPPED),
        (2000, 0, [(167, 1)], Standing.UNKNOWN),  # long ago, but nobody has watched this week
        (2000, 0, [(2000, 200)], Standing.STOPPED),
        (30, None, [], Standing.UNKNOWN),
    ],
)
def test_when_it_has_stopped(
    last: float, seen: float | None, gaps: list[tuple[float, float]], expected: Standing
) -> None:
    spans: tuple[Span, ...] = tuple((_ago(begins), _ago(ends)) for begins, ends in gaps)
    assert standing(_ago(last), Watch(None if seen is None else _ago(seen), spans), NOW) is expected


def test_a_box_whose_clock_is_ahead_watches_no_longer_than_until_now() -> None:
    assert watched(_ago(30), Watch(NOW + 5 * HOURS), NOW) == 30 * HOURS
