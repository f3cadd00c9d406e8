"""The firm's note for its report of a leak of personal data; the desk reads it."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls

RIGHTS = """
REVOKE UPDATE ON incidents_breachnote FROM otasuke_app;
GRANT UPDATE (aware_on, reasons, said, quick_on, final_on, changed_at, changed_by_id) ON incidents_breachnote
  TO otasuke_app;
"""


OWED = """
SELECT b.tenant_id, b.id FROM incidents_breachnote b WHERE b.final_on IS NULL AND b.reasons <> '{}' ORDER BY b.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0071_job_devices"),
        ("tenants", "0060_scope_for_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BreachNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("aware_on", models.DateField(verbose_name="漏えいのおそれを知った日")),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("sensitive", "病歴、障害、犯罪の被害など、特に配慮が要る情報が含まれる"),
                                (
                                    "money",
                                    "クレジットカード番号や口座の暗証番号など、お金の被害につながる情報が含まれる",
                                ),
                                ("intent", "ウイルスや不正アクセス、持ち出しなど、だれかが悪意で行ったおそれがある"),
                                ("many", "1,000人を超える人の情報が含まれる"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("said", models.JSONField(default=dict)),
                ("quick_on", models.DateField(null=True, verbose_name="速報を出した日")),
                ("final_on", models.DateField(null=True, verbose_name="確報を出した日")),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breaches",
                        to="incidents.incident",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organisation"
                    ),
                ),
            ],
            options={"verbose_name": "漏えい報告の控え"},
        ),
        migrations.AddConstraint(
            model_name="breachnote",
            constraint=models.UniqueConstraint(fields=("tenant", "incident"), name="breach_once"),
        ),
        rls.same_firm_reference("incidents_breachnote", "incident_id", "incidents_incident"),
        rls.guard("incidents_breachnote", reads=("desk", "breakglass"), adds=("firm",), changes=("firm",)),
        migrations.RunSQL(RIGHTS + "GRANT SELECT ON incidents_breachnote TO sec_definer;", migrations.RunSQL.noop),
        rls.definer_function("owed_breaches()", "TABLE (tenant_id bigint, note_id bigint)", OWED, volatility="STABLE"),
    ]
