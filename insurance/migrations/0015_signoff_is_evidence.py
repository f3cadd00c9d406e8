"""The firm's mark under the vendor's report is a link of a claim's evidence."""

from django.db import migrations, models

KINDS = [
    ("alert", "検知"),
    ("grade", "重要度と決まり"),
    ("notice", "お知らせ"),
    ("consent", "会社の選択"),
    ("work", "作業の記録"),
    ("file", "写真・ファイル"),
    ("signoff", "会社の確認のしるし"),
    ("invoice", "請求書"),
    ("cover", "保険の条件"),
]


class Migration(migrations.Migration):
    dependencies = [("insurance", "0014_export_defaults")]

    operations = [
        migrations.AlterField("claimevidence", "kind", models.CharField(max_length=10, choices=KINDS)),
    ]
