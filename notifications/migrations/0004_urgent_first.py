"""A mail about an incident overtakes digests and reports that wait."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION sec.claim_outbox(how_many integer, lease interval)
RETURNS TABLE (tenant_id bigint, message_id bigint) LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, sec, pg_temp AS $body$
UPDATE notifications_outboxmessage m SET lease_until = now() + lease, attempts = m.attempts + 1
 WHERE (m.tenant_id, m.id) IN (
   SELECT w.tenant_id, w.id FROM notifications_outboxmessage w
    WHERE w.state = 'waiting' AND w.due_at <= now() AND (w.lease_until IS NULL OR w.lease_until < now())
    ORDER BY {order} LIMIT how_many FOR UPDATE SKIP LOCKED)
RETURNING m.tenant_id, m.id
$body$
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_open_attentions")]

    operations = [
        migrations.RunSQL(FUNCTION.format(order="w.kind <> 'incident', w.due_at"), FUNCTION.format(order="w.due_at"))
    ]
