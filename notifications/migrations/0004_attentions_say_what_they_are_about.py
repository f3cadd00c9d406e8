"""A request to look names the row or the address it is about in columns, beside the key that goes with the next migration."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_mails_say_what_they_are_about")]

    operations = [
        migrations.AddField("attention", "about_type", models.CharField(blank=True, db_default="", max_length=40)),
        migrations.AddField("attention", "about_id", models.BigIntegerField(null=True)),
        migrations.AddField("attention", "address", models.CharField(blank=True, db_default="", max_length=254)),
    ]
