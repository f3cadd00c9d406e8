"""However many reports are asked for: at most a thousand at a time, and none that failed twenty times."""

from django.db import migrations

UNMADE = """
CREATE OR REPLACE FUNCTION sec.unmade_reports(how_many integer, most_attempts integer)
 RETURNS TABLE(tenant_id bigint, report_id bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'sec', 'pg_temp'
AS $body$ 
SELECT r.tenant_id, r.id FROM reports_monthlyreport r
 WHERE (r.state = 'waiting' OR (r.state = 'failed' AND r.attempts < least(most_attempts, 20)))
   AND (r.not_before IS NULL OR r.not_before <= now())
 ORDER BY r.id LIMIT least(how_many, 1000)
 $body$
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0012_office_firms_heard")]

    operations = [
        migrations.RunSQL(UNMADE, migrations.RunSQL.noop),
    ]
