"""A mail names the row it is about in columns; its key is there to store it once, and for nothing else."""

from django.db import migrations, models

from base.sql_files import SqlFile
from tenants.tenancy import rls

OF_GRANTS = """
UPDATE notifications_outboxmessage SET about_type = 'accessgrant', about_id = split_part(key, ':', 2)::bigint
 WHERE kind = 'break_glass' AND key ~ '^break_glass:[0-9]+$'
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_sql")]

    operations = [
        migrations.AddField("outboxmessage", "about_type", models.CharField(blank=True, db_default="", max_length=40)),
        migrations.AddField("outboxmessage", "about_id", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "outboxmessage",
            models.Index(
                condition=models.Q(("about_id__isnull", False)),
                fields=["tenant", "about_type", "about_id"],
                name="outbox_about",
            ),
        ),
        rls.rewrite_rows("notifications_outboxmessage", OF_GRANTS, expect="any"),
        SqlFile("functions/break_glass", sha256="c8e4ea1a7746", was="121226009111"),
    ]
