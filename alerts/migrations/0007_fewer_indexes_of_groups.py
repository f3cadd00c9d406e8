"""Groups without the indexes of the firm alone and of the box alone: others begin with the firm."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0006_told_counts")]

    operations = [
        migrations.AlterField(
            "alertgroup",
            "tenant",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenants.organisation",
            ),
        ),
        migrations.AlterField(
            "alertgroup",
            "sensor",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sensors.sensor",
            ),
        ),
    ]
