"""What PostgreSQL does for this room: the functions of schema sec, and what is allowed on each table."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_tables"),
        ("tenants", "0002_sql"),
    ]

    operations = [
        SqlFile("functions/break_glass", sha256="121226009111"),
        SqlFile("functions/claim_account_mail", sha256="b16334ee6490"),
        SqlFile("functions/claim_outbox", sha256="4c5ec4c237e0"),
        SqlFile("functions/open_attentions", sha256="6a731a401329"),
        SqlFile("functions/settle_account_mail", sha256="161c9a28fcd5"),
        SqlFile("functions/undelivered_invitations", sha256="f3dc5391beb2"),
        SqlFile("functions/untaken_attentions", sha256="cac3c4e7885e"),
        SqlFile("tables/notifications_accountmail", sha256="1b0a7660347e"),
        SqlFile("tables/notifications_attention", sha256="1526ec4f50be"),
        SqlFile("tables/notifications_outboxmessage", sha256="5a11f75cb620"),
        SqlFile("tables/notifications_pulse", sha256="49e651630951"),
    ]
