"""Mails are claimed in the order of their index."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0011_the_order_of_mails_that_wait"),
    ]

    operations = [
        SqlFile("functions/claim_outbox", sha256="77a661567bb8", was="379550f3c6ba"),
    ]
