"""One graded event as a row of alerts_alert (PostgreSQL's COPY text) and its share in a group. Plain functions.

What repeats is remembered: a rule's own columns per rule, a verdict's columns per verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from alerts import eve
from alerts.direction import Direction, End, HomeNet, ends, file_way
from alerts.eve_fields import Event
from alerts.eve_repair import REPLACEMENT
from alerts.family import event_family
from alerts.grading import Function, Verdict
from alerts.grading_rules import Device

# The columns of one COPY line, in order. What is the same for a whole batch is not among them.
_COLUMN_WORDS = (
    "group_id event_time seq time_trusted function direction grade notify blocked rule rule_set"
    " signature_id gid rev signature category severity"
    " flow_id src_ip src_port dest_ip dest_port proto app_proto asset_ip asset_mac"
    " host url file_name file_sha256 mail_subject mail_date app_name"
)
COLUMNS = _COLUMN_WORDS.split()
NULL = "\\N"
NO_ASSET = "-"
NOTIFY_RANK = {"none": 0, "digest": 1, "at_once": 2}
_ESCAPED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\x00": REPLACEMENT}
_SPECIAL = re.compile("[\\\\\n\r\t\x00\ud800-\udfff]")
_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_MAC_LENGTH = 17
_SHA256_LENGTH = 64
_SMALL, _INT = 2**15 - 1, 2**31 - 1


@dataclass(frozen=True, slots=True)
class Asset:
    """The firm's device an event is about, and the other end. `key` is the MAC when known, else the address."""

    key: str
    ip: str | None
    mac: str
    peer_ip: str | None


@dataclass(slots=True)
class GroupShare:
    """What a batch adds to one group. Texts are those of the first event of the highest grade, so that the
    result does not depend on how the stream was cut into batches."""

    hour: datetime
    function: str
    direction: str
    family: str
    asset_key: str
    asset_ip: str | None
    asset_mac: str
    signature: str
    signature_id: int | None
    category: str
    peer: str
    grade: int
    notify: str
    rule: str
    alert_count: int
    blocked_count: int
    first_at: datetime
    last_at: datetime
    tuning_id: int | None = None  # the change of grading that gave it its grade

    @property
    def key(self) -> GroupKey:
        """What makes it one group, beside firm and box."""
        return self.hour, self.function, self.direction, self.family, self.asset_key


GroupKey = tuple[datetime, str, str, str, str]


def asset_of(event: Event, home_net: HomeNet, device: Device = Device.OPENER) -> tuple[Asset, End, End]:
    """(the firm's device, opener, responder). Without an inside end the key is "-".

    `device` decides which one it is when both ends are inside: the weak or infected one, not the one that asked.
    """
    opener, responder = ends(event)
    if opener.ip is not None and home_net.contains(opener.ip):
        if responder.ip is not None and home_net.contains(responder.ip) and not _is_opener(event, device):
            return _asset(responder, opener.ip), opener, responder
        return _asset(opener, responder.ip), opener, responder
    if responder.ip is not None and home_net.contains(responder.ip):
        return _asset(responder, opener.ip), opener, responder
    return Asset(NO_ASSET, None, "", responder.ip), opener, responder


def _is_opener(event: Event, device: Device) -> bool:
    """Whether the machine the verdict is about opened the connection."""
    if device is Device.SENDER:
        return file_way(event) != "to_client"
    return device is Device.OPENER


def _asset(end: End, peer_ip: str | None) -> Asset:
    mac = mac_read(end.mac) if end.mac and len(end.mac) == _MAC_LENGTH else ""
    return Asset(mac or end.ip or NO_ASSET, end.ip, mac, peer_ip)


@lru_cache(maxsize=16384)
def mac_read(text: str) -> str:
    """A MAC in small letters with colons; empty when it is none."""
    mac = text.lower().replace("-", ":")
    return mac if _MAC.fullmatch(mac) else ""


def group_key(event: Event, verdict: Verdict, asset: Asset, time: datetime) -> GroupKey:
    """JST hours begin where UTC hours begin."""
    hour = time.replace(minute=0, second=0, microsecond=0)
    return hour, verdict.function.value, verdict.direction.value, event_family(event)[:160], asset.key


def share_new(
    key: GroupKey, event: Event, verdict: Verdict, asset: Asset, time: datetime, tuning_id: int | None = None
) -> GroupShare:
    """The share of one event."""
    hour, function, direction, family, asset_key = key
    return GroupShare(
        hour,
        function,
        direction,
        family,
        asset_key,
        asset.ip,
        asset.mac,
        stored_text(eve.threat_name(event), 300),
        event.alert.signature_id if event.alert else None,
        stored_text((event.alert.category or "") if event.alert else "", 120),
        stored_text(_peer(event, verdict, asset), 255),
        verdict.grade,
        verdict.notify.value,
        verdict.rule[:60],
        1,
        int(verdict.blocked),
        time,
        time,
        tuning_id,
    )


def _peer(event: Event, verdict: Verdict, asset: Asset) -> str:
    """The other end: the name that was asked for; inside, the other machine's address, for both must be found."""
    named = eve.host_name(event) or ""
    if verdict.direction is Direction.INTERNAL:
        return asset.peer_ip or named
    return named or asset.peer_ip or ""


def share_add(
    share: GroupShare, event: Event, verdict: Verdict, asset: Asset, time: datetime, tuning_id: int | None = None
) -> GroupShare:
    """The share with one more event; a higher grade brings its own texts."""
    if verdict.grade > share.grade:
        higher = share_new(share.key, event, verdict, asset, time, tuning_id)
        higher.alert_count += share.alert_count
        higher.blocked_count += share.blocked_count
        higher.notify = max(higher.notify, share.notify, key=NOTIFY_RANK.__getitem__)
        higher.first_at = min(share.first_at, time)
        higher.last_at = max(share.last_at, time)
        return higher
    share.alert_count += 1
    share.blocked_count += verdict.blocked
    notify = verdict.notify.value
    if notify != share.notify and NOTIFY_RANK[notify] > NOTIFY_RANK[share.notify]:
        share.notify = notify
    if time < share.first_at:
        share.first_at = time
    elif time > share.last_at:
        share.last_at = time
    return share


def verdict_columns(verdict: Verdict) -> str:
    """function … rule_set."""
    return (
        f"{verdict.function.value}\t{verdict.direction.value}\t{int(verdict.grade)}\t{verdict.notify.value}\t"
        f"{'t' if verdict.blocked else 'f'}\t{copied(verdict.rule, 60)}\t{copied(verdict.rule_set_version, 20)}"
    )


@lru_cache(maxsize=4096)
def _rule_columns(
    signature_id: int | None, gid: int | None, rev: int | None, signature: str, category: str, severity: int | None
) -> str:
    numbers = f"{_number(signature_id)}\t{_number(gid, _INT)}\t{_number(rev, _INT)}"
    return f"{numbers}\t{copied(signature, 300)}\t{copied(category, 120)}\t{_number(severity, _SMALL)}"


def rule_columns(event: Event) -> str:
    """signature_id … severity; an antivirus verdict has only its virus name."""
    alert = event.alert
    if alert is None:
        return _rule_columns(None, None, None, eve.threat_name(event), "", None)
    return _rule_columns(
        alert.signature_id, alert.gid, alert.rev, alert.signature or "", alert.category or "", alert.severity
    )


def event_columns(event: Event, asset: Asset, opener: End, responder: End, function: Function) -> str:
    """flow_id … app_name. The source is the side that opened the flow, whoever sent the packet."""
    antivirus = event.antivirus
    # OSK 3.4.2.1 logs a program's name of what the use of programs is about, and of nothing else.
    program = copied(eve.program_name(event), 120) if function is Function.APG else ""
    seen = (
        f"{_number(event.flow_id)}\t{opener.ip or NULL}\t{_number(opener.port)}\t{responder.ip or NULL}\t"
        f"{_number(responder.port)}\t{copied(event.proto, 16)}\t{copied(event.app_proto, 24)}\t"
        f"{asset.ip or NULL}\t{asset.mac}\t"
    )
    if event.http is None and event.tls is None and event.dns is None:
        names = "\t"
    else:
        names = f"{copied(eve.host_name(event), 255)}\t{copied(eve.url(event), 512)}"
    if antivirus is None and event.files is None and event.fileinfo is None and event.email is None:
        return f"{seen}{names}\t\t\t\t\t{program}"
    subject, date = (event.email.subject, event.email.date) if event.email else (None, None)
    return (
        f"{seen}{names}\t{copied(eve.file_name(event), 255)}\t{copied(_file_sha256(event), 64)}\t{copied(subject, 255)}"
        f"\t{copied(date, 64)}\t{program}"
    )


def _file_sha256(event: Event) -> str | None:
    """Cut to its column, a longer text would look like a hash."""
    files = [*(event.files or []), *([event.fileinfo] if event.fileinfo else [])]
    hashes = [event.antivirus.sha256 if event.antivirus else None, *(file.sha256 for file in files)]
    first = next((sha256 for sha256 in hashes if sha256), "")
    return first if len(first) <= _SHA256_LENGTH else None


def _number(value: Any, highest: int | None = None) -> str:
    """A number the column cannot hold is left out."""
    if value is None or (highest is not None and value > highest):
        return NULL
    return str(value)


def copied(text: str | None, length: int) -> str:
    """A text cut to its column and escaped for COPY."""
    if not text:
        return ""
    if len(text) > length:
        text = text[:length]
    if _SPECIAL.search(text):
        return _SPECIAL.sub(lambda special: _ESCAPED.get(special[0], REPLACEMENT), text)
    return text


def stored_text(text: str, length: int) -> str:
    """A text cut to its column, without what PostgreSQL refuses."""
    return re.sub("[\x00\ud800-\udfff]", REPLACEMENT, text[:length])
