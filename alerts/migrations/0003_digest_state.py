"""Whether a group is in a digest, and in which: two columns beside the outbox key, which goes with the next migration."""

import django.db.models.deletion
from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):
    dependencies = [("alerts", "0002_sql"), ("notifications", "0001_tables")]

    operations = [
        rls.referable("notifications_outboxmessage"),
        migrations.AddField(
            "alertgroup",
            "digest_state",
            models.CharField(
                choices=[("unwritten", "Unwritten"), ("written", "Written"), ("withdrawn", "Withdrawn")],
                default="unwritten",
                max_length=10,
            ),
        ),
        migrations.AddField(
            "alertgroup",
            "digest",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="notifications.outboxmessage",
            ),
        ),
        rls.same_firm_reference("alerts_alertgroup", "digest_id", "notifications_outboxmessage"),
    ]
