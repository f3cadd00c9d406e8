"""The course of a job, line by line. A vendor reads the lines about itself only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls

ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"
PARTIES = ("firm", "desk", "analyst", "office", "vendor", "insurer", "rule")

OWN_LINES = f"""
CREATE POLICY own_lines ON incidents_jobevent FOR SELECT
  USING (vendor_id = {ORGANISATION} AND job_id = ANY ((SELECT sec.visible_jobs('job'))::bigint[]));
REVOKE UPDATE ON incidents_jobevent FROM otasuke_app;
"""

ENDED_OFFERS = """
SELECT o.tenant_id, o.job_id FROM incidents_joboffer o WHERE o.state = 'waiting' AND o.expires_at <= at ORDER BY o.id
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0021_desk_rights")]

    operations = [
        migrations.CreateModel(
            name="JobEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("code", models.CharField(max_length=40)),
                ("party", models.CharField(choices=[(name, name) for name in PARTIES], max_length=10)),
                ("data", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="incidents.job",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organisation"
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.organisation",
                    ),
                ),
            ],
            options={"ordering": ["at", "id"]},
        ),
        rls.same_firm_reference("incidents_jobevent", "job_id", "incidents_job"),
        rls.guard("incidents_jobevent", reads=("desk", "breakglass"), of_job="job_id", jobs_read=("office",)),
        migrations.RunSQL(OWN_LINES, "DROP POLICY own_lines ON incidents_jobevent"),
        rls.definer_function(
            "ended_offers(at timestamptz)",
            "TABLE (tenant_id bigint, job_id bigint)",
            ENDED_OFFERS,
            volatility="STABLE",
        ),
    ]
