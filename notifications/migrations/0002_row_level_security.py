"""The wall around mails and attentions, and the doors of the sweeps."""

from django.db import migrations

from tenants.tenancy import rls

CLAIM = """
UPDATE notifications_outboxmessage m SET lease_until = now() + lease, attempts = m.attempts + 1
 WHERE (m.tenant_id, m.id) IN (
   SELECT w.tenant_id, w.id FROM notifications_outboxmessage w
    WHERE w.state = 'waiting' AND w.due_at <= now() AND (w.lease_until IS NULL OR w.lease_until < now())
    ORDER BY w.due_at LIMIT how_many FOR UPDATE SKIP LOCKED)
RETURNING m.tenant_id, m.id
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("tenants", "0002_row_level_security")]

    operations = [
        rls.protect("notifications_outboxmessage", opens_for=("desk",)),
        rls.protect("notifications_attention", opens_for=("watch", "desk")),
        rls.definer_function(
            "claim_outbox(how_many integer, lease interval)", "TABLE (tenant_id bigint, message_id bigint)", CLAIM
        ),
        rls.definer_function(
            "untaken_attentions()",
            "TABLE (tenant_id bigint, attention_id bigint)",
            "SELECT a.tenant_id, a.id FROM notifications_attention a WHERE a.taken_at IS NULL AND a.closed_at IS NULL",
            volatility="STABLE",
        ),
    ]
