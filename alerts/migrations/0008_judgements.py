"""Judgements of groups by SOC and desk, and the index that finds a firm's open questions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tenants.tenancy import rls

GRADES = [(0, "記録のみ"), (1, "低"), (2, "中"), (3, "高")]
VERDICTS = [
    ("harmless", "害はない"),
    ("false_positive", "誤った検知"),
    ("dealt_with", "対応が済んだ"),
    ("open_again", "まだ確認が必要"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0007_fewer_indexes_of_groups"),
        ("tenants", "0060_scope_for_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AlertJudgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verdict", models.CharField(choices=VERDICTS, max_length=16, verbose_name="判断")),
                ("reason", models.CharField(max_length=300, verbose_name="理由")),
                ("grade", models.PositiveSmallIntegerField(choices=GRADES)),
                ("judged_at", models.DateTimeField()),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="alerts.alertgroup",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                "verbose_name": "検知の判断",
                "indexes": [models.Index(fields=["tenant", "group", "-judged_at"], name="judgement_newest")],
            },
        ),
        migrations.AddIndex(
            "alertgroup",
            models.Index(condition=models.Q(("grade__gte", 2)), fields=["tenant", "hour"], name="alert_group_question"),
        ),
        rls.same_firm_reference("alerts_alertjudgement", "group_id", "alerts_alertgroup"),
        rls.guard("alerts_alertjudgement", reads=("watch", "desk", "breakglass"), adds=("watch", "desk")),
        migrations.RunSQL(
            "REVOKE UPDATE ON alerts_alertjudgement FROM otasuke_app;",
            "GRANT UPDATE ON alerts_alertjudgement TO otasuke_app;",
        ),
    ]
