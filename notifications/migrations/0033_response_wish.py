"""One more kind of request to look: the firm wants first response for a detection no rule gave it to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0032_disk_full")]

    operations = [
        migrations.AlterField(
            model_name="attention",
            name="kind",
            field=models.CharField(
                choices=[
                    ("box_silent", "センサーから連絡がない"),
                    ("clock_wrong", "センサーの時計が合っていない"),
                    ("mail_failed", "メールが届かない"),
                    ("batch_conflict", "センサーの記録が食い違っている"),
                    ("lines_unreadable", "読めない記録がある"),
                    ("incident_unread", "重要度 高(★★★)のお知らせが読まれていない"),
                    ("call_me", "電話がほしい"),
                    ("protection_off", "センサーの守りが切れている"),
                    ("install_stalled", "センサーの設置が止まっている"),
                    ("claim_returned", "保険会社からの質問に答える"),
                    ("disk_full", "センサーの記録場所が残りわずか"),
                    ("vendor_wanted", "頼む事業者が決まっていない"),
                    ("response_wish", "会社が初動対応を希望"),
                ],
                max_length=40,
            ),
        ),
    ]
