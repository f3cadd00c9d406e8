"""The outbox key on a group, which said whether it is in a digest, in which, and an incident's number, is two columns now."""

from django.db import migrations, models

from base.sql_files import SqlFile
from tenants.tenancy import rls

STATE = """
UPDATE alerts_alertgroup g SET digest_state = CASE WHEN g.digest_key LIKE 'digest:%' THEN 'written' ELSE 'withdrawn' END,
       digest_id = (SELECT m.id FROM notifications_outboxmessage m WHERE m.tenant_id = g.tenant_id AND m.key = g.digest_key)
 WHERE g.digest_key <> ''
"""
# Which incident took a group stands with the incidents; here the word is enough.
STATE_BACK = """
UPDATE alerts_alertgroup g SET digest_key = CASE g.digest_state WHEN 'withdrawn' THEN 'incident:' ELSE coalesce(
         (SELECT m.key FROM notifications_outboxmessage m WHERE m.tenant_id = g.tenant_id AND m.id = g.digest_id), 'digest:') END
 WHERE g.digest_state <> 'unwritten'
"""


class Migration(migrations.Migration):
    dependencies = [("alerts", "0003_digest_state")]

    operations = [
        rls.rewrite_rows("alerts_alertgroup", STATE, expect="any", reads=["notifications_outboxmessage"], back=STATE_BACK),
        SqlFile("functions/firms_awaiting_digest", sha256="ece133fcbfdd", was="9c5ba86692c8"),
        migrations.RemoveIndex("alertgroup", "alert_group_digest"),
        migrations.RemoveField("alertgroup", "digest_key"),
        migrations.AddIndex(
            "alertgroup",
            models.Index(
                condition=models.Q(("digest_state", "unwritten"), ("notify", "digest")),
                fields=["hour"],
                name="alert_group_digest",
            ),
        ),
    ]
