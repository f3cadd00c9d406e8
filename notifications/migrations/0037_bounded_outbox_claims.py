"""Nobody leases more waiting mails of firms, or for longer, than the platform itself would in one go."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION sec.claim_outbox(how_many integer, lease interval)
RETURNS TABLE (tenant_id bigint, message_id bigint) LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, sec, pg_temp AS $body$
UPDATE notifications_outboxmessage m SET lease_until = now() + {lease}, attempts = m.attempts + 1
 WHERE (m.tenant_id, m.id) IN (
   SELECT w.tenant_id, w.id FROM notifications_outboxmessage w
    WHERE w.state = 'waiting' AND w.due_at <= now() AND (w.lease_until IS NULL OR w.lease_until < now())
    ORDER BY w.kind <> 'incident', w.due_at LIMIT {limit} FOR UPDATE SKIP LOCKED)
RETURNING m.tenant_id, m.id
$body$
"""
BOUNDED = FUNCTION.format(lease="least(lease, interval '1 hour')", limit="least(greatest(how_many, 0), 1000)")


class Migration(migrations.Migration):
    dependencies = [("notifications", "0036_pulses")]

    operations = [migrations.RunSQL(BOUNDED, FUNCTION.format(lease="lease", limit="how_many"))]
