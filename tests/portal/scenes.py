"""Stores what pages show: groups with their alerts, incidents, tasks, reports, mails, lines aside, for one firm."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from alerts.models import Alert, AlertGroup, InboxBatch, QuarantinedLine
from incidents.models import DeskTask, Incident, IncidentEvent, IncidentGroup
from notifications.models import Attention, OutboxMessage
from reports.models import MonthlyReport
from sensors.models import Device, Sensor
from tenants.models import Programme, ProgrammeSettings
from tenants.tenancy.scope import tenant_scope

_sequence = itertools.count(1)
# rule → the fields of a group that such an event gives.
KINDS: dict[str, dict[str, Any]] = {
    "outbound-malware-count": {
        "function": "ips",
        "direction": "outbound",
        "grade": 3,
        "notify": "at_once",
        "signature_id": 2900001,
        "signature": "MALWARE-CNC Win.Trojan.Sample outbound callback",
        "category": "A Network Trojan was detected",
        "peer": "203.0.113.77",
        "asset_ip": "192.168.1.23",
    },
    "outbound-malware": {
        "function": "ips",
        "direction": "outbound",
        "grade": 2,
        "notify": "digest",
        "signature_id": 2900001,
        "signature": "MALWARE-CNC Win.Trojan.Sample outbound callback",
        "category": "A Network Trojan was detected",
        "peer": "203.0.113.77",
        "asset_ip": "192.168.1.23",
    },
    "web-guard": {
        "function": "wg",
        "direction": "outbound",
        "grade": 2,
        "notify": "digest",
        "signature_id": 9100012,
        "signature": "Web guard: phishing site",
        "category": "Possible Social Engineering Attempted",
        "peer": "login.bank-example.test",
        "asset_ip": "192.168.1.31",
    },
    "virus-delivered": {
        "function": "av",
        "direction": "inbound",
        "grade": 2,
        "notify": "digest",
        "signature_id": None,
        "signature": "Eicar-Test-Signature",
        "category": "",
        "peer": "198.51.100.20",
        "asset_ip": "192.168.1.40",
    },
    "virus-blocked": {
        "function": "av",
        "direction": "inbound",
        "grade": 1,
        "notify": "none",
        "signature_id": 9200001,
        "signature": "File on the list of known viruses",
        "category": "",
        "peer": "198.51.100.20",
        "asset_ip": "192.168.1.40",
    },
    "internal-weakness": {
        "function": "ips",
        "direction": "internal",
        "grade": 1,
        "notify": "digest",
        "signature_id": 2014919,
        "signature": "POLICY HTTP Basic default password",
        "category": "Attempt to login by a default username",
        "peer": "192.168.1.31",
        "asset_ip": "192.168.1.1",
    },
    "inbound-blocked": {
        "function": "ips",
        "direction": "inbound",
        "grade": 0,
        "notify": "none",
        "signature_id": 2010963,
        "signature": "SCAN SQL injection attempt",
        "category": "Web Application Attack",
        "peer": "198.51.100.7",
        "asset_ip": "192.168.1.10",
    },
}


def group_make(
    sensor: Sensor, rule: str, *, at: datetime | None = None, count: int = 3, blocked: int | None = None, **fields: Any
) -> AlertGroup:
    """A group of `count` alerts that ended at `at` (now), with its alerts a minute apart."""
    last = at or timezone.now() - timedelta(minutes=5)
    first = last - timedelta(minutes=count - 1)
    values = {"asset_mac": "02:00:5e:00:53:17", "family": f"{rule}/family"} | KINDS[rule] | fields
    stopped = (0 if rule in {"virus-delivered", "internal-weakness"} else count) if blocked is None else blocked
    with tenant_scope(sensor.tenant_id):
        group: AlertGroup = AlertGroup.objects.create(
            tenant_id=sensor.tenant_id,
            sensor=sensor,
            hour=last.replace(minute=0, second=0, microsecond=0),
            rule=rule,
            asset_key=values["asset_ip"],
            alert_count=count,
            blocked_count=stopped,
            first_at=first,
            last_at=last,
            **values,
        )
        Alert.objects.bulk_create(
            [_alert(group, first + timedelta(minutes=n), n < stopped) for n in range(min(count, 40))]
        )
    return group


def _alert(group: AlertGroup, at: datetime, blocked: bool) -> Alert:
    outward = group.direction != "inbound"
    ends = {"src_ip": group.asset_ip, "src_port": 50123, "dest_port": 443}
    peer = group.peer if group.peer[:1].isdigit() else "203.0.113.9"
    if outward:
        ends["dest_ip"] = peer
    else:
        ends = {"src_ip": peer, "src_port": 80, "dest_ip": group.asset_ip, "dest_port": 50123}
    is_file = group.function == "av"
    return Alert(
        tenant_id=group.tenant_id,
        event_time=at,
        sensor_id=group.sensor_id,
        epoch=1,
        seq=next(_sequence),
        batch_id=uuid.uuid4(),
        group_id=group.pk,
        function=group.function,
        direction=group.direction,
        grade=group.grade,
        notify=group.notify,
        blocked=blocked,
        rule=group.rule,
        rule_set=1,
        signature_id=group.signature_id,
        signature=group.signature,
        category=group.category,
        proto="TCP",
        app_proto="http",
        asset_ip=group.asset_ip,
        asset_mac=group.asset_mac,
        host="" if group.peer[:1].isdigit() else group.peer,
        url="/download/invoice.zip" if is_file else "",
        file_name="請求書.zip" if is_file else "",
        file_sha256="",
        mail_subject="",
        **ends,
    )


def machine_make(group: AlertGroup, **fields: Any) -> Device:
    """The machine of a group, as the box saw it."""
    with tenant_scope(group.tenant_id):
        device: Device = Device.objects.create(
            tenant_id=group.tenant_id,
            sensor_id=group.sensor_id,
            mac=group.asset_mac,
            last_ip=group.asset_ip,
            first_seen_at=group.first_at,
            last_seen_at=group.last_at,
            **fields,
        )
    return device


def incident_make(group: AlertGroup, *, number: int = 1, opened_at: datetime | None = None, **fields: Any) -> Incident:
    """An incident around a group, with its first timeline line and, when open, the desk's task."""
    at = opened_at or group.last_at
    virus = group.function == "av"
    values: dict[str, Any] = {
        "kind": Incident.Kind.ANTIVIRUS_UNRESOLVED if virus else Incident.Kind.MALWARE_SUSPECTED,
        "opened_by": Incident.OpenedBy.ANTIVIRUS if virus else Incident.OpenedBy.HIGH_GRADE,
        "grade": group.grade,
    } | fields
    with tenant_scope(group.tenant_id):
        incident: Incident = Incident.objects.create(
            tenant_id=group.tenant_id,
            number=number,
            family=group.family,
            asset_key=group.asset_key,
            opened_at=at,
            **values,
        )
        IncidentGroup.objects.create(tenant_id=group.tenant_id, incident=incident, group=group)
        IncidentEvent.objects.create(tenant_id=group.tenant_id, incident=incident, at=at, code="opened", data={})
    return incident


def task_make(incident: Incident, *, due_in: timedelta = timedelta(minutes=15), **fields: Any) -> DeskTask:
    """The desk's task about an incident, due `due_in` after the incident was opened."""
    kind = DeskTask.Kind.FIRST_RESPONSE if incident.grade == 3 else DeskTask.Kind.ANTIVIRUS_UNRESOLVED
    with tenant_scope(incident.tenant_id):
        task: DeskTask = DeskTask.objects.create(
            tenant_id=incident.tenant_id,
            kind=kind,
            incident=incident,
            importance=incident.grade,
            opened_at=incident.opened_at,
            due_at=incident.opened_at + due_in,
            **fields,
        )
    return task


def desk_hours_set(words: str = "毎日・年末年始 0:00-24:00") -> None:
    """When the phone of every programme is answered from yesterday on; always, unless `words` say otherwise."""
    for programme in Programme.objects.all():
        ProgrammeSettings.objects.using("owner").create(
            programme_id=programme.pk,
            version=programme.settings_versions.count() + 1,
            effective_from=timezone.now() - timedelta(days=1),
            values={"phone_hours": words},
            reason="test",
        )


def silence_make(sensor: Sensor, *, hours: int = 26) -> DeskTask:
    """The box has been silent: the sensor's last contact, the attention, and the desk's task."""
    now = timezone.now()
    with tenant_scope(sensor.tenant_id):
        last_seen = now - timedelta(hours=hours)
        Sensor.objects.filter(pk=sensor.pk).update(last_seen_at=last_seen)
        attention = Attention.objects.create(
            tenant_id=sensor.tenant_id,
            kind=Attention.Kind.BOX_SILENT,
            about_type="sensor",
            about_id=sensor.pk,
            facts={"sensor": sensor.pk, "name": sensor.name, "last_seen_at": last_seen.isoformat()},
            opened_at=now - timedelta(hours=1),
            taken_at=now - timedelta(hours=1),
        )
        task: DeskTask = DeskTask.objects.create(
            tenant_id=sensor.tenant_id,
            kind=DeskTask.Kind.ATTENTION,
            attention=attention,
            opened_at=now - timedelta(hours=1),
            due_at=now + timedelta(hours=23),
        )
    return task


def box_seen(sensor: Sensor, at: datetime | None = None) -> None:
    """The box reported just now with everything on."""
    heartbeat = {"functions": {"ips": "on", "av": "on", "wg": "on"}, "protection": "on"}
    with tenant_scope(sensor.tenant_id):
        Sensor.objects.filter(pk=sensor.pk).update(last_seen_at=at or timezone.now(), heartbeat=heartbeat)


def report_make(tenant_id: int, month: date, pdf: bytes = b"%PDF-1.7 sample", **fields: Any) -> MonthlyReport:
    """A report that can be read; `state` other than ready: without its paper."""
    values: dict[str, Any] = {
        "state": MonthlyReport.State.READY,
        "pdf": pdf,
        "made_at": timezone.now(),
        "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
    } | fields
    if values["state"] != MonthlyReport.State.READY:
        values |= {"pdf": None, "pdf_sha256": ""}
    with tenant_scope(tenant_id):
        report: MonthlyReport = MonthlyReport.objects.create(tenant_id=tenant_id, month=month, **values)
    return report


def mail_make(tenant_id: int, subject: str, sent_at: datetime | None = None) -> OutboxMessage:
    """A mail that went out."""
    at = sent_at or timezone.now()
    with tenant_scope(tenant_id):
        message: OutboxMessage = OutboxMessage.objects.create(
            tenant_id=tenant_id,
            key=str(uuid.uuid4()),
            kind="digest",
            to="owner@sakura.invalid",
            subject=subject,
            text="",
            html="",
            state=OutboxMessage.State.SENT,
            due_at=at,
            sent_at=at,
        )
    return message


def unreadable_make(sensor: Sensor, head: str = '{"timestamp": broken', reason: str = "not_json") -> QuarantinedLine:
    """A line that was kept aside."""
    with tenant_scope(sensor.tenant_id):
        line: QuarantinedLine = QuarantinedLine.objects.create(
            tenant_id=sensor.tenant_id,
            sensor=sensor,
            batch_id=uuid.uuid4(),
            epoch=1,
            seq=next(_sequence),
            received_at=timezone.now(),
            reason=reason,
            detail="unexpected end of data",
            head=head,
        )
    return line


def failed_batch_make(sensor: Sensor, error: str = "decompression failed") -> InboxBatch:
    """A batch whose processing failed."""
    with tenant_scope(sensor.tenant_id):
        batch: InboxBatch = InboxBatch.objects.create(
            tenant_id=sensor.tenant_id,
            sensor=sensor,
            batch_id=uuid.uuid4(),
            epoch=1,
            first_seq=1,
            line_count=500,
            content_sha256=bytes(32),
            encoding="zstd",
            body=b"",
            clock_offset_ms=0,
            received_at=datetime.now(UTC),
            attempts=3,
            error=error,
        )
    return batch
