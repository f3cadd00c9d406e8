"""The machines a vendor will meet: what the box saw and what the firm calls them, for the vendor that took the job."""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"

# Who uses a machine stays with the firm. What was not seen for three months is gone or switched off.
JOB_DEVICES = f"""
SELECT d.mac::text, host(d.last_ip), coalesce(nullif(d.given_name, ''), d.names_seen[1], '')::text, d.vendor::text,
       d.whose::text, d.antivirus::text, d.last_seen_at, d.night_seen_at IS NOT NULL
  FROM tenants_accessgrant g
  JOIN tenants_membership m ON m.organisation_id = g.grantee_id AND m.user_id = {USER}
       AND m.organisation_id = {ORGANISATION} AND m.valid @> statement_timestamp()
  JOIN incidents_job j ON j.id = g.subject_id AND j.tenant_id = g.tenant_id
  JOIN sensors_device d ON d.tenant_id = j.tenant_id
 WHERE j.id = job AND g.capability = 'job' AND g.valid @> statement_timestamp()
   AND d.last_seen_at > statement_timestamp() - interval '90 days'
 ORDER BY d.last_seen_at DESC, d.id LIMIT 300
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0070_watched_after_work"),
        ("sensors", "0040_protection_devices_consent"),
    ]

    operations = [
        migrations.RunSQL("GRANT SELECT ON sensors_device TO sec_definer", migrations.RunSQL.noop),
        rls.definer_function(
            "job_devices(job bigint)",
            "TABLE (mac text, ip text, name text, maker text, whose text, antivirus text, last_seen_at timestamptz,"
            " at_night boolean)",
            JOB_DEVICES,
            volatility="STABLE",
        ),
    ]
