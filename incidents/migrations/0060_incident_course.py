"""Incidents that are watched, opened again, joined and opened by hand: columns, rights, and what the sweeps ask."""

import django.db.models.deletion
from django.db import migrations, models

from tenants.tenancy import rls

# The desk opens incidents by hand and joins them; the SOC takes a wrong detection out. The wall keeps the firm.
RIGHTS = "".join(
    f"ALTER POLICY {policy} ON {table} {clause.format(test='tenant_id = ANY ((SELECT sec.writable_tenants(' + who + '))::bigint[])')};"
    for table, policy, who, clause in (
        ("incidents_incident", "adds", "'watch', 'desk'", "WITH CHECK ({test})"),
        ("incidents_incidentgroup", "changes", "'watch', 'desk'", "USING ({test}) WITH CHECK ({test})"),
        ("incidents_desktask", "adds", "'watch', 'desk'", "WITH CHECK ({test})"),
    )
)
RIGHTS += "GRANT SELECT ON tenants_programmesettings, tenants_enrolment TO sec_definer;"

# Where the programme's policy opens an incident for ★★ too (OSK 3.4.3). What came before the policy stays as it was.
POLICY_INDEX = """
CREATE INDEX alert_group_policy ON alerts_alertgroup (tenant_id, last_at)
 WHERE triaged_at IS NULL AND grade = 2 AND notify = 'digest'
"""
SETTINGS = """
  (SELECT DISTINCT ON (v.programme_id) v.programme_id, v.values, v.effective_from FROM tenants_programmesettings v
    WHERE v.effective_from <= at ORDER BY v.programme_id, v.version DESC)"""
POLICY = f"""
SELECT DISTINCT g.tenant_id, g.id
  FROM {SETTINGS} s
  JOIN tenants_enrolment e ON e.programme_id = s.programme_id
  JOIN alerts_alertgroup g ON g.tenant_id = e.tenant_id AND g.grade = 2 AND g.notify = 'digest'
   AND g.triaged_at IS NULL AND g.last_at >= s.effective_from
 WHERE s.values -> 'medium_opens_incident' = 'true'
"""
# A duplicate's detections are the kept one's.
KEPT = "JOIN incidents_incident r ON r.tenant_id = i.tenant_id AND r.id = coalesce(i.merged_into_id, i.id)"
KIN = "g.tenant_id = i.tenant_id AND g.family = i.family AND g.asset_key = i.asset_key AND g.notify <> 'none'"
TAKEN_OUT = (
    "EXISTS (SELECT 1 FROM incidents_incidentgroup x WHERE x.tenant_id = g.tenant_id AND x.group_id = g.id"
    " AND x.incident_id IS NULL)"
)
OF_OPEN_INCIDENTS = f"""
SELECT DISTINCT g.tenant_id, g.id
  FROM incidents_incident i {KEPT}
  JOIN alerts_alertgroup g ON {KIN}
 WHERE g.notify = 'digest' AND g.digest_key = '' AND i.kind = 'malware_suspected'
   AND r.opened_by IN ('high_grade', 'callbacks') AND r.state <> 'closed' AND NOT {TAKEN_OUT}
"""
# Seen again while watched, or after the end: as long after it as the programme says.
RETURNING = f"""
SELECT DISTINCT g.tenant_id, g.id, r.id
  FROM incidents_incident i {KEPT}
  JOIN alerts_alertgroup g ON {KIN} AND g.last_at > coalesce(r.watch_since, r.closed_at)
   AND (i.kind <> 'antivirus_unresolved' OR g.blocked_count < g.alert_count)
 WHERE (r.state = 'watching' OR (r.state = 'closed' AND r.closed_at > at - make_interval(days => coalesce((
        SELECT (s.values ->> 'reopen_days')::integer
          FROM tenants_enrolment e JOIN {SETTINGS} s ON s.programme_id = e.programme_id
         WHERE e.tenant_id = r.tenant_id ORDER BY e.contract_start DESC LIMIT 1), 30))))
   AND NOT {TAKEN_OUT}
   AND NOT EXISTS (SELECT 1 FROM incidents_incident o WHERE o.tenant_id = i.tenant_id AND o.kind = i.kind
     AND o.family = i.family AND o.asset_key = i.asset_key AND o.state <> 'closed' AND o.id <> r.id)
"""
ENDED = "SELECT i.tenant_id, i.id FROM incidents_incident i WHERE i.state = 'watching' AND i.watch_until <= at"
PAIR = "TABLE (tenant_id bigint, group_id bigint)"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0010_jobs"), ("alerts", "0006_told_counts")]

    operations = [
        migrations.AddField(
            "incident", "watch_since", models.DateTimeField(blank=True, null=True, verbose_name="経過観察の開始")
        ),
        migrations.AddField(
            "incident", "watch_until", models.DateTimeField(blank=True, null=True, verbose_name="経過観察の期限")
        ),
        *[
            migrations.AddField(
                "incident",
                name,
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name=related,
                    to="incidents.incident",
                ),
            )
            for name, related in (("recurrence_of", "recurrences"), ("merged_into", "duplicates"))
        ],
        migrations.AlterField(
            "incident",
            "kind",
            models.CharField(
                choices=[
                    ("malware_suspected", "ウイルス感染の疑い"),
                    ("antivirus_unresolved", "ウイルスが届いた可能性"),
                    ("sensor_silent", "センサーの停止"),
                    ("reported", "会社からの申告"),
                ],
                max_length=40,
                verbose_name="種類",
            ),
        ),
        migrations.AlterField(
            "incident",
            "opened_by",
            models.CharField(
                choices=[
                    ("high_grade", "重要度 高の検知"),
                    ("callbacks", "不審な通信の回数"),
                    ("antivirus", "ウイルス対策で止めきれなかった検知"),
                    ("policy", "事業の方針"),
                    ("analyst", "監視担当の判断"),
                    ("desk", "相談窓口の判断"),
                ],
                max_length=20,
                verbose_name="きっかけ",
            ),
        ),
        migrations.AlterField(
            "incidentgroup",
            "incident",
            models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="incidents.incident",
            ),
        ),
        migrations.AddIndex(
            "incident",
            models.Index(condition=models.Q(("state", "watching")), fields=["watch_until"], name="incident_watched"),
        ),
        migrations.AddIndex(
            "incident",
            models.Index(condition=models.Q(("state", "closed")), fields=["closed_at"], name="incident_closed"),
        ),
        *[
            rls.same_firm_reference("incidents_incident", column, "incidents_incident")
            for column in ("recurrence_of_id", "merged_into_id")
        ],
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(POLICY_INDEX, "DROP INDEX alert_group_policy"),
        migrations.RunSQL("DROP FUNCTION sec.groups_of_open_incidents()", migrations.RunSQL.noop),
        rls.definer_function("groups_of_open_incidents()", PAIR, OF_OPEN_INCIDENTS, volatility="STABLE"),
        rls.definer_function("policy_groups(at timestamptz)", PAIR, POLICY, volatility="STABLE"),
        rls.definer_function(
            "returning_groups(at timestamptz)",
            "TABLE (tenant_id bigint, group_id bigint, incident_id bigint)",
            RETURNING,
            volatility="STABLE",
        ),
        rls.definer_function(
            "ended_watches(at timestamptz)", "TABLE (tenant_id bigint, incident_id bigint)", ENDED, volatility="STABLE"
        ),
    ]
