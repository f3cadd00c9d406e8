"""Changes of grading, and how often each took effect."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

STATES = [
    ("proposed", "過去の記録で試しています"),
    ("replayed", "承認待ち"),
    ("refused", "採用しない"),
    ("in_force", "有効"),
    ("expired", "期限切れ"),
    ("rolled_back", "取り消し"),
]
BASES = [
    ("callback", "攻撃者のサーバーとの通信と見られる"),
    ("infected", "感染した機器の動きがある"),
    ("reached", "攻撃が社内の機器まで届いている"),
    ("leaked", "パスワードなどが送られたおそれがある"),
    ("business", "業務で使う通信だった"),
    ("update", "ソフトの更新の通信だった"),
    ("trial", "検査や試験の通信だった"),
    ("wide_rule", "目印(ルール)が広すぎる"),
    ("few_facts", "記録だけでは分からない"),
    ("ask_firm", "会社に確かめる必要がある"),
    ("may_go_on", "続くかどうかを見る"),
]
DIRECTIONS = [
    ("inbound", "外部からの攻撃"),
    ("outbound", "外部への不正通信"),
    ("internal", "内部の弱点"),
    ("external", "外部どうし"),
    ("unknown", "向きが分からない"),
]
GRADES = [(0, "知らせない(記録のみ)"), (1, "低(★☆☆)にする"), (2, "中(★★☆)にする")]
APPROVED = ["in_force", "expired", "rolled_back"]


def _person(null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


def _place(to: str, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False, null=null, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to
    )


class Migration(migrations.Migration):

    dependencies = [
        ("alerts", "0009_series_and_days"),
        ("tenants", "0007_offices_find_firms_by_an_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Tuning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signature_id", models.BigIntegerField(verbose_name="目印の番号")),
                ("signature", models.CharField(max_length=300, verbose_name="目印")),
                ("family", models.CharField(max_length=160)),
                ("direction", models.CharField(blank=True, choices=DIRECTIONS, max_length=8, verbose_name="向き")),
                ("device", models.CharField(blank=True, max_length=45, verbose_name="社内の機器")),
                ("destination", models.CharField(blank=True, max_length=253, verbose_name="通信の相手")),
                ("grade", models.PositiveSmallIntegerField(choices=GRADES, verbose_name="扱い")),
                ("basis", models.CharField(blank=True, choices=BASES, max_length=10, verbose_name="決まった理由")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                ("days", models.PositiveSmallIntegerField(verbose_name="期限")),
                ("state", models.CharField(choices=STATES, default="proposed", max_length=11, verbose_name="状態")),
                ("proposed_at", models.DateTimeField(verbose_name="提案")),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("replay", models.JSONField(blank=True, default=dict)),
                ("replayed_at", models.DateTimeField(null=True)),
                ("hidden", models.PositiveIntegerField(null=True)),
                ("override_reason", models.CharField(blank=True, max_length=300, verbose_name="それでも行う理由")),
                ("decided_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True, verbose_name="期限")),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=300)),
                ("decided_by", _person(null=True)),
                ("ended_by", _person(null=True)),
                ("firm", _place("tenants.organisation", null=True)),
                ("organisation", _place("tenants.organisation")),
                ("programme", _place("tenants.programme")),
                ("proposed_by", _person()),
            ],
            options={
                "verbose_name": "判定の調整",
                "indexes": [
                    models.Index(condition=Q(("state", "in_force")), fields=["firm", "programme"], name="tuning_in_force"),
                    models.Index(
                        condition=Q(("state__in", ["proposed", "replayed"])), fields=["-id"], name="tuning_waiting"
                    ),
                    models.Index(condition=Q(("state", "in_force")), fields=["expires_at"], name="tuning_to_end"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(state__in=APPROVED)
                        | Q(decided_by__isnull=False, expires_at__isnull=False) & ~Q(decided_by=F("proposed_by")),
                        name="tuning_second_look",
                    ),
                    models.CheckConstraint(
                        condition=~Q(state__in=APPROVED)
                        | Q(hidden__isnull=False) & (Q(hidden=0) | ~Q(override_reason="")),
                        name="tuning_tried_on_the_past",
                    ),
                    models.CheckConstraint(
                        condition=Q(firm__isnull=False) | Q(device=""), name="tuning_machine_of_one_firm"
                    ),
                    models.UniqueConstraint(
                        condition=Q(("state__in", ["proposed", "replayed", "in_force"])),
                        fields=("programme", "firm", "signature_id", "direction", "device", "destination"),
                        name="tuning_open_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TuningDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("hits", models.PositiveBigIntegerField()),
                ("firms", models.PositiveIntegerField()),
                (
                    "tuning",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="by_day",
                        to="alerts.tuning",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("tuning", "day"), name="tuning_day_once")],
            },
        ),
        migrations.CreateModel(
            name="TuningEffect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("hits", models.PositiveBigIntegerField()),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organisation"
                    ),
                ),
                (
                    "tuning",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="effects",
                        to="alerts.tuning",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day", "tuning"], name="tuning_effect_of_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "tuning", "day"), name="tuning_effect_once"),
                ],
            },
        ),
        migrations.AddField(
            model_name="alertgroup",
            name="tuning",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="alerts.tuning",
            ),
        ),
    ]
