"""The wall around incidents and desk tasks, and the sweep that finds groups needing an incident."""

from django.db import migrations

from tenants.tenancy import rls

# ★★★, or a virus the box could not stop (KMM 3.8 (3)): docs/grading.md, "What opens an incident".
UNTRIAGED = """
SELECT g.tenant_id, g.id FROM alerts_alertgroup g
 WHERE g.triaged_at IS NULL
   AND (g.notify = 'at_once' OR (g.function = 'av' AND g.direction = 'inbound' AND g.blocked_count < g.alert_count))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0001_initial"),
        ("alerts", "0003_row_level_security"),
        ("notifications", "0002_row_level_security"),
    ]

    operations = [
        *[rls.referable(table) for table in ("incidents_incident", "notifications_attention")],
        *[
            rls.protect(table, opens_for=("watch", "desk"))
            for table in ("incidents_incident", "incidents_incidentgroup", "incidents_incidentevent", "incidents_desktask")
        ],
        rls.same_firm_reference("incidents_incidentgroup", "incident_id", "incidents_incident"),
        rls.same_firm_reference("incidents_incidentgroup", "group_id", "alerts_alertgroup"),
        rls.same_firm_reference("incidents_incidentevent", "incident_id", "incidents_incident"),
        rls.same_firm_reference("incidents_desktask", "incident_id", "incidents_incident"),
        rls.same_firm_reference("incidents_desktask", "attention_id", "notifications_attention"),
        rls.definer_function(
            "untriaged_groups()", "TABLE (tenant_id bigint, group_id bigint)", UNTRIAGED, volatility="STABLE"
        ),
    ]
