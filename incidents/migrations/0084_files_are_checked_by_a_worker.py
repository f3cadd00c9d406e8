"""Files of jobs are scanned and drawn anew by a worker; "could not be looked into" is a verdict of its own."""

from django.db import migrations, models

from tenants.tenancy import rls

# A file that was tried waits a minute per try.
TO_CHECK = """
SELECT u.tenant_id, u.id FROM incidents_upload u
 WHERE u.state = 'arrived' AND (u.tried_at IS NULL OR u.tried_at <= at - u.attempts * interval '1 minute')
 ORDER BY u.arrived_at, u.id LIMIT 100
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0083_past_effort_of_five")]

    operations = [
        migrations.AlterField(
            "mailfile",
            "verdict",
            models.CharField(
                choices=[
                    ("waiting", "検査待ち"), ("clean", "検査済み"), ("infected", "ウイルスを検出"),
                    ("not_looked_into", "中身を調べられませんでした"), ("unscanned", "検査していません"),
                    ("too_large", "大きすぎて検査できません"),
                ],
                default="waiting",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            "evidence",
            "checked",
            models.CharField(
                choices=[
                    ("clean", "検査済み"), ("not_looked_into", "中身を調べられませんでした"), ("not_checked", "未検査"),
                ],
                max_length=16,
                verbose_name="ウイルス検査",
            ),
        ),
        migrations.AlterField(
            "upload",
            "state",
            models.CharField(
                choices=[
                    ("receiving", "受信中"), ("arrived", "検査中"), ("done", "受信済み"), ("refused", "受け取れません"),
                ],
                default="receiving",
                max_length=10,
            ),
        ),
        migrations.AddField("upload", "arrived_at", models.DateTimeField(null=True)),
        migrations.AddField("upload", "attempts", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("upload", "tried_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "upload",
            models.Index(fields=["arrived_at"], condition=models.Q(state="arrived"), name="upload_to_check"),
        ),
        migrations.RunSQL(
            "GRANT UPDATE (arrived_at, attempts, tried_at) ON incidents_upload TO otasuke_app;"
            "GRANT SELECT ON incidents_upload TO sec_definer;",
            "REVOKE UPDATE (arrived_at, attempts, tried_at) ON incidents_upload FROM otasuke_app;"
            "REVOKE SELECT ON incidents_upload FROM sec_definer;",
        ),
        rls.definer_function(
            "uploads_to_check(at timestamptz)", "TABLE (tenant_id bigint, upload_id bigint)", TO_CHECK,
            volatility="STABLE",
        ),
    ]
