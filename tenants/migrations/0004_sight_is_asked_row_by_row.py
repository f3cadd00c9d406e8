"""Sight is asked row by row."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0003_names_are_found_by_an_index"),
    ]

    operations = [
        SqlFile("functions/acting_organisation", sha256="580eea3f86be"),
        SqlFile("functions/firms_named", sha256="d63798b81857"),
        SqlFile("functions/firms_numbered", sha256="f5a6ff313b44"),
        SqlFile("functions/readable_firm", sha256="4e575edd6ac6"),
        SqlFile("functions/writable_firm", sha256="fcbc253e176b"),
        SqlFile("views/reach", sha256="e992865b3975"),
        SqlFile("views/sight", sha256="185c4ca2d9e9"),
        SqlFile("tables/tenants_accessgrant", sha256="7e51345b1c84", was="cad5c96c7dfd"),
        SqlFile("tables/tenants_auditevent", sha256="8f5d42de1634", was="59ff36909d8d"),
        SqlFile("tables/tenants_consent", sha256="15f2b10a307f", was="a7ff0d1aedbb"),
        SqlFile("tables/tenants_enrolment", sha256="2b70eff6634a", was="9a5504f845e1"),
        SqlFile("tables/tenants_membership", sha256="e0e62a49d931", was="f7d973b9aa77"),
        SqlFile("tables/tenants_organisation", sha256="7faface1a98e", was="cf9f88bb7299"),
    ]
