"""Programmes are founded by a code; partners join and leave."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0010_firms_are_found_in_a_text"),
    ]

    operations = [
        migrations.AddField(
            model_name="programmepartner",
            name="branch",
            field=models.CharField(
                blank=True,
                choices=[
                    ("chamber", "商工会議所・商工会"),
                    ("bank", "金融機関"),
                    ("utility", "電気・ガス・通信"),
                    ("it_coordinator", "ITコーディネータ"),
                    ("tax_accountant", "税理士・会計事務所"),
                    ("trade_body", "業界団体"),
                    ("local_government", "自治体"),
                ],
                db_default="",
                default="",
                max_length=20,
                verbose_name="窓口の種類",
            ),
        ),
        migrations.AddField(
            model_name="programmepartner",
            name="prefectures",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=10),
                blank=True,
                db_default=[],
                default=list,
                size=None,
                verbose_name="見守る都道府県",
            ),
        ),
        migrations.AddField(
            model_name="programmepartner",
            name="joined_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="参加した日時"
            ),
        ),
        # Whoever takes part already has done so since its first firm: a grant that was ended is not given again.
        migrations.RunSQL(
            """
            UPDATE tenants_programmepartner p SET joined_at = g.first
              FROM (SELECT grantee_id, min(lower(valid)) AS first FROM tenants_accessgrant
                     WHERE lower(valid) > '-infinity' GROUP BY grantee_id) g
             WHERE g.grantee_id = p.organisation_id AND g.first < p.joined_at
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddField(
            model_name="programmepartner",
            name="confirmed_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), null=True, verbose_name="事務局の確認"
            ),
        ),
        migrations.CreateModel(
            name="FormerPartner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("joined_at", models.DateTimeField()),
                ("left_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=300)),
                ("firms", models.PositiveIntegerField()),
                (
                    "left_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organisation"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.programme"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["programme", "-left_at"], name="former_partner_of")],
            },
        ),
        migrations.CreateModel(
            name="Founding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_hash", models.BinaryField(max_length=32, null=True, unique=True)),
                ("code_until", models.DateTimeField(null=True)),
                ("key_hash", models.BinaryField(max_length=32, null=True, unique=True)),
                ("key_until", models.DateTimeField(null=True)),
                ("draft", models.JSONField(db_default={}, default=dict)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "programme",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.programme",
                    ),
                ),
            ],
        ),
    ]
