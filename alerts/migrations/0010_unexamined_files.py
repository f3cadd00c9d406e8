"""Files that antivirus on a box could not look into."""

import django.db.models.deletion
from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):
    dependencies = [("alerts", "0009_inside_families")]

    operations = [
        migrations.CreateModel(
            name="UnexaminedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("epoch", models.PositiveIntegerField()),
                ("seq", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField(verbose_name="日時")),
                ("time_trusted", models.BooleanField(default=True)),
                ("reason", models.CharField(max_length=16, verbose_name="理由")),
                ("file_name", models.CharField(blank=True, max_length=255, verbose_name="ファイル名")),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("size", models.PositiveBigIntegerField(null=True)),
                ("to_inside", models.BooleanField()),
                ("host", models.CharField(blank=True, max_length=255, verbose_name="取得元")),
                ("mail_subject", models.CharField(blank=True, max_length=255)),
                ("asset_ip", models.GenericIPAddressField(null=True)),
                ("asset_mac", models.CharField(blank=True, max_length=17)),
                (
                    "sensor",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sensors.sensor",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "調べられなかったファイル",
                "indexes": [models.Index(fields=["tenant", "-at"], name="unexamined_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=["tenant", "sensor", "epoch", "seq"], name="unexamined_file_once")
                ],
            },
        ),
        rls.same_firm_reference("alerts_unexaminedfile", "sensor_id", "sensors_sensor"),
        rls.guard("alerts_unexaminedfile", reads=("watch", "desk", "breakglass")),
        migrations.RunSQL(
            "REVOKE UPDATE ON alerts_unexaminedfile FROM otasuke_app;",
            "GRANT UPDATE ON alerts_unexaminedfile TO otasuke_app;",
        ),
    ]
