"""An appointment's file is read by every calendar, whatever stands in the names of firm, place and desk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from incidents.dispatch.calendar import Entry, calendar_text

ODD = [
    "さくら\x0b歯科",
    "さくら\x00歯科",
    "さくら\x1f歯科",
    "さくら\r\nATTENDEE:mailto:x@x.invalid",
    "END:VEVENT",
    "歯" * 90,
    "👨‍👩‍👧" * 20,
    'a, "b"; c\\d',
]


@pytest.mark.parametrize("name", ODD)
def test_a_name_with_odd_signs_stops_no_calendar(name: str) -> None:
    at = datetime(2026, 12, 1, 1, tzinfo=UTC)
    entry = Entry(
        uid="1@x.invalid",
        sequence=0,
        starts_at=at,
        minutes=60,
        summary=name,
        place=name,
        url="https://x.invalid/",
        made_at=at,
        organiser_name=name,
        organiser_address="desk@x.invalid",
    )
    file = calendar_text(entry)
    lines = file.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode().isprintable() or "\u200d" in line.decode() for line in lines), "no sign is cut in two"
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert [str(event["SUMMARY"])[:3], str(event["LOCATION"])[:3]] == [name[:3]] * 2
    assert event["ORGANIZER"] == "mailto:desk@x.invalid"
    assert "ATTENDEE" not in event
