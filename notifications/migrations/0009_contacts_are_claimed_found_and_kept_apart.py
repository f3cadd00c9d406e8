"""Contacts are claimed, found and kept apart."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0008_several_contacts_of_a_firm"),
    ]

    operations = [
        SqlFile("functions/claim_outbox", sha256="379550f3c6ba", was="4c5ec4c237e0"),
        SqlFile("functions/claim_posts", sha256="1241d4d23fdb"),
        SqlFile("functions/firms_of_contact", sha256="46f9de501c96"),
        SqlFile("functions/sealed_contacts", sha256="73436313949b"),
        SqlFile("tables/notifications_noticecontact", sha256="3011b5b43998"),
    ]
