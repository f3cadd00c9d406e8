"""Machines of a firm: noted when a box sees them, named by the firm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

from django.utils.dateparse import parse_datetime

from base.prepared import Prepared
from sensors.mac import at_night, is_random, mac_read, vendor_of
from sensors.models import Device
from tenants.audit.record import audit_record
from tenants.models import User
from tenants.tenancy.scope import current_scope

MOST_DEVICES = 2_000  # of one box; a machine that changes its number each hour must not fill the table
NAMES_KEPT = 5
NEW_FOR = timedelta(days=7)
_FRESH = timedelta(minutes=10)
_LONGEST_MEMORY = timedelta(days=400)

_NAMED = Prepared(
    "devices_named",
    ("bigint[]", "text[]"),
    "SELECT sensor_id, mac, given_name FROM sensors_device"
    " WHERE tenant_id = ANY ($1) AND mac = ANY ($2) AND given_name <> ''",
)


@dataclass(frozen=True)
class Sighting:
    """A machine was on the network between two times."""

    mac: str
    first: datetime
    last: datetime
    ip: str | None = None
    name: str = ""

    @property
    def night(self) -> datetime | None:
        """When it was seen at night."""
        return next((at for at in (self.last, self.first) if at_night(at)), None)


def sightings_read(values: Any, *, until: datetime) -> list[Sighting]:
    """The machines of an aggregate; entries without a usable MAC are left out, times after `until` are cut, and times
    longer ago than a box can remember (year 1 of a machine without a clock) are not believed."""
    listed = values.get("devices") if isinstance(values, dict) else None
    by_mac: dict[str, Sighting] = {}
    for entry in listed if isinstance(listed, list) else []:
        mac = mac_read(entry.get("mac")) if isinstance(entry, dict) else None
        if mac is None:
            continue
        last = _moment(entry.get("last_seen"), until) or until
        first = min(_moment(entry.get("first_seen"), until) or last, last)
        name = entry.get("name")
        seen = Sighting(mac, first, last, _ip(entry.get("ip")), name.strip()[:80] if isinstance(name, str) else "")
        by_mac[mac] = _joined(by_mac[mac], seen) if mac in by_mac else seen
    return list(by_mac.values())


def devices_note(*, tenant_id: int, sensor_id: int, sightings: Iterable[Sighting]) -> int:
    """Store who was seen, inside the firm's scope; the same again changes nothing. → machines seen for the first time.

    Writes only what says something new: a time more than ten minutes later, another address, a name.
    """
    seen: dict[str, Sighting] = {}
    for sighting in sightings:
        seen[sighting.mac] = _joined(seen[sighting.mac], sighting) if sighting.mac in seen else sighting
    if not seen:
        return 0
    rows = Device.objects.filter(tenant_id=tenant_id, sensor_id=sensor_id)
    known = {row.mac: row for row in rows.filter(mac__in=list(seen))}
    for mac, row in known.items():
        _update(row, seen[mac])
    fresh = [sighting for mac, sighting in sorted(seen.items()) if mac not in known]
    room = MOST_DEVICES - rows.count() if fresh else 0
    made = [_row(tenant_id, sensor_id, sighting) for sighting in fresh[: max(0, room)]]
    Device.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def device_name(*, device: Device, words: dict[str, str], by: User, now: datetime) -> None:
    """What the firm says of a machine: given_name, owner, whose, antivirus."""
    fields = {name: words.get(name, "") for name in ("given_name", "owner", "whose", "antivirus")}
    Device.objects.filter(tenant_id=device.tenant_id, pk=device.pk).update(**fields, named_at=now, named_by=by)
    audit_record(code="device.named", subject=f"device:{device.pk}", tenant_id=device.tenant_id, whose=fields["whose"])


def device_by_mac(*, tenant_id: int, sensor_id: int, mac: str) -> Device | None:
    """The machine an alert is about; None when its number is unknown."""
    read = mac_read(mac)
    if read is None:
        return None
    device: Device | None = Device.objects.filter(tenant_id=tenant_id, sensor_id=sensor_id, mac=read).first()
    return device


def names_given(seen: Iterable[tuple[int, int, str]]) -> dict[tuple[int, str], str]:
    """{(box, number as given): the firm's name for the machine} of (firm, box, number); only machines with a name."""
    wanted = [(firm, box, text, mac) for firm, box, text in seen if (mac := mac_read(text)) is not None]
    if not wanted:
        return {}
    current_scope()
    rows = _NAMED.rows(list({firm for firm, *_ in wanted}), list({mac for *_, mac in wanted}))
    named = {(box, mac): name for box, mac, name in rows}
    return {(box, text): named[box, mac] for _firm, box, text, mac in wanted if (box, mac) in named}


def devices_of(*, tenant_id: int) -> list[Device]:
    """The firm's machines, newest contact first."""
    return list(Device.objects.filter(tenant_id=tenant_id).order_by("-last_seen_at")[:MOST_DEVICES])


def _update(row: Device, seen: Sighting) -> None:
    changed: dict[str, Any] = {}
    if seen.first < row.first_seen_at:
        changed["first_seen_at"] = seen.first
    if seen.last > row.last_seen_at and (seen.ip not in (None, row.last_ip) or seen.last - row.last_seen_at > _FRESH):
        changed["last_seen_at"] = seen.last
        if seen.ip is not None:
            changed["last_ip"] = seen.ip
    if seen.name and seen.name not in row.names_seen:
        changed["names_seen"] = [seen.name, *row.names_seen][:NAMES_KEPT]
    night = seen.night
    if night is not None and (row.night_seen_at is None or night - row.night_seen_at > _FRESH):
        changed["night_seen_at"] = night
    if changed:
        Device.objects.filter(tenant_id=row.tenant_id, pk=row.pk).update(**changed)


def _row(tenant_id: int, sensor_id: int, seen: Sighting) -> Device:
    return Device(
        tenant_id=tenant_id,
        sensor_id=sensor_id,
        mac=seen.mac,
        last_ip=seen.ip,
        names_seen=[seen.name] if seen.name else [],
        vendor=vendor_of(seen.mac),
        random_mac=is_random(seen.mac),
        first_seen_at=seen.first,
        last_seen_at=seen.last,
        night_seen_at=seen.night,
    )


def _joined(earlier: Sighting, later: Sighting) -> Sighting:
    """Both at once; the address people know (IPv4) is kept before a longer one."""
    ips: Sequence[str] = [ip for ip in (later.ip, earlier.ip) if ip]
    ip = next((ip for ip in ips if ":" not in ip), ips[0] if ips else None)
    return replace(
        earlier,
        first=min(earlier.first, later.first),
        last=max(earlier.last, later.last),
        ip=ip,
        name=later.name or earlier.name,
    )


def _moment(value: Any, until: datetime) -> datetime | None:
    try:
        at = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if at is None or at.tzinfo is None or at <= until - _LONGEST_MEMORY:
        return None
    return min(at, until).astimezone(UTC)


def _ip(value: Any) -> str | None:
    try:
        return str(ip_address(value)) if isinstance(value, str) else None
    except ValueError:
        return None
