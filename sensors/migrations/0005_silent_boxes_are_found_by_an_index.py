"""Silent boxes, and boxes on their way, are found by an index."""

import sensors.models.box
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sensors", "0004_boxes_behind_are_found_by_an_index"),
        ("tenants", "0007_offices_find_firms_by_an_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="sensor",
            name="seen_hour",
            field=models.GeneratedField(
                db_persist=True,
                expression=sensors.models.box.SeenHour("last_seen_at"),
                output_field=models.IntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name="sensor",
            index=models.Index(
                condition=models.Q(("state", "active")),
                fields=["unprotected_since", "seen_hour", "id"],
                name="box_in_need",
            ),
        ),
        migrations.AddIndex(
            model_name="sensor",
            index=models.Index(
                condition=models.Q(("state__in", ["prepared", "shipped", "arrived"])),
                fields=["id"],
                name="box_under_way",
            ),
        ),
    ]
