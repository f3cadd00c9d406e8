"""Up to when a person has seen what is new at each of their organisations."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0007_offices_find_firms_by_an_index"),
    ]

    operations = [
        migrations.AddField(model_name="user", name="news_seen", field=models.JSONField(db_default={}, default=dict)),
    ]
