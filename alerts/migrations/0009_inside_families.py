"""What a pair of inside machines showed of late: the signature family of each time."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0008_judgements")]

    operations = [
        migrations.AddField(
            "callbackcount",
            "families",
            django.contrib.postgres.fields.ArrayField(models.CharField(max_length=160), default=list, size=None),
        ),
        # Also for rows that another version of the code writes without knowing the column.
        migrations.RunSQL(
            "ALTER TABLE alerts_callbackcount ALTER COLUMN families SET DEFAULT '{}'",
            "ALTER TABLE alerts_callbackcount ALTER COLUMN families DROP DEFAULT",
        ),
    ]
