"""Filters a person keeps; the other end and the signature's number are found by an index."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("alerts", "0011_a_soc_reads_what_is_agreed_for_its_programmes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="条件の名前")),
                ("query", models.CharField(max_length=500)),
                ("saved_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "保存した条件",
                "constraints": [models.UniqueConstraint(fields=("person", "name"), name="saved_filter_once")],
            },
        ),
        migrations.AddIndex(
            model_name="alertgroup",
            index=models.Index(
                condition=models.Q(("grade__gte", 1)), fields=["peer", "-last_at", "-id"], name="alert_group_peer"
            ),
        ),
        migrations.AddIndex(
            model_name="alertgroup",
            index=models.Index(
                condition=models.Q(("grade__gte", 1), ("signature_id__isnull", False)),
                fields=["signature_id", "-last_at", "-id"],
                name="alert_group_mark",
            ),
        ),
    ]
