"""Few jobs are found by their grants."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0007_lists_over_all_firms"),
    ]

    operations = [
        SqlFile("functions/visible_jobs", sha256="841440f546fd", was="f4ebed52c3e4"),
        SqlFile("functions/writable_jobs", sha256="1b8458eb0d98", was="5da82ca16efb"),
    ]
