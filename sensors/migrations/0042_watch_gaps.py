"""Spans in which a box's functions did not judge: what a month's report may not call watched."""

import django.db.models.deletion
from django.db import migrations, models

from tenants.tenancy import rls


class Migration(migrations.Migration):
    dependencies = [("sensors", "0041_installing"), ("tenants", "0060_scope_for_calls")]

    operations = [
        migrations.CreateModel(
            name="WatchGap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("function", models.CharField(blank=True, max_length=8, verbose_name="機能")),
                ("cause", models.CharField(max_length=12, verbose_name="理由")),
                ("began_at", models.DateTimeField(verbose_name="始まり")),
                ("ended_at", models.DateTimeField(verbose_name="終わり")),
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
                "verbose_name": "見守れなかった時間",
                "indexes": [models.Index(fields=["tenant", "sensor", "-ended_at"], name="watch_gap_newest")],
            },
        ),
        rls.same_firm_reference("sensors_watchgap", "sensor_id", "sensors_sensor"),
        rls.guard("sensors_watchgap", reads=("watch", "desk", "breakglass")),
        migrations.RunSQL(
            "REVOKE UPDATE ON sensors_watchgap FROM otasuke_app; GRANT UPDATE (ended_at) ON sensors_watchgap TO otasuke_app;",
            "GRANT UPDATE ON sensors_watchgap TO otasuke_app;",
        ),
    ]
