"""The office reads of its firms what it registered itself: place, size, telephone, since when they take part."""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"
HELD = f"""tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id AND m.user_id = {USER}
       AND m.organisation_id = {ORGANISATION} AND m.valid @> statement_timestamp()"""
# A group of fields about the watching is empty until the firm agrees, and empty again when it takes that back.
OFFICE_FIRMS = f"""
SELECT g.tenant_id, o.name::text,
       CASE WHEN w.id IS NOT NULL THEN (SELECT count(*) FROM sensors_sensor s
         WHERE s.tenant_id = g.tenant_id AND s.state = 'active') END,
       CASE WHEN w.id IS NOT NULL THEN (SELECT max(s.last_seen_at) FROM sensors_sensor s
         WHERE s.tenant_id = g.tenant_id) END,
       CASE WHEN c.id IS NOT NULL THEN (SELECT count(*) FROM incidents_incident i
         WHERE i.tenant_id = g.tenant_id) END,
       CASE WHEN c.id IS NOT NULL THEN (SELECT count(*) FROM incidents_incident i
         WHERE i.tenant_id = g.tenant_id AND i.state <> 'closed') END,
       o.prefecture::text, o.municipality::text, o.industry::text, o.staff_count, o.phone::text,
       (SELECT max(e.contract_start) FROM tenants_enrolment e WHERE e.tenant_id = g.tenant_id)
  FROM {HELD}
  JOIN tenants_organisation o ON o.id = g.tenant_id
  LEFT JOIN tenants_consent w ON w.tenant_id = g.tenant_id AND w.field_group = 'watching' AND w.revoked_at IS NULL
  LEFT JOIN tenants_consent c ON c.tenant_id = g.tenant_id AND c.field_group = 'incidents' AND c.revoked_at IS NULL
 WHERE g.capability = 'office' AND g.valid @> statement_timestamp()
 ORDER BY g.tenant_id
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0063_power_is_not_the_applications")]

    operations = [
        migrations.RunSQL("DROP FUNCTION sec.office_firms()", migrations.RunSQL.noop),
        rls.definer_function(
            "office_firms()",
            "TABLE (tenant_id bigint, firm text, active_boxes bigint, last_seen_at timestamptz, incidents bigint,"
            " open_incidents bigint, prefecture text, municipality text, industry text, staff_count integer,"
            " phone text, contract_start date)",
            OFFICE_FIRMS,
            volatility="STABLE",
        ),
    ]
