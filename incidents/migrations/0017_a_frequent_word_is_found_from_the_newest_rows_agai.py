"""A frequent word is found from the newest rows again."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0016_words_held_twice_count_once"),
    ]

    operations = [
        SqlFile("functions/desk_rows_worded", sha256="4c1b3caa2469", was="a704603fd639"),
    ]
