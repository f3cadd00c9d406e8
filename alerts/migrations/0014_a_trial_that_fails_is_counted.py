"""A trial on the past that fails is counted, and said to have failed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from base.sql_files import SqlFile

STATES = [
    ("proposed", "過去の記録で試しています"),
    ("replayed", "承認待ち"),
    ("untried", "試せませんでした"),
    ("refused", "採用しない"),
    ("in_force", "有効"),
    ("expired", "期限切れ"),
    ("rolled_back", "取り消し"),
]
FAULTS = [
    ("ended", "試す処理が、終わる前に止まりました。"),
    ("slow", "対象の記録が多く、決められた時間に読み終わりませんでした。"),
    ("database", "記録を置いているデータベースにつながりませんでした。"),
    ("unseen", "試すことにした人が、いまはこの会社や事業を見られません。"),
    ("error", "試す処理に誤りがありました。運用の担当が記録(ログ)を見てください。"),
]
WAITING = ["proposed", "replayed", "untried"]


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("alerts", "0013_filters_have_their_wall"),
        ("tenants", "0009_a_soc_reads_what_is_agreed_for_its_programmes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="tuning",
            name="state",
            field=models.CharField(choices=STATES, default="proposed", max_length=11, verbose_name="状態"),
        ),
        migrations.AddField(model_name="tuning", name="tries", field=models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField(
            model_name="tuning",
            name="fault",
            field=models.CharField(blank=True, choices=FAULTS, db_default="", default="", max_length=8),
        ),
        migrations.AddField(model_name="tuning", name="tried_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="tuning", name="retry_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="tuning",
            name="tried_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="tuning",
            name="tried_for",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenants.organisation",
            ),
        ),
        migrations.RemoveConstraint(model_name="tuning", name="tuning_open_once"),
        migrations.AddConstraint(
            model_name="tuning",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", [*WAITING, "in_force"])),
                fields=("programme", "firm", "signature_id", "direction", "device", "destination"),
                name="tuning_open_once",
                nulls_distinct=False,
            ),
        ),
        migrations.RemoveIndex(model_name="tuning", name="tuning_waiting"),
        migrations.AddIndex(
            model_name="tuning",
            index=models.Index(condition=models.Q(("state__in", WAITING)), fields=["-id"], name="tuning_waiting"),
        ),
        SqlFile("functions/tunings_untried", sha256="744c1f58ccbf", was="c2380e554bd7"),
        SqlFile("tables/alerts_tuning", sha256="9a24aee98f02", was="237d846d472e"),
    ]
