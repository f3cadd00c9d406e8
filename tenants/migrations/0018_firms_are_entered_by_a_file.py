"""Firms are entered by a file."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0017_a_partner_that_leaves_keeps_the_firms_of_its_other"),
    ]

    operations = [
        migrations.CreateModel(
            name="FirmList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=200)),
                ("form", models.CharField(max_length=40)),
                ("rows", models.JSONField(default=list)),
                ("errors", models.JSONField(default=list)),
                ("unknown", models.JSONField(default=list)),
                ("is_cut", models.BooleanField(default=False)),
                ("read_at", models.DateTimeField()),
                ("dropped_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("invites", models.BooleanField(db_default=False, default=False)),
                ("done", models.PositiveIntegerField(db_default=0, default=0)),
                ("made", models.PositiveIntegerField(db_default=0, default=0)),
            ],
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                condition=models.Q(("kind", "sme"), models.Q(("corporate_number", ""), _negated=True)),
                fields=["corporate_number"],
                name="organisation_by_corporate",
            ),
        ),
        migrations.AddField(
            model_name="firmlist",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="firm_lists", to="tenants.programme"
            ),
        ),
        migrations.AddField(
            model_name="firmlist",
            name="read_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="firmlist",
            name="taken_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="firmlist",
            index=models.Index(fields=["programme", "-id"], name="firm_list_of_programme"),
        ),
    ]
