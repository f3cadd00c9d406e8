"""What vendors reported is a verdict."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0018_logs_of_the_desk"),
    ]

    operations = [
        SqlFile("functions/vendor_verdicts", sha256="066822acdcaa"),
    ]
