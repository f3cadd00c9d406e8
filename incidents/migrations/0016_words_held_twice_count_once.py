"""Words held twice count once."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0015_firms_answer_notices"),
    ]

    operations = [
        SqlFile("functions/desk_rows_worded", sha256="a704603fd639", was="f59f724e988b"),
    ]
