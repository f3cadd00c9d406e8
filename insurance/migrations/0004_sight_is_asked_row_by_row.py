"""Sight is asked row by row."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("insurance", "0003_mails_about_claims"),
        ("tenants", "0004_sight_is_asked_row_by_row"),
        ("notifications", "0006_sight_is_asked_row_by_row"),
        ("sensors", "0003_sight_is_asked_row_by_row"),
        ("alerts", "0006_sight_is_asked_row_by_row"),
        ("incidents", "0006_sight_is_asked_row_by_row"),
    ]

    operations = [
        SqlFile("functions/claim_accounts", sha256="6893a0218cb4", was="3cc6af86a526"),
        SqlFile("functions/claims_used", sha256="0ac0fe4cdb06", was="786e20fcace7"),
        SqlFile("tables/insurance_claim", sha256="46e0512bbcc6", was="65db79e7fbed"),
        SqlFile("tables/insurance_claimevidence", sha256="85117c729791", was="592c99113a21"),
        SqlFile("tables/insurance_claimmessage", sha256="1c7b5fb0e08d", was="13ea74769a50"),
        SqlFile("tables/insurance_referral", sha256="6eb3d3bf1479", was="cc9b4903b60c"),
    ]
