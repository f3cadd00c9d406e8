"""Alerts, groups and other records as intake and incidents leave them, for report tests."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, datetime, timedelta

from alerts.models import Alert, AlertGroup, TrafficAggregate
from incidents.models import Incident
from sensors.devices import Sighting, devices_note
from sensors.models import Sensor
from tenants.tenancy.scope import tenant_scope
from tests.access.world import superuser
from tests.factories import Box

_numbers = itertools.count(1)


def alerts_make(
    box: Box,
    at: datetime,
    *,
    count: int = 1,
    function: str = "ips",
    direction: str = "inbound",
    grade: int = 0,
    notify: str = "none",
    blocked: bool = True,
    signature: str = "ET SCAN something",
    asset_ip: str = "192.168.1.20",
    host: str = "",
) -> AlertGroup:
    """Store a group and its alerts at one moment."""
    tenant_id = box.sensor.tenant_id
    fields = {"function": function, "direction": direction, "grade": grade, "notify": notify, "rule": "test"}
    with tenant_scope(tenant_id):
        group = AlertGroup.objects.create(
            tenant_id=tenant_id,
            sensor_id=box.sensor.pk,
            hour=at.replace(minute=0, second=0, microsecond=0),
            family=f"{signature}{next(_numbers)}",
            asset_key=asset_ip,
            asset_ip=asset_ip,
            signature=signature,
            alert_count=count,
            blocked_count=count if blocked else 0,
            first_at=at,
            last_at=at,
            **fields,
        )
        Alert.objects.bulk_create(
            Alert(
                tenant_id=tenant_id,
                event_time=at,
                sensor_id=box.sensor.pk,
                epoch=1,
                seq=next(_numbers),
                batch_id=uuid.uuid4(),
                group_id=group.pk,
                blocked=blocked,
                rule_set=1,
                signature=signature,
                category="",
                proto="TCP",
                app_proto="http",
                asset_ip=asset_ip,
                asset_mac="",
                host=host,
                url="",
                file_name="",
                file_sha256="",
                mail_subject="",
                dest_ip="203.0.113.7",
                **fields,
            )
            for _ in range(count)
        )
    stored: AlertGroup = group
    return stored


def box_seen(box: Box, activated_at: datetime, last_seen_at: datetime) -> None:
    """The box worked from … to …."""
    with tenant_scope(box.sensor.tenant_id):
        Sensor.objects.filter(pk=box.sensor.pk).update(
            activated_at=activated_at,
            last_seen_at=last_seen_at,
            heartbeat={"protection": "on", "functions": {"ips": "on", "av": "on", "wg": "on"}},
        )


def traffic_make(box: Box, start: datetime, end: datetime, bytes_in: int) -> None:
    """Traffic counts the box sent about [start, end)."""
    with tenant_scope(box.sensor.tenant_id):
        TrafficAggregate.objects.create(
            tenant_id=box.sensor.tenant_id,
            sensor_id=box.sensor.pk,
            epoch=1,
            seq=next(_numbers),
            period_from=start,
            period_to=end,
            values={
                "bytes_in": bytes_in,
                "bytes_out": bytes_in // 10,
                "flows": 40,
                "top_hosts": [["update.example.com", bytes_in // 2], ["mail.example.net", bytes_in // 4]],
                "devices": [{"ip": "192.168.1.20", "mac": "00:00:5e:00:53:01"}],
            },
        )
        seen = Sighting("00:00:5e:00:53:01", start, end - timedelta(seconds=1), "192.168.1.20")
        devices_note(tenant_id=box.sensor.tenant_id, sensor_id=box.sensor.pk, sightings=[seen])


def incident_make(box: Box, at: datetime, *, grade: int = 3, state: str = "open", kind: str = "") -> Incident:
    """Store an incident of the firm."""
    with tenant_scope(box.sensor.tenant_id):
        made: Incident = Incident.objects.create(
            tenant_id=box.sensor.tenant_id,
            number=next(_numbers),
            kind=kind or Incident.Kind.MALWARE_SUSPECTED,
            opened_by=Incident.OpenedBy.HIGH_GRADE,
            state=state,
            grade=grade,
            family=f"family {next(_numbers)}",
            asset_key="192.168.1.20",
            opened_at=at,
            closed_at=at if state == "closed" else None,
        )
    return made


def notices_added(tenant_id: int, day: date, blocked: int) -> None:
    """A firm's notices of a day, as the triggers add them up: so much was stopped."""
    with superuser() as server, server.cursor() as cursor:
        cursor.execute(
            "INSERT INTO alerts_noticeday"
            " (tenant_id, day, function, direction, grade, notices, mailed, alerts, blocked)"
            " VALUES (%s, %s, 'ips', 'inbound', 0, 1, 0, %s, %s)",
            (tenant_id, day, blocked, blocked),
        )


def peer_groups(month: date) -> list[tuple[int, set[int]]]:
    """(level, firms) of the groups of similar firms of a month, which nobody may read."""
    with superuser() as server, server.cursor() as cursor:
        cursor.execute("SELECT level, members FROM reports_peergroup WHERE month = %s AND level > 0", [month])
        return [(level, set(members)) for level, members in cursor.fetchall()]
