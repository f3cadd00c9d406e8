"""A country's worth of a programme for bench.scale: the same alerts, cases and claims, of 1,000 to 100,000 firms.

One per cent of the firms make six tenths of the noise. Everything is made by PostgreSQL itself, row by row in the order
of time, all firms mixed, as ingest writes it; foreign keys and triggers are off meanwhile.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from bench.pages_data import Kind, people_make, programme_make, with_sums
from tenants.models import Organisation, User

DAYS = 60
SAMPLE = 20  # firms whose owners log in, of each sort
FEW = (0, 1, 50)  # firms that a partner beside the programme's own sees


@dataclass(frozen=True)
class Amounts:
    """How much there is, whatever the number of firms. `each`: alerts of a group; `…_open`: the newest of them."""

    groups: int = 1_000_000
    each: int = 10
    cases: int = 200_000
    cases_open: int = 5_000
    incidents: int = 60_000
    incidents_open: int = 3_000
    jobs: int = 20_000
    jobs_open: int = 2_000
    vendors: int = 200
    claims: int = 2_000
    claims_open: int = 200


@dataclass(frozen=True)
class Country:
    """Who can log in: one person of each partner by kind and of `soc of N`, who sees N firms; owners of firms."""

    people: dict[str, User]
    quiet: tuple[tuple[int, User], ...]
    noisy: tuple[tuple[int, User], ...]
    newest: dict[int, int]  # firm of an owner → its newest group


# (what, statement): in this order. %(noisy)s: how many of the firms make the noise; firms are numbered from 0.
# %(apart)s: every so many firms one box is silent, one behind and one on its way, a hundred of each in all.
_FIRMS = [
    """
    INSERT INTO tenants_organisation (kind, name, name_kana, corporate_number, postal_code, prefecture, municipality,
      municipality_code, address, phone, phone_e164, email, industry, staff_count, created_at)
    SELECT 'sme', '計測用 ' || lpad(n::text, 6, '0') || '製作所', 'ケイソクヨウ', '', '', 'みどり県', '計測市', '',
      '',
      '06-6' || lpad((n / 10000)::text, 3, '0') || '-' || lpad((n %% 10000)::text, 4, '0'),
      '+8166' || lpad(n::text, 7, '0'), '', 'E', 10, now()
    FROM generate_series(0, %(firms)s - 1) AS n
    """,
    """
    CREATE TEMP TABLE firm AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM tenants_organisation WHERE kind = 'sme'
    """,
    "CREATE UNIQUE INDEX ON firm (place)",
    """
    INSERT INTO tenants_enrolment (tenant_id, programme_id, contract_start, chamber_member)
    SELECT id, %(programme)s, %(now)s::date - 400, false FROM firm
    """,
    """
    INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)
    SELECT p.id, f.id, CASE p.kind WHEN 'soc' THEN 'watch' WHEN 'call_centre' THEN 'desk' ELSE 'office' END,
      tstzrange(%(now)s::timestamptz - interval '1 year', NULL), 'bench'
    FROM firm f, tenants_organisation p WHERE p.kind IN ('soc', 'call_centre', 'office')
    """,
    """
    INSERT INTO sensors_sensor (tenant_id, device_id, name, state, activated_at, last_seen_at, home_net, heartbeat,
      switched_off, created_at)
    SELECT id, gen_random_uuid(), '本社', CASE WHEN place %% %(apart)s = 5 THEN 'shipped' ELSE 'active' END,
      %(now)s::timestamptz - interval '90 days',
      %(now)s::timestamptz - CASE WHEN place %% %(apart)s = 7 THEN interval '3 days' ELSE interval '20 seconds' END,
      '["192.168.1.0/24"]',
      jsonb_build_object('protection', 'on',
        'agent_version', CASE WHEN place %% %(apart)s = 3 THEN '1.0' ELSE '1.1' END,
        'suricata_version', '7.0.10', 'functions', jsonb_build_object('ips', 'on', 'av', 'on', 'wg', 'on')),
      '[]', %(now)s
    FROM firm
    """,
    """
    CREATE TEMP TABLE box AS
    SELECT f.place, f.id AS tenant_id, s.id FROM firm f JOIN sensors_sensor s ON s.tenant_id = f.id
    """,
    "CREATE UNIQUE INDEX ON box (place)",
    "ANALYZE",
]
# Of twenty groups eleven are records only, seven are mailed in the hour's digest, two at once (as bench.pages_data).
# The SOC has judged all but the newest tenth.
_ALERTS = [
    *with_sums(
        """
    INSERT INTO alerts_alertgroup (tenant_id, sensor_id, hour, function, direction, family, asset_key, asset_ip,
      asset_mac, signature, signature_id, category, peer, grade, notify, rule, alert_count, blocked_count, first_at,
      last_at, digest_state, triaged_at, told_count, told_blocked, soc_state)
    SELECT b.tenant_id, b.id, d.hour, 'ips', k.direction, 'message:sample rule ' || d.n %% 5000, host(d.ip), d.ip, '',
      'Sample rule ' || d.n %% 5000 || ' unusual request for portal with long argument', 2100000 + d.n %% 5000,
      'Attempted Information Leak', '203.0.113.' || d.n %% 250, k.grade, k.notify, k.rule, %(each)s,
      CASE WHEN k.direction = 'inbound' THEN %(each)s ELSE 0 END,
      d.hour + interval '3 minutes', d.hour + interval '3 minutes' + d.n %% 3240 * interval '1 second',
      CASE WHEN k.notify = 'digest' THEN 'written' ELSE 'unwritten' END, d.hour + interval '1 hour', 0, 0,
      CASE WHEN d.n < %(groups)s * 0.9 THEN 'judged' ELSE 'new' END
    FROM (
      SELECT n, ('192.168.1.' || 2 + n %% 40)::inet AS ip,
        CASE WHEN n %% 10 < 6 THEN hashint4(n)::bigint + 2147483648 ELSE 0 END AS busy,
        hashint4(n + 7)::bigint + 2147483648 AS any_firm,
        date_trunc('hour', %(now)s::timestamptz - interval '1 hour'
          - (%(groups)s - n)::float8 / %(groups)s * make_interval(days => %(days)s)) AS hour
      FROM generate_series(1, %(groups)s) AS n
    ) d
    JOIN box b ON b.place = CASE WHEN d.n %% 10 < 6 THEN d.busy %% %(noisy)s ELSE d.any_firm %% %(firms)s END
    JOIN (VALUES
      (0, 10, 'inbound', 0, 'none', 'inbound-blocked'),
      (11, 17, 'outbound', 1, 'digest', 'outbound-grave'),
      (18, 18, 'outbound', 2, 'at_once', 'outbound-malware'),
      (19, 19, 'inbound', 2, 'at_once', 'inbound-passed-malware')
    ) AS k (low, high, direction, grade, notify, rule) ON (d.n / 10) %% 20 BETWEEN k.low AND k.high
    ORDER BY d.n
    """
    ),
    """
    INSERT INTO alerts_alert (tenant_id, event_time, sensor_id, epoch, seq, batch_id, group_id, time_trusted, function,
      direction, grade, notify, blocked, rule, rule_set, signature_id, gid, rev, signature, category, severity, flow_id,
      src_ip, src_port, dest_ip, dest_port, proto, app_proto, asset_ip, asset_mac, host, url, file_name, file_sha256,
      mail_subject)
    SELECT g.tenant_id, g.first_at + n * interval '1 second', g.sensor_id, 1, g.id * %(each)s + n,
      sec.uuid7_floor(g.hour), g.id, true, g.function, g.direction, g.grade, g.notify, g.direction = 'inbound', g.rule,
      '1', g.signature_id, 1, 1, g.signature, g.category, 2, g.id * 8 + n, g.peer::inet, 40000 + n, g.asset_ip, 443,
      'TCP', 'http', g.asset_ip, '', 'www.example.com', '/sample/request?number=' || n, '', '', ''
    FROM alerts_alertgroup g, generate_series(1, %(each)s) AS n
    ORDER BY g.id
    """,
]
_HELP = [
    """
    INSERT INTO incidents_incident (tenant_id, number, kind, opened_by, opened_reason, state, grade, family, asset_key,
      opened_at, closed_at)
    SELECT f.id, n + 1, 'malware_suspected', 'high_grade', '', CASE WHEN n < %(incidents_open)s THEN
      CASE n %% 3 WHEN 0 THEN 'watching' ELSE 'open' END ELSE 'closed' END, 3, 'message:sample ' || n,
      '192.168.1.' || n %% 200, %(now)s::timestamptz - n * interval '2 minutes',
      CASE WHEN n < %(incidents_open)s THEN NULL ELSE %(now)s::timestamptz - interval '1 hour' END
    FROM generate_series(0, %(incidents)s - 1) AS n JOIN firm f ON f.place = (n * 7919::bigint) %% %(firms)s
    """,
    """
    INSERT INTO incidents_desktask (tenant_id, kind, state, incident_id, importance, opened_at, due_at, done_at,
      outcome)
    SELECT i.tenant_id, 'first_response', CASE WHEN i.state = 'open' THEN 'open' ELSE 'done' END, i.id, i.grade,
      i.opened_at, i.opened_at + interval '1 hour', CASE WHEN i.state = 'open' THEN NULL ELSE i.opened_at END, ''
    FROM incidents_incident i
    """,
    """
    INSERT INTO incidents_case (tenant_id, number, title, category, topic, channel, solved_by, state, importance,
      opened_at, due_at, answered_at, closed_at, version)
    SELECT f.id, n + 1, 'プリンターが印刷できない ' || n, 'other', 'printer', 'phone',
      CASE WHEN n < %(cases_open)s THEN '' ELSE 'phone' END, CASE WHEN n < %(cases_open)s THEN 'new' ELSE 'solved' END,
      n %% 3, %(now)s::timestamptz - n * interval '25 seconds',
      %(now)s::timestamptz + (n %% 977 - 400) * interval '3 minutes', NULL,
      CASE WHEN n < %(cases_open)s THEN NULL ELSE %(now)s::timestamptz - n * interval '20 seconds' END, 1
    FROM generate_series(0, %(cases)s - 1) AS n JOIN firm f ON f.place = (n * 104729::bigint) %% %(firms)s
    """,
    """
    INSERT INTO incidents_contact (tenant_id, channel, direction, number_raw, number_e164, call_key, offered_at,
      answered_at, ended_at, case_id)
    SELECT c.tenant_id, 'phone', 'in', '06-6000-0000', '+81660000000', '', c.opened_at, c.opened_at,
      c.opened_at + interval '4 minutes', CASE WHEN c.number %% 50 = 0 THEN NULL ELSE c.id END FROM incidents_case c
    """,
    """
    INSERT INTO incidents_job (tenant_id, number, kind, way, state, incident_id, vendor_id, wish, requested_at,
      accepted_at, started_at, reported_at, closed_at)
    SELECT i.tenant_id, i.number, 'first_response', 'on_site',
      CASE WHEN i.number <= %(jobs_open)s THEN 'accepted' ELSE 'closed' END, i.id, v.id, '', i.opened_at, i.opened_at,
      done.at, done.at, done.at
    FROM incidents_incident i JOIN (
      SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM tenants_organisation WHERE kind = 'vendor'
    ) v ON v.place = i.number %% %(vendors)s,
    LATERAL (SELECT CASE WHEN i.number > %(jobs_open)s THEN i.opened_at END AS at) done
    WHERE i.number <= %(jobs)s
    """,
    """
    INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)
    SELECT j.vendor_id, j.tenant_id, 'job', j.id, tstzrange(j.accepted_at,
      CASE WHEN j.state = 'closed' THEN j.closed_at + interval '14 days' END), 'bench' FROM incidents_job j
    """,
    """
    INSERT INTO insurance_policyversion (programme_id, insurer_id, valid_from, limit_yen, claims_per_year, premium_yen,
      remote_covered, listed_only, tax_rule, year_rule, agent_name, agent_email)
    SELECT %(programme)s, id, %(now)s::date - 400, 50000, 1, 500, true, false, 'included', 'contract', '', ''
    FROM tenants_organisation WHERE kind = 'insurer'
    """,
    """
    INSERT INTO insurance_claim (tenant_id, number, incident_id, job_id, policy_id, insurer_id, vendor_id, limit_yen,
      claims_per_year, year_first, year_last, slot, state, claimed_yen, tax_yen, asked_yen, own_yen, approved_yen,
      invoice_number, invoice_on, made_at, submitted_at, decided_at, paid_on, reason, round, chain_sha256)
    SELECT j.tenant_id, j.of_firm, j.incident_id, j.id, p.id, p.insurer_id, j.vendor_id, 50000, 1,
      %(now)s::date - (365 * j.of_firm)::integer, %(now)s::date - (365 * (j.of_firm - 1))::integer - 1, 1, c.state,
      50000, 4545, 50000, 0, CASE WHEN c.state = 'paid' THEN 50000 END, 'A-1',
      %(now)s::date - 20, j.requested_at, j.requested_at, CASE WHEN c.state = 'paid' THEN j.requested_at END,
      CASE WHEN c.state = 'paid' THEN %(now)s::date - 1 END, '', 1, ''
    FROM insurance_policyversion p, LATERAL (
      SELECT *, row_number() OVER (ORDER BY id) AS place,
        row_number() OVER (PARTITION BY tenant_id ORDER BY id) AS of_firm
        FROM incidents_job WHERE state = 'closed' ORDER BY id LIMIT %(claims)s
    ) j, LATERAL (SELECT CASE WHEN j.place <= %(claims_open)s THEN 'submitted' ELSE 'paid' END AS state) c
    """,
    """
    INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, subject_id, valid, reason)
    SELECT c.insurer_id, c.tenant_id, 'claim', c.id, tstzrange(c.submitted_at,
      CASE WHEN c.state = 'paid' THEN c.submitted_at + interval '90 days' END), 'bench' FROM insurance_claim c
    """,
]
# Every fifth firm, from the first on.
_OF_FEW = """
    INSERT INTO tenants_accessgrant (grantee_id, tenant_id, capability, valid, reason)
    SELECT %(partner)s, id, 'watch', tstzrange(%(now)s::timestamptz - interval '1 year', NULL), 'bench'
    FROM firm WHERE place %% 5 = 0 ORDER BY place LIMIT %(few)s
"""


def load(alias: str, firms: int, now: datetime, amounts: Amounts | None = None) -> Country:
    """Fill the empty database behind `alias`, a superuser's connection."""
    amounts = amounts or Amounts()
    with connections[alias].cursor() as cursor:
        for setting in ("session_replication_role = replica", "synchronous_commit = off", "work_mem = '256MB'"):
            cursor.execute(f"SET {setting}")
    programme, partners = programme_make(alias)
    who = [(Kind.INSURER, 0), *((Kind.VENDOR, n) for n in range(amounts.vendors))]
    more = [Organisation(name=f"計測 {kind} {n}", kind=kind) for kind, n in who]
    others = Organisation.objects.using(alias).bulk_create(more)
    numbers: dict[str, Any] = {
        "now": now,
        "firms": firms,
        "noisy": max(1, firms // 100),
        "apart": max(8, firms // 100),
        "programme": programme.pk,
        "days": DAYS,
        **asdict(amounts),
    }
    with connections[alias].cursor() as cursor:
        for statement in [*_FIRMS, *_ALERTS, *_HELP]:
            cursor.execute(statement, numbers)
        cursor.execute("SELECT id FROM firm ORDER BY place")
        ids = [row[0] for row in cursor.fetchall()]
    # Only now: the programme's own partners are those that are there when the firms are made.
    few = {
        number: Organisation.objects.using(alias).create(name=f"計測 監視 {number}", kind=Kind.SOC) for number in FEW
    }
    with connections[alias].cursor() as cursor:
        for number, partner in few.items():
            cursor.execute(_OF_FEW, {**numbers, "partner": partner.pk, "few": number})
    quiet, noisy = _spread(ids[numbers["noisy"] :]), _spread(ids[: numbers["noisy"]])
    firms_of_owners = Organisation.objects.using(alias).in_bulk([*quiet, *noisy])
    people = people_make(alias, [*partners.values(), *others, *few.values(), *firms_of_owners.values()], now)
    with connections[alias].cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute(
            "SELECT DISTINCT ON (tenant_id) tenant_id, id FROM alerts_alertgroup WHERE tenant_id = ANY (%s)"
            " ORDER BY tenant_id, last_at DESC",
            [[*quiet, *noisy]],
        )
        newest = dict(cursor.fetchall())
    first_of_kind = {str(place.kind): people[place.pk] for place in reversed([*partners.values(), *others])}
    return Country(
        people=first_of_kind | {f"soc of {number}": people[partner.pk] for number, partner in few.items()},
        quiet=tuple((firm, people[firm]) for firm in quiet if firm in newest),
        noisy=tuple((firm, people[firm]) for firm in noisy if firm in newest),
        newest=newest,
    )


def _spread(ids: list[int]) -> list[int]:
    return ids[:: max(1, len(ids) // SAMPLE)][:SAMPLE]
