"""The wall around alerts, and the two doors a sweep may use."""

from django.db import migrations

from tenants.tenancy import rls

STAFF = ("watch", "desk")


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_partitioned")]

    operations = [
        *[
            rls.protect(table, opens_for=STAFF)
            for table in ("alerts_alert", "alerts_inboxbatch", "alerts_alertgroup", "alerts_quarantinedline")
        ],
        rls.protect("alerts_callbackcount"),
        rls.protect("alerts_trafficaggregate", opens_for=STAFF),
        *[
            rls.same_firm_reference(table, "sensor_id", "sensors_sensor")
            for table in (
                "alerts_alertgroup", "alerts_quarantinedline", "alerts_callbackcount", "alerts_trafficaggregate"
            )
        ],
        rls.definer_function(
            "waiting_batches(how_many integer)",
            "TABLE (tenant_id bigint, sensor_id bigint, batch_id uuid)",
            "SELECT b.tenant_id, b.sensor_id, b.batch_id FROM alerts_inboxbatch b WHERE b.processed_at IS NULL"
            " ORDER BY b.received_at LIMIT how_many",
            volatility="STABLE",
        ),
        rls.definer_function(
            "firms_awaiting_digest(before timestamptz)",
            "TABLE (tenant_id bigint)",
            "SELECT DISTINCT g.tenant_id FROM alerts_alertgroup g"
            " WHERE g.notify = 'digest' AND g.digest_key = '' AND g.hour < before",
            volatility="STABLE",
        ),
    ]
