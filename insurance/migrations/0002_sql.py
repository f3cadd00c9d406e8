"""What PostgreSQL does for this room: the functions of schema sec, and what is allowed on each table."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("insurance", "0001_tables"),
        ("tenants", "0002_sql"),
        ("alerts", "0002_sql"),
        ("incidents", "0002_sql"),
    ]

    operations = [
        SqlFile("functions/visible_claims", sha256="2f45b2b05aaf"),
        SqlFile("functions/claim_accounts", sha256="3cc6af86a526"),
        SqlFile("functions/claim_cards", sha256="b5b4b4229964"),
        SqlFile("functions/claim_evidence", sha256="1ab3b405915b"),
        SqlFile("functions/claim_grants", sha256="d87823061561"),
        SqlFile("functions/claim_moved", sha256="2be31a84e793"),
        SqlFile("functions/claim_payees", sha256="37d02736b981"),
        SqlFile("functions/claim_payer", sha256="d03afea758b5"),
        SqlFile("functions/claim_stamp", sha256="b9628973650b"),
        SqlFile("functions/claim_terms", sha256="b18fed372a3d"),
        SqlFile("functions/claims_used", sha256="786e20fcace7"),
        SqlFile("functions/insurance_months", sha256="f3c83ac92708"),
        SqlFile("functions/job_cover", sha256="181dde117fa4"),
        SqlFile("functions/payee_account", sha256="f0145243bbc5"),
        SqlFile("functions/writable_claims", sha256="8f6216232abe"),
        SqlFile("tables/insurance_bankaccount", sha256="fb3ad4387f9b"),
        SqlFile("tables/insurance_claim", sha256="65db79e7fbed"),
        SqlFile("tables/insurance_claimevidence", sha256="592c99113a21"),
        SqlFile("tables/insurance_claimmessage", sha256="13ea74769a50"),
        SqlFile("tables/insurance_policyversion", sha256="f4633bab0beb"),
        SqlFile("tables/insurance_referral", sha256="cc9b4903b60c"),
    ]
