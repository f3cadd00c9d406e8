"""Incidents of all firms, newest first, are read in the order of an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0006_sight_is_asked_row_by_row"),
        ("incidents", "0010_offices_find_their_firms_by_an_index"),
        ("tenants", "0007_offices_find_firms_by_an_index"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["-opened_at", "-id"], name="incident_newest"),
        ),
    ]
