"""A door for the sweeps that close what has settled itself."""

from django.db import migrations

from tenants.tenancy import rls


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_row_level_security")]

    operations = [
        rls.definer_function(
            "open_attentions(wanted text)",
            "TABLE (tenant_id bigint, subject_key varchar)",
            "SELECT a.tenant_id, a.subject_key FROM notifications_attention a"
            " WHERE a.kind = wanted AND a.closed_at IS NULL",
            volatility="STABLE",
        ),
    ]
