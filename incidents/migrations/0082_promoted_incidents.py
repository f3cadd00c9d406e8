"""An incident may be opened because the firm wishes first response."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0081_open_cases_of_a_firm")]

    operations = [
        migrations.AlterField(
            model_name="incident",
            name="opened_by",
            field=models.CharField(
                choices=[
                    ("high_grade", "重要度 高の検知"),
                    ("callbacks", "不審な通信の回数"),
                    ("antivirus", "ウイルス対策で止めきれなかった検知"),
                    ("policy", "事業の方針"),
                    ("analyst", "監視担当の判断"),
                    ("desk", "相談窓口の判断"),
                    ("firm_wish", "会社の希望"),
                ],
                max_length=20,
                verbose_name="きっかけ",
            ),
        ),
    ]
