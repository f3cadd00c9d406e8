"""Reads one line of Suricata's EVE output (7.x, and our own event types) into a typed event.

Two ways lead to the same `Event`. The fast one lets msgspec decode only the fields the product needs. When a
line does not fit (a port written as text, a NUL, broken UTF-8), `eve_lenient` repairs it field by field, so that
one odd value costs that value and not the alert. Only a line nobody could use raises `Unreadable`; the caller
puts it into quarantine with the reason and goes on.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address

import msgspec

from alerts import eve_lenient
from alerts.eve_fields import Alert, Event
from alerts.eve_repair import Unreadable, metadata_shortened

__all__ = ["MAX_DEPTH", "MAX_LINE_BYTES", "Alert", "Event", "Unreadable", "decode"]

MAX_LINE_BYTES = 64 * 1024
MAX_DEPTH = 32

_decoder = msgspec.json.Decoder(Event)
_NOT_BRACKETS = bytes(b for b in range(256) if b not in b"{}[]")
# A string that does not end runs to the end of the line: looked at once, not again from each of its letters.
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
# What is remembered per rule (families, profiles, columns) is bounded by what one rule may say.
LONGEST_RULE_TEXT = 1000
LONGEST_METADATA = 4096
_LONGEST_IP = 64


def decode(line: bytes, *, received_at: datetime | None = None, longest: int = MAX_LINE_BYTES) -> Event:
    """One line, without or with its line end. Raises `Unreadable` and nothing else.

    `received_at`: the time an alert gets whose own is missing or makes no sense (flag `time_of_receipt`): a wrong clock
    never silences a warning. Without it such an alert is unreadable.
    """
    if len(line) > longest:
        raise Unreadable("too_long", f"{len(line)} bytes")
    brackets = line.translate(None, _NOT_BRACKETS)
    if len(brackets) > 2 * MAX_DEPTH and _depth(brackets) > MAX_DEPTH:
        # Brackets inside strings mislead the quick look: count again without the strings before refusing.
        depth = _depth(_STRINGS.sub(b"", line).translate(None, _NOT_BRACKETS))
        if depth > MAX_DEPTH:
            raise Unreadable("too_deep", f"{depth} levels")
    if b"\\u0000" not in line:
        try:
            return _finish(_decoder.decode(line), received_at)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
    return _finish(eve_lenient.event_from(line), received_at)


def _depth(brackets: bytes) -> int:
    depth = deepest = 0
    for bracket in brackets:
        if bracket in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


def _finish(event: Event, received_at: datetime | None) -> Event:
    if not event.event_type:
        raise Unreadable("no_event_type")
    if event.timestamp_raw is None and (received_at is None or not _says_what(event)):
        raise Unreadable("no_timestamp")
    if event.event_type == "alert" and event.alert is None:
        raise Unreadable("no_alert")
    if event.event_type == "antivirus" and event.antivirus is None:
        raise Unreadable("no_antivirus")
    _time_set(event, received_at)
    event.src_ip = _ip(event.src_ip)
    event.dest_ip = _ip(event.dest_ip)
    if event.flow is not None:
        event.flow.src_ip = _ip(event.flow.src_ip)
        event.flow.dest_ip = _ip(event.flow.dest_ip)
    if event.alert is not None:
        _rule_cut(event, event.alert)
    if event.antivirus is not None and event.antivirus.signature:
        event.antivirus.signature = event.antivirus.signature[:LONGEST_RULE_TEXT]
    return event


def _rule_cut(event: Event, alert: Alert) -> None:
    """Texts and metadata longer than any rule's are cut."""
    if alert.signature and len(alert.signature) > LONGEST_RULE_TEXT:
        alert.signature = alert.signature[:LONGEST_RULE_TEXT]
        event.flags += ("cut:alert.signature",)
    if alert.category and len(alert.category) > LONGEST_RULE_TEXT:
        alert.category = alert.category[:LONGEST_RULE_TEXT]
        event.flags += ("cut:alert.category",)
    if len(alert.metadata_bytes) > LONGEST_METADATA:
        alert.raw_metadata = msgspec.Raw(metadata_shortened(alert.metadata_bytes, LONGEST_METADATA))
        event.flags += ("cut:alert.metadata",)


def _says_what(event: Event) -> bool:
    """Whether it is an alert that says what was seen: then it is graded whenever it was."""
    if event.alert is not None and event.event_type == "alert":
        return event.alert.signature is not None or event.alert.signature_id is not None
    return event.antivirus is not None and event.event_type == "antivirus"


def _time_set(event: Event, received_at: datetime | None) -> None:
    try:
        event.timestamp, zoned = _timestamp(event.timestamp_raw or "")
    except Unreadable:
        if received_at is None or not _says_what(event):
            raise
        event.timestamp = received_at
        event.flags += ("time_of_receipt",)
    else:
        if not zoned:
            event.flags += ("timestamp_without_zone",)


def _timestamp(text: str) -> tuple[datetime, bool]:
    """Aware UTC, and whether the text named its zone. Without one it is taken as UTC (EVE-NOTES 17)."""
    try:
        moment = datetime.fromisoformat(text)
        if len(text) < 19:  # a bare date or an hour is no moment
            raise ValueError("incomplete")
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC), False
        return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)), True
    except (ValueError, OverflowError) as error:
        raise Unreadable("bad_timestamp", f"{text[:64]!r}: {error}"[:200]) from None


def _ip(text: str | None) -> str | None:
    """The address in its usual short form, or None when it is none (a database column of addresses refuses it)."""
    return _ip_read(text) if text and len(text) <= _LONGEST_IP else None


@lru_cache(maxsize=65536)
def _ip_read(text: str) -> str | None:
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return None


# What is logged per alert (OSK 3.4.2.1); addresses, ports and MAC are in `direction.ends`.


def threat_name(event: Event) -> str:
    """Threat or virus name; empty when the rule has none."""
    if event.antivirus is not None:
        return event.antivirus.signature or ""
    return (event.alert.signature or "") if event.alert else ""


def file_name(event: Event) -> str | None:
    """Name of the first file that has one: the antivirus' own, then Suricata's."""
    if event.antivirus is not None and event.antivirus.filename:
        return event.antivirus.filename
    candidates = [*(event.files or []), *([event.fileinfo] if event.fileinfo else [])]
    names = [file.filename for file in candidates if file.filename]
    if not names and event.email and event.email.attachment:
        names = event.email.attachment
    return names[0] if names else None


def host_name(event: Event) -> str | None:
    """The name asked for: HTTP host, TLS server name, or DNS name."""
    if event.http is not None and event.http.hostname:
        return event.http.hostname
    if event.tls is not None and event.tls.sni:
        return event.tls.sni
    return dns_name(event)


def program_name(event: Event) -> str | None:
    """The program by its own statement, else the kind of traffic it makes."""
    if event.http is not None and event.http.http_user_agent:
        return event.http.http_user_agent
    return event.app_proto if event.app_proto not in (None, "failed", "unknown") else None


def dns_name(event: Event) -> str | None:
    if event.dns is None:
        return None
    names = [event.dns.rrname, *(name.rrname for name in [*(event.dns.query or []), *(event.dns.queries or [])])]
    return next((name for name in names if name), None)


def url(event: Event) -> str | None:
    """Destination URL as far as it was seen: host and path of HTTP, or the bare name of TLS and DNS."""
    if event.http is not None and event.http.url:
        path = event.http.url
        return path if "://" in path or not event.http.hostname else f"http://{event.http.hostname}{path}"
    return host_name(event)
