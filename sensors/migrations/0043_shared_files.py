"""A file is stopped at all firms only on evidence: reports of boxes by firm, decisions with reason, time and undo."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls

# Texts that are no hash go; hashes one box alone had shared are withdrawn until they are weighed.
WEIGHED = r"""
DELETE FROM sensors_knownfile WHERE sha256 !~ '^[0-9a-f]{64}$';
UPDATE sensors_knownfile SET withdrawn_at = now() WHERE withdrawn_at IS NULL;
"""
REPORTERS = """
SELECT count(DISTINCT r.tenant_id)::integer FROM sensors_filereport r
  JOIN tenants_enrolment e ON e.tenant_id = r.tenant_id AND e.programme_id = programme
   AND (e.contract_end IS NULL OR e.contract_end >= (statement_timestamp() AT TIME ZONE 'Asia/Tokyo')::date)
 WHERE r.sha256 = hash AND r.reported_at > since
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sensors", "0042_watch_gaps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(WEIGHED, migrations.RunSQL.noop),
        migrations.AlterField("knownfile", "sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
        migrations.AddField(
            "knownfile",
            "kind",
            models.CharField(
                choices=[("block", "止める"), ("allow", "止めない")],
                db_default="block",
                default="block",
                max_length=8,
                verbose_name="扱い",
            ),
        ),
        migrations.AddField(
            "knownfile",
            "basis",
            models.CharField(
                choices=[("firms", "複数の会社で見つかった"), ("analyst", "監視担当の判断")],
                db_default="firms",
                default="firms",
                max_length=8,
                verbose_name="根拠",
            ),
        ),
        migrations.AddField(
            "knownfile", "reason", models.CharField(blank=True, db_default="", max_length=200, verbose_name="理由")
        ),
        migrations.AddField("knownfile", "expires_at", models.DateTimeField(null=True, verbose_name="期限")),
        migrations.AddField(
            "knownfile",
            "decided_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "knownfile",
            models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="known_file_is_a_hash"
            ),
        ),
        migrations.CreateModel(
            name="FileReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=200)),
                ("reported_at", models.DateTimeField()),
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
                "verbose_name": "ウイルスとされたファイル",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "sensor", "sha256"), name="file_report_once")
                ],
                "indexes": [
                    models.Index(fields=["sha256"], name="file_report_hash"),
                    models.Index(fields=["tenant", "sensor", "reported_at"], name="file_report_day"),
                ],
            },
        ),
        rls.same_firm_reference("sensors_filereport", "sensor_id", "sensors_sensor"),
        rls.guard("sensors_filereport", reads=("watch", "breakglass")),
        migrations.RunSQL(
            "REVOKE UPDATE ON sensors_filereport FROM otasuke_app;"
            "GRANT UPDATE (reported_at) ON sensors_filereport TO otasuke_app;"
            "GRANT SELECT ON sensors_filereport TO sec_definer;",
            migrations.RunSQL.noop,
        ),
        rls.definer_function(
            "file_reporters(programme bigint, hash text, since timestamptz)", "integer", REPORTERS, volatility="STABLE"
        ),
    ]
