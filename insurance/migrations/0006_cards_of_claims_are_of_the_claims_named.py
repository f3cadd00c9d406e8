"""Cards of claims are of the claims named."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("insurance", "0005_programmes_are_founded_and_partners_come_and_go"),
    ]

    operations = [
        SqlFile("functions/claim_cards", sha256="f6526c3bed6f", was="b5b4b4229964"),
    ]
