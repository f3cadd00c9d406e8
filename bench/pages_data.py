"""A programme in its second month of full size, for bench.pages: 1,000 firms, 1,000,000 alerts in groups over 60 days.

Ten firms are busy: 25 times as many groups as the others. Rows lie in the order of time, all firms mixed, as ingest
writes them. Foreign keys and triggers are off while loading; everything loaded would pass them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connections
from psycopg2.extras import DateTimeTZRange

from incidents.models import DeskTask, Incident
from incidents.states.incident import IncidentState
from notifications.models import OutboxMessage
from reports.models import MonthlyReport
from sensors.models import Sensor
from tenants.models import AccessGrant, Enrolment, Membership, Organisation, Programme, ProgrammePartner, User

FIRMS = 1000
BUSY = 10
GROUPS = 200
GROUPS_BUSY = 5000
ALERTS = 1_000_000
DAYS = 60
MAILS = 10
Kind = Organisation.Kind


@dataclass(frozen=True)
class World:
    """Who can log in: (firm id, its owner) of ordinary and of busy firms, and one person of each partner."""

    firms: tuple[tuple[int, User], ...]
    busy: tuple[tuple[int, User], ...]
    analyst: User
    agent: User
    newest: dict[int, int]  # firm id → its newest group


def load(alias: str, now: datetime) -> World:
    """Fill the empty database behind `alias`, a superuser's connection."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SELECT setseed(0.5)")
    firms, partners, people = programme_full(alias, now)
    _boxes(alias, firms, now)
    _cases(alias, firms, now)
    _papers(alias, firms, now)
    busy = {firm.pk for firm in firms[:: FIRMS // BUSY]}
    _alerts(alias, sorted(busy), now)
    owners = [(firm.pk, people[firm.pk]) for firm in firms]
    return World(
        firms=tuple(owner for owner in owners if owner[0] not in busy),
        busy=tuple(owner for owner in owners if owner[0] in busy),
        analyst=people[partners["watch"].pk],
        agent=people[partners["desk"].pk],
        newest=_newest(alias),
    )


def programme_full(alias: str, now: datetime) -> tuple[list[Organisation], dict[str, Organisation], dict[int, User]]:
    """1,000 firms with telephones in a programme; partners by capability; organisation id → its owner."""
    programme, partners = programme_make(alias)
    made = [
        Organisation(name=f"計測用 {number:04}", phone=f"06-6{number // 10000:03}-{number:04}", kind=Kind.SME)
        for number in range(FIRMS)
    ]
    firms = Organisation.objects.using(alias).bulk_create(made)
    people = people_make(alias, [*firms, *partners.values()], now)
    _joined(alias, programme, firms, partners, now)
    return firms, partners, people


def programme_make(alias: str) -> tuple[Programme, dict[str, Organisation]]:
    kinds = {"watch": Kind.SOC, "desk": Kind.CALL_CENTRE, "office": Kind.OFFICE}
    made = [Organisation(name=f"計測 {capability}", kind=kind) for capability, kind in kinds.items()]
    partners = dict(zip(kinds, Organisation.objects.using(alias).bulk_create(made), strict=True))
    programme = Programme.objects.using(alias).create(
        name="計測",
        office=partners["office"],
        desk_name="窓口",
        desk_phone="0120-000-000",
        desk_email="desk@otasuke.invalid",
    )
    for partner in partners.values():
        ProgrammePartner.objects.using(alias).create(programme=programme, organisation=partner)
    return programme, partners


def people_make(alias: str, organisations: list[Organisation], now: datetime) -> dict[int, User]:
    """Organisation id → its owner."""
    made = [User(email=f"owner{place.pk}@otasuke.invalid", password="!", family_name="計測") for place in organisations]
    users = User.objects.using(alias).bulk_create(made)
    pairs = list(zip(organisations, users, strict=True))
    since = DateTimeTZRange(now - timedelta(days=365), None)
    Membership.objects.using(alias).bulk_create(
        Membership(user_id=user.pk, organisation_id=place.pk, role=Membership.Role.OWNER, valid=since)
        for place, user in pairs
    )
    Authenticator.objects.using(alias).bulk_create(
        Authenticator(user_id=user.pk, type=Authenticator.Type.TOTP, data={})
        for place, user in pairs
        if place.kind != Kind.SME
    )
    return {place.pk: user for place, user in pairs}


def _joined(
    alias: str, programme: Programme, firms: list[Organisation], partners: dict[str, Organisation], now: datetime
) -> None:
    Enrolment._base_manager.using(alias).bulk_create(
        Enrolment(tenant_id=firm.pk, programme_id=programme.pk, contract_start=date(now.year - 1, 4, 1))
        for firm in firms
    )
    since = DateTimeTZRange(now - timedelta(days=365), None)
    AccessGrant.objects.using(alias).bulk_create(
        AccessGrant(grantee_id=partner.pk, tenant_id=firm.pk, capability=capability, valid=since, reason="bench")
        for firm in firms
        for capability, partner in partners.items()
    )


def _boxes(alias: str, firms: list[Organisation], now: datetime) -> None:
    Sensor._base_manager.using(alias).bulk_create(
        Sensor(
            tenant_id=firm.pk,
            device_id=uuid.uuid4(),
            name="本社",
            state=Sensor.State.ACTIVE,
            activated_at=now - timedelta(days=DAYS + 1),
            last_seen_at=now,
            home_net=["192.168.1.0/24"],
            heartbeat={"protection": "on", "functions": {"ips": "on", "av": "on", "wg": "on"}},
        )
        for firm in firms
    )


def _cases(alias: str, firms: list[Organisation], now: datetime) -> None:
    """Each firm has three closed cases; one in ten has one that the desk must begin, one in ten one it watches."""
    cases = [
        Incident(
            tenant_id=firm.pk,
            number=number,
            kind=Incident.Kind.MALWARE_SUSPECTED,
            opened_by=Incident.OpenedBy.HIGH_GRADE,
            state=state,
            grade=3,
            family="message:sample",
            asset_key=f"192.168.1.{number}",
            opened_at=now - timedelta(days=4 - number, minutes=at),
            closed_at=now - timedelta(hours=1) if state == IncidentState.CLOSED else None,
        )
        for at, firm in enumerate(firms)
        for number, state in enumerate(_states(at), start=1)
    ]
    stored = Incident._base_manager.using(alias).bulk_create(cases)
    DeskTask._base_manager.using(alias).bulk_create(
        DeskTask(
            tenant_id=case.tenant_id,
            kind=DeskTask.Kind.FIRST_RESPONSE,
            incident_id=case.pk,
            importance=3,
            opened_at=case.opened_at,
            due_at=case.opened_at + timedelta(hours=1),
            done_at=None if case.state == IncidentState.OPEN else now,
        )
        for case in stored
    )


def _states(at: int) -> list[str]:
    running = {1: [IncidentState.OPEN], 2: [IncidentState.WATCHING]}.get(at % 10, [])
    return [state.value for state in [IncidentState.CLOSED] * 3 + running]


def _papers(alias: str, firms: list[Organisation], now: datetime) -> None:
    OutboxMessage._base_manager.using(alias).bulk_create(
        [
            OutboxMessage(
                tenant_id=firm.pk,
                key=f"bench:{number}",
                kind="digest",
                to="owner@otasuke.invalid",
                subject="お知らせ",
                text="計測" * 100,
                html="計測" * 400,
                state=OutboxMessage.State.SENT,
                due_at=now,
                sent_at=now,
            )
            for number in range(MAILS)
            for firm in firms
        ],
        batch_size=2000,
    )
    first = now.date().replace(day=1)
    MonthlyReport._base_manager.using(alias).bulk_create(
        MonthlyReport(tenant_id=firm.pk, month=month, state=MonthlyReport.State.READY, pdf=bytes(2000), made_at=now)
        for month in (first, (first - timedelta(days=1)).replace(day=1))
        for firm in firms
    )


# Of twenty groups eleven are records only, seven are mailed in the hour's digest, two at once.
_GROUPS = """
INSERT INTO alerts_alertgroup (tenant_id, sensor_id, hour, function, direction, family, asset_key, asset_ip, asset_mac,
  signature, signature_id, category, peer, grade, notify, rule, alert_count, blocked_count, first_at, last_at,
  digest_state, triaged_at, told_count, told_blocked)
SELECT d.tenant_id, d.id, d.hour, 'ips', k.direction, 'message:sample rule ' || d.n, host(d.ip), d.ip, '',
  'Sample rule ' || d.n || ' unusual request for portal with long argument', 2100000 + d.n,
  'Attempted Information Leak', '203.0.113.' || d.n %% 250, k.grade, k.notify, k.rule, d.alerts,
  CASE WHEN k.direction = 'inbound' THEN d.alerts ELSE 0 END,
  d.hour + interval '3 minutes', d.hour + interval '57 minutes',
  CASE WHEN k.notify = 'digest' THEN 'written' ELSE 'unwritten' END, d.hour + interval '1 hour', 0, 0
FROM (
  SELECT s.tenant_id, s.id, n, ('192.168.1.' || 2 + n %% 40)::inet AS ip,
    date_trunc('hour', %(now)s::timestamptz - interval '1 hour' - random() * make_interval(days => %(days)s)) AS hour,
    %(each)s + (row_number() OVER () <= %(more)s)::integer AS alerts
  FROM sensors_sensor s,
    generate_series(1, CASE WHEN s.tenant_id = ANY (%(busy)s) THEN %(many)s ELSE %(few)s END) AS n
) d JOIN (VALUES
  (0, 10, 'inbound', 0, 'none', 'inbound-blocked'),
  (11, 17, 'outbound', 1, 'digest', 'outbound-grave'),
  (18, 18, 'outbound', 2, 'at_once', 'outbound-malware'),
  (19, 19, 'inbound', 2, 'at_once', 'inbound-passed-malware')
) AS k (low, high, direction, grade, notify, rule) ON d.n %% 20 BETWEEN k.low AND k.high
ORDER BY d.hour
"""
_ALERTS = """
INSERT INTO alerts_alert (tenant_id, event_time, sensor_id, epoch, seq, batch_id, group_id, time_trusted, function,
  direction, grade, notify, blocked, rule, rule_set, signature_id, gid, rev, signature, category, severity, flow_id,
  src_ip, src_port, dest_ip, dest_port, proto, app_proto, asset_ip, asset_mac, host, url, file_name, file_sha256,
  mail_subject)
SELECT g.tenant_id, g.first_at + (g.last_at - g.first_at) * (n - 1) / greatest(g.alert_count - 1, 1), g.sensor_id, 1,
  row_number() OVER (), sec.uuid7_floor(g.hour), g.id, true, g.function, g.direction, g.grade, g.notify,
  g.direction = 'inbound', g.rule, '1', g.signature_id, 1, 1, g.signature, g.category, 2, g.id * 8 + n,
  g.peer::inet, 40000 + n, g.asset_ip, 443, 'TCP', 'http', g.asset_ip, '', 'www.example.com',
  '/sample/request?number=' || n, '', '', ''
FROM (SELECT * FROM alerts_alertgroup ORDER BY id) g, generate_series(1, g.alert_count) AS n
"""


def with_sums(insert: str) -> list[str]:
    """Groups are added up by triggers, which are off while loading."""
    return ["SET session_replication_role = origin", insert, "SET session_replication_role = replica"]


def _alerts(alias: str, busy: list[int], now: datetime) -> None:
    each, more = divmod(ALERTS, len(busy) * GROUPS_BUSY + (FIRMS - len(busy)) * GROUPS)
    numbers: dict[str, Any] = {
        "now": now,
        "busy": busy,
        "many": GROUPS_BUSY,
        "few": GROUPS,
        "days": DAYS,
        "each": each,
        "more": more,
    }
    with connections[alias].cursor() as cursor:
        for statement in (*with_sums(_GROUPS), _ALERTS):
            cursor.execute(statement, numbers)
        cursor.execute("VACUUM (ANALYZE)")


def _newest(alias: str) -> dict[int, int]:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (tenant_id) tenant_id, id FROM alerts_alertgroup ORDER BY tenant_id, last_at DESC"
        )
        return dict(cursor.fetchall())
