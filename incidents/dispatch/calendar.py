"""An agreed time as a calendar file (RFC 5545, 5546): the same entry moves when the time does, and goes with it.

A calendar takes a file for news of an entry it has only when UID and ORGANIZER are the same and SEQUENCE is not older.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText


@dataclass(frozen=True)
class Entry:
    """One appointment. `sequence` grows with every change, so that calendars take the newest.

    The organiser is whoever stays the same for firm and vendor: the programme's desk.
    """

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    summary: str
    place: str
    url: str
    made_at: datetime
    organiser_name: str
    organiser_address: str
    cancelled: bool = False


def method_of(entry: Entry) -> str:
    """What the file asks of a calendar: to show the entry, or to remove it."""
    return "CANCEL" if entry.cancelled else "PUBLISH"


def _seen(text: str) -> str:
    """Without control characters, which RFC 5545 has in no text: some calendars refuse the file for one."""
    return "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)


def calendar_text(entry: Entry) -> bytes:
    """The file. Times are UTC, which every calendar shows in its own zone; lines are folded as the standard asks."""
    event = Event()
    event.add("uid", entry.uid)
    # Taking an entry back is a change of it (RFC 5546 2.1.4).
    event.add("sequence", entry.sequence + entry.cancelled)
    organiser = vCalAddress(f"mailto:{entry.organiser_address}")
    organiser.params["CN"] = vText(_seen(entry.organiser_name))
    event.add("organizer", organiser)
    event.add("dtstamp", entry.made_at.astimezone(UTC))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", (entry.starts_at + timedelta(minutes=entry.minutes)).astimezone(UTC))
    event.add("summary", _seen(entry.summary))
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.place:
        event.add("location", _seen(entry.place))
    calendar = Calendar()
    calendar.add("prodid", "-//Otasuke//JA")
    calendar.add("version", "2.0")
    calendar.add("method", method_of(entry))
    calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text
