"""Two more doors for the sweeps, and an index so that finding new groups does not read all of them."""

from django.db import migrations

from tenants.tenancy import rls

INDEX = """
CREATE INDEX alert_group_untriaged ON alerts_alertgroup (tenant_id, id)
 WHERE triaged_at IS NULL
   AND (notify = 'at_once' OR (function = 'av' AND direction = 'inbound' AND blocked_count < alert_count))
"""
# Later groups of the same device and family stay out of the digest while the incident is open (domain: digest).
OF_OPEN_INCIDENTS = """
SELECT g.tenant_id, g.id FROM alerts_alertgroup g
  JOIN incidents_incident i ON i.tenant_id = g.tenant_id AND i.family = g.family AND i.asset_key = g.asset_key
 WHERE g.notify = 'digest' AND g.digest_key = '' AND i.kind = 'malware_suspected' AND i.opened_by = 'high_grade'
   AND i.state <> 'closed'
"""
SETTLED = """
SELECT t.tenant_id, t.id FROM incidents_desktask t
  JOIN notifications_attention a ON a.tenant_id = t.tenant_id AND a.id = t.attention_id
 WHERE t.state = 'open' AND a.closed_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_row_level_security")]

    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX alert_group_untriaged"),
        rls.definer_function(
            "groups_of_open_incidents()",
            "TABLE (tenant_id bigint, group_id bigint)",
            OF_OPEN_INCIDENTS,
            volatility="STABLE",
        ),
        rls.definer_function("settled_tasks()", "TABLE (tenant_id bigint, task_id bigint)", SETTLED, volatility="STABLE"),
    ]
