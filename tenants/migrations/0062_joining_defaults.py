"""Rows written by SQL, or by the version before while both run, name no person and no industry."""

from django.db import migrations, models

from base.industries import INDUSTRIES


class Migration(migrations.Migration):
    dependencies = [("tenants", "0061_who_asks_to_take_part")]

    operations = [
        *[
            migrations.AlterField(
                "invitation", name, models.CharField(max_length=120, blank=True, default="", db_default="")
            )
            for name in ("person_name", "person_kana")
        ],
        migrations.AlterField(
            "application",
            "industry",
            models.CharField("業種", max_length=1, blank=True, choices=INDUSTRIES, default="", db_default=""),
        ),
    ]
