"""A SOC reads what is agreed for its programmes."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0008_news_that_was_seen"),
    ]

    operations = [
        SqlFile("functions/programmes_watched", sha256="a0938cf5255f"),
    ]
