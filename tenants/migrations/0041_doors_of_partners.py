"""What vendors, insurers, outreach desks and offices may see of a firm, field by field.

Their grants open no table: each function returns the columns its capability allows, for grants valid at the moment of
the statement. A row-level policy could not leave columns out.
"""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"

# Grants of the acting organisation, for a person who belongs to it. now() stands still inside a transaction;
# a grant's end must show at once.
HELD = f"""tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id AND m.user_id = {USER}
       AND m.organisation_id = {ORGANISATION} AND m.valid @> statement_timestamp()"""

# Before a vendor takes a job it learns where and what, not who.
JOB_CARDS = f"""
SELECT g.id, g.capability = 'job', upper(g.valid), o.prefecture::text, o.municipality::text, i.kind::text, i.grade,
       i.opened_at,
       CASE WHEN g.capability = 'job' THEN o.name::text END, CASE WHEN g.capability = 'job' THEN o.address::text END,
       CASE WHEN g.capability = 'job' THEN o.phone::text END, CASE WHEN g.capability = 'job' THEN i.number END,
       CASE WHEN g.capability = 'job' THEN i.state::text END
  FROM {HELD}
  JOIN tenants_organisation o ON o.id = g.tenant_id
  JOIN incidents_incident i ON i.id = g.subject_id AND i.tenant_id = g.tenant_id
 WHERE g.capability IN ('job', 'job_offer') AND g.valid @> statement_timestamp()
 ORDER BY g.id
"""
JOB_FINDINGS = f"""
SELECT a.hour, a.function::text, a.direction::text, a.signature::text, a.peer::text, host(a.asset_ip),
       a.asset_mac::text, a.grade, a.alert_count, a.blocked_count, a.first_at, a.last_at
  FROM {HELD}
  JOIN incidents_incidentgroup x ON x.incident_id = g.subject_id AND x.tenant_id = g.tenant_id
  JOIN alerts_alertgroup a ON a.id = x.group_id
 WHERE g.id = job AND g.capability = 'job' AND g.valid @> statement_timestamp()
 ORDER BY a.first_at
"""
CLAIM_CARDS = f"""
SELECT g.id, upper(g.valid), o.name::text, i.number, i.kind::text, i.grade, i.opened_at, i.closed_at, c.contract_start
  FROM {HELD}
  JOIN tenants_organisation o ON o.id = g.tenant_id
  JOIN incidents_incident i ON i.id = g.subject_id AND i.tenant_id = g.tenant_id
  LEFT JOIN LATERAL (SELECT e.contract_start FROM tenants_enrolment e WHERE e.tenant_id = g.tenant_id
                      ORDER BY e.contract_start DESC LIMIT 1) c ON true
 WHERE g.capability = 'claim' AND g.valid @> statement_timestamp()
 ORDER BY g.id
"""
CLAIM_EVIDENCE = f"""
SELECT a.function::text, a.direction::text, a.signature::text, a.grade, a.alert_count, a.blocked_count, a.first_at,
       a.last_at
  FROM {HELD}
  JOIN incidents_incidentgroup x ON x.incident_id = g.subject_id AND x.tenant_id = g.tenant_id
  JOIN alerts_alertgroup a ON a.id = x.group_id
 WHERE g.id = claim AND g.capability = 'claim' AND g.valid @> statement_timestamp()
 ORDER BY a.first_at
"""
INTRODUCED = f"""
SELECT g.id, o.name::text, o.municipality::text,
       (SELECT min(e.contract_start) FROM tenants_enrolment e WHERE e.tenant_id = g.tenant_id),
       EXISTS (SELECT 1 FROM sensors_sensor s WHERE s.tenant_id = g.tenant_id AND s.state = 'active')
  FROM {HELD}
  JOIN tenants_organisation o ON o.id = g.tenant_id
 WHERE g.capability = 'outreach' AND g.valid @> statement_timestamp()
 ORDER BY g.id
"""
# A group of fields is empty until the firm agrees, and empty again when it takes that back.
OFFICE_FIRMS = f"""
SELECT g.tenant_id, o.name::text,
       CASE WHEN w.id IS NOT NULL THEN (SELECT count(*) FROM sensors_sensor s
         WHERE s.tenant_id = g.tenant_id AND s.state = 'active') END,
       CASE WHEN w.id IS NOT NULL THEN (SELECT max(s.last_seen_at) FROM sensors_sensor s
         WHERE s.tenant_id = g.tenant_id) END,
       CASE WHEN c.id IS NOT NULL THEN (SELECT count(*) FROM incidents_incident i
         WHERE i.tenant_id = g.tenant_id) END,
       CASE WHEN c.id IS NOT NULL THEN (SELECT count(*) FROM incidents_incident i
         WHERE i.tenant_id = g.tenant_id AND i.state <> 'closed') END
  FROM {HELD}
  JOIN tenants_organisation o ON o.id = g.tenant_id
  LEFT JOIN tenants_consent w ON w.tenant_id = g.tenant_id AND w.field_group = 'watching' AND w.revoked_at IS NULL
  LEFT JOIN tenants_consent c ON c.tenant_id = g.tenant_id AND c.field_group = 'incidents' AND c.revoked_at IS NULL
 WHERE g.capability = 'office' AND g.valid @> statement_timestamp()
 ORDER BY g.tenant_id
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0040_rights_apart")]

    operations = [
        rls.definer_function(
            "job_cards()",
            "TABLE (grant_id bigint, accepted boolean, until timestamptz, prefecture text, municipality text, kind text,"
            " grade smallint, opened_at timestamptz, firm text, address text, phone text, incident_number integer,"
            " state text)",
            JOB_CARDS,
            volatility="STABLE",
        ),
        rls.definer_function(
            "job_findings(job bigint)",
            "TABLE (hour timestamptz, function text, direction text, signature text, peer text, asset_ip text,"
            " asset_mac text, grade smallint, alert_count integer, blocked_count integer, first_at timestamptz,"
            " last_at timestamptz)",
            JOB_FINDINGS,
            volatility="STABLE",
        ),
        rls.definer_function(
            "claim_cards()",
            "TABLE (grant_id bigint, until timestamptz, firm text, incident_number integer, kind text, grade smallint,"
            " opened_at timestamptz, closed_at timestamptz, contract_start date)",
            CLAIM_CARDS,
            volatility="STABLE",
        ),
        rls.definer_function(
            "claim_evidence(claim bigint)",
            "TABLE (function text, direction text, signature text, grade smallint, alert_count integer,"
            " blocked_count integer, first_at timestamptz, last_at timestamptz)",
            CLAIM_EVIDENCE,
            volatility="STABLE",
        ),
        rls.definer_function(
            "introduced_firms()",
            "TABLE (grant_id bigint, firm text, municipality text, enrolled_since date, watched boolean)",
            INTRODUCED,
            volatility="STABLE",
        ),
        rls.definer_function(
            "office_firms()",
            "TABLE (tenant_id bigint, firm text, active_boxes bigint, last_seen_at timestamptz, incidents bigint,"
            " open_incidents bigint)",
            OFFICE_FIRMS,
            volatility="STABLE",
        ),
    ]
