"""What spreads: counted in the hours, and told again after the days, that each programme has set."""

from django.db import migrations

# Whole numbers within the bounds of the settings' form, whatever is stored.
SETTING = """
least(greatest(coalesce((SELECT s.values ->> '{key}' FROM tenants_programmesettings s
   WHERE s.programme_id = {programme} AND s.effective_from <= at AND s.values ->> '{key}' ~ '^[0-9]{{1,4}}$'
   ORDER BY s.version DESC LIMIT 1)::integer, {default}), 1), {most})
"""
HOURS = SETTING.format(key="warning_hours", programme="p.id", default=24, most=168)
DAYS = SETTING.format(key="warning_again_days", programme="w.programme_id", default=7, most=90)
SPREADING = f"""
WITH span AS (
  SELECT p.id AS programme_id, make_interval(hours => {HOURS}) AS length FROM tenants_programme p
), met AS (
  SELECT DISTINCT e.programme_id, g.tenant_id, g.function, g.direction, g.signature, g.peer
    FROM alerts_alertgroup g JOIN tenants_enrolment e ON e.tenant_id = g.tenant_id
     AND (e.contract_end IS NULL OR e.contract_end >= (at AT TIME ZONE 'Asia/Tokyo')::date)
    JOIN span ON span.programme_id = e.programme_id
   WHERE g.last_at > at - interval '168 hours' AND g.last_at > at - span.length AND g.last_at <= at AND g.grade >= 2
), warned AS (
  SELECT w.programme_id, w.kind, w.value FROM incidents_earlywarning w
   WHERE w.raised_at > at - make_interval(days => {DAYS})
)
SELECT programme_id, 'signature:' || signature, count(DISTINCT tenant_id) FROM met
 WHERE function IN ('ips', 'av') AND signature <> ''
   AND (programme_id, 'signature', signature) NOT IN (SELECT programme_id, kind, value FROM warned)
 GROUP BY programme_id, signature HAVING count(DISTINCT tenant_id) > 1
UNION ALL
SELECT programme_id, 'peer:' || peer, count(DISTINCT tenant_id) FROM met
 WHERE direction = 'outbound' AND peer <> ''
   AND (programme_id, 'signature', signature) NOT IN (SELECT programme_id, kind, value FROM warned)
   AND (programme_id, 'peer', peer) NOT IN (SELECT programme_id, kind, value FROM warned)
 GROUP BY programme_id, peer HAVING count(DISTINCT tenant_id) > 1
 ORDER BY 2 DESC
"""
REPLACE = f"""
CREATE OR REPLACE FUNCTION sec.spreading(at timestamptz) RETURNS TABLE (programme_id bigint, subject_key text, firms bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, sec, pg_temp AS $body$ {SPREADING} $body$;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0089_small_mails_first"), ("tenants", "0002_row_level_security")]

    # The former text counts a day and a week whatever is set: an older program works with this one.
    operations = [migrations.RunSQL(REPLACE, migrations.RunSQL.noop)]
