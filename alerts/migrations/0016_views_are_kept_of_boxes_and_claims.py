"""Views are kept of two more lists: boxes and claims."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alerts", "0015_filters_are_kept_of_three_lists")]

    operations = [
        migrations.AlterField(
            model_name="savedfilter",
            name="place",
            field=models.CharField(
                choices=[
                    ("alerts", "検知の一覧"),
                    ("records", "記録を探す"),
                    ("firms", "参加企業"),
                    ("boxes", "センサーの一覧"),
                    ("claims", "保険の請求"),
                ],
                db_default="alerts",
                default="alerts",
                max_length=10,
            ),
        ),
    ]
