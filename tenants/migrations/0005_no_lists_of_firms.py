"""No policy asks for lists of firms any more."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0004_sight_is_asked_row_by_row"),
        ("alerts", "0006_sight_is_asked_row_by_row"),
        ("incidents", "0006_sight_is_asked_row_by_row"),
        ("insurance", "0004_sight_is_asked_row_by_row"),
        ("notifications", "0006_sight_is_asked_row_by_row"),
        ("reports", "0004_sight_is_asked_row_by_row"),
        ("sensors", "0003_sight_is_asked_row_by_row"),
        ("surveys", "0005_sight_is_asked_row_by_row"),
    ]

    operations = [
        SqlFile("functions/visible_tenants", sha256=None, was="624b32d1d0db"),
        SqlFile("functions/writable_tenants", sha256=None, was="20360d5e1cbb"),
    ]
