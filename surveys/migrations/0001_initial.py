"""Questions to firms after the help, their answers, and vendors' hearings; the wall and the doors."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
KINDS = [("desk", "相談窓口"), ("vendor", "訪問・遠隔対応の事業者"), ("incident", "インシデント対応の全体")]
VERDICTS = [
    ("very_good", "とても良かった"),
    ("good", "良かった"),
    ("fair", "普通"),
    ("bad", "悪かった"),
    ("very_bad", "とても悪かった"),
]
REASONS = [
    ("words", "指示・助言・用語の分かりやすさ"),
    ("understanding", "こちらの状況・要望を分かってくれたか"),
    ("time", "解決までの時間"),
    ("other", "その他"),
]
TENANT = models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organisation")
BACKGROUND = "tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint"

# What a vendor says about its work is for the programme, not for the firm it worked at.
HEARINGS = f"""
DROP POLICY reads ON surveys_jobhearing;
CREATE POLICY reads ON surveys_jobhearing FOR SELECT
  USING ({BACKGROUND} OR job_id = ANY ((SELECT sec.visible_jobs('job'))::bigint[]));
REVOKE UPDATE ON surveys_jobhearing, surveys_feedbackanswer FROM otasuke_app;
GRANT SELECT ON surveys_feedbackrequest, surveys_feedbackanswer, surveys_jobhearing TO sec_definer;
"""
ASKED = "SELECT r.tenant_id, r.id FROM surveys_feedbackrequest r WHERE r.token_hash = hash"
UNASKED = (
    "AND NOT EXISTS (SELECT 1 FROM surveys_feedbackrequest r WHERE r.tenant_id = x.tenant_id"
    " AND r.subject_key = '{name}:' || x.id) AND EXISTS (SELECT 1 FROM tenants_enrolment e"
    " WHERE e.tenant_id = x.tenant_id) ORDER BY x.closed_at"
)
WINDOW = "x.closed_at > at - interval '14 days' AND x.closed_at <= at"
JOBS = (
    f"SELECT x.tenant_id, x.id FROM incidents_job x WHERE x.state = 'closed' AND x.vendor_id IS NOT NULL AND {WINDOW} "
    + UNASKED.format(name="job")
)
INCIDENTS = (
    "SELECT x.tenant_id, x.id FROM incidents_incident x WHERE x.state = 'closed' AND x.merged_into_id IS NULL"
    f" AND {WINDOW} " + UNASKED.format(name="incident")
)
REMIND = (
    "SELECT r.tenant_id, r.id FROM surveys_feedbackrequest r WHERE r.answered_at IS NULL AND r.reminded_at IS NULL"
    " AND r.asked_at <= at - interval '7 days' AND r.expires_at > at"
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("incidents", "0060_incident_course"),
        ("tenants", "0042_programmes_are_registry"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedbackRequest",
            fields=[
                ID,
                ("kind", models.CharField(choices=KINDS, max_length=10)),
                ("subject_key", models.CharField(max_length=60)),
                ("number", models.PositiveIntegerField()),
                ("ended_at", models.DateTimeField()),
                ("to", models.CharField(max_length=254)),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                ("token_sealed", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("tenant", TENANT),
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
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "kind", "subject_key"), name="feedback_asked_once")
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True), ("reminded_at__isnull", True)),
                        fields=["asked_at"],
                        name="feedback_to_remind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedbackAnswer",
            fields=[
                ID,
                ("given_at", models.DateTimeField()),
                ("verdict", models.CharField(choices=VERDICTS, max_length=10)),
                ("reason", models.CharField(blank=True, choices=REASONS, max_length=20)),
                ("words", models.CharField(blank=True, max_length=1000)),
                (
                    "request",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.feedbackrequest",
                    ),
                ),
                ("tenant", TENANT.clone()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "request"), name="feedback_answered_once")
                ]
            },
        ),
        migrations.CreateModel(
            name="JobHearing",
            fields=[
                ID,
                ("given_at", models.DateTimeField()),
                ("answers", models.JSONField()),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="incidents.job",
                    ),
                ),
                ("tenant", TENANT.clone()),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tenant", "job"), name="job_hearing_once")]
            },
        ),
        rls.referable("surveys_feedbackrequest"),
        rls.same_firm_reference("surveys_feedbackanswer", "request_id", "surveys_feedbackrequest"),
        rls.same_firm_reference("surveys_jobhearing", "job_id", "incidents_job"),
        rls.guard("surveys_feedbackrequest"),
        rls.guard("surveys_feedbackanswer"),
        rls.guard("surveys_jobhearing", of_job="job_id", jobs_read=("job",), jobs_add=("job",)),
        migrations.RunSQL(HEARINGS, migrations.RunSQL.noop),
        rls.definer_function(
            "feedback_asked(hash bytea)", "TABLE (tenant_id bigint, request_id bigint)", ASKED, volatility="STABLE"
        ),
        *[
            rls.definer_function(
                f"{name}(at timestamptz)", f"TABLE (tenant_id bigint, {column} bigint)", body, volatility="STABLE"
            )
            for name, column, body in (
                ("jobs_unasked", "job_id", JOBS),
                ("incidents_unasked", "incident_id", INCIDENTS),
                ("feedback_to_remind", "request_id", REMIND),
            )
        ],
    ]
