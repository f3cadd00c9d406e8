"""The desk's logs of calls, cases and messages, over all firms, are read in the order of an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0017_a_frequent_word_is_found_from_the_newest_rows_agai"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["-offered_at", "-id"], name="contact_log", condition=models.Q(("channel", "phone"))
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["-opened_at", "-id"], name="case_newest"),
        ),
        migrations.AddIndex(
            model_name="customermessage",
            index=models.Index(fields=["-at", "-id"], name="message_newest"),
        ),
    ]
