"""How notices ended is counted over all firms of a programme."""

import django.db.models.deletion
from django.db import migrations, models

from base.sql_files import SqlFile

OUTCOMES = [
    ("real", "本物だった、またはウイルスなどを取り除いた"),
    ("harmless", "害のないものだった"),
    ("clean", "検査したが、何も見つからなかった"),
    ("other", "社員に注意を伝えるなど、ほかの対応をした"),
    ("open", "まだ分かっていない"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0019_what_vendors_reported_is_a_verdict"),
        ("alerts", "0009_series_and_days"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutcomeCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("level", models.CharField(max_length=6)),
                ("key", models.CharField(blank=True, max_length=160)),
                ("outcome", models.CharField(blank=True, choices=OUTCOMES, max_length=8)),
                ("firms", models.PositiveIntegerField()),
                ("counted_at", models.DateTimeField()),
                (
                    "programme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.programme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "level", "key", "outcome"), name="outcome_count_once"
                    )
                ],
            },
        ),
        SqlFile("functions/families_seen", sha256="25bd5e669876"),
        SqlFile("functions/outcomes_alike", sha256="51518664d508"),
        SqlFile("functions/outcomes_count", sha256="71087b96b9ce"),
        SqlFile("functions/outcomes_owed", sha256="6835d4caf875"),
        SqlFile("tables/incidents_outcomecount", sha256="d386a3f76187"),
    ]
