"""Filters are kept of three lists: the SOC's alerts, the desk's records, the office's firms."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("alerts", "0014_a_trial_that_fails_is_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="savedfilter",
            name="place",
            field=models.CharField(
                choices=[("alerts", "検知の一覧"), ("records", "記録を探す"), ("firms", "参加企業")],
                db_default="alerts",
                default="alerts",
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="savedfilter", name="saved_filter_once"),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(fields=("person", "place", "name"), name="saved_filter_once"),
        ),
    ]
