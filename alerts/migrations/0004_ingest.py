"""What ingest needs: when to try a batch again, what became of its lines, and the ways to find both."""

from django.db import migrations, models

from tenants.tenancy import rls

INDEXES = """
DROP INDEX alerts_inboxbatch_waiting;
CREATE INDEX alerts_inboxbatch_queue ON alerts_inboxbatch (tenant_id, sensor_id, epoch, first_seq)
    WHERE processed_at IS NULL;
CREATE INDEX alerts_inboxbatch_positions ON alerts_inboxbatch (tenant_id, sensor_id, epoch, first_seq);
"""
BACK = """
DROP INDEX alerts_inboxbatch_queue, alerts_inboxbatch_positions;
CREATE INDEX alerts_inboxbatch_waiting ON alerts_inboxbatch (received_at) WHERE processed_at IS NULL;
"""
# One row per box: a box with a long queue does not hide the others. 8 is alerts.ingest.MOST_ATTEMPTS.
WAITING = """
SELECT DISTINCT ON (b.tenant_id, b.sensor_id) b.tenant_id, b.sensor_id, b.batch_id FROM alerts_inboxbatch b
 WHERE b.processed_at IS NULL AND b.attempts < 8 AND (b.retry_at IS NULL OR b.retry_at <= now())
 ORDER BY b.tenant_id, b.sensor_id, b.epoch, b.first_seq LIMIT how_many
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0003_row_level_security")]

    operations = [
        migrations.AddField("inboxbatch", "retry_at", models.DateTimeField(null=True)),
        migrations.AddField("inboxbatch", "outcome", models.JSONField(default=dict)),
        migrations.AlterField("alert", "rule_set", models.CharField(max_length=20)),
        migrations.RunSQL(INDEXES, BACK),
        migrations.RunSQL("DROP FUNCTION sec.waiting_batches(integer);", migrations.RunSQL.noop),
        rls.definer_function(
            "waiting_batches(how_many integer)",
            "TABLE (tenant_id bigint, sensor_id bigint, batch_id uuid)",
            WAITING,
            volatility="STABLE",
        ),
    ]
