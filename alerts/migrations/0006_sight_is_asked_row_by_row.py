"""Sight is asked row by row."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0005_newest_of_all_firms"),
        ("tenants", "0004_sight_is_asked_row_by_row"),
        ("notifications", "0006_sight_is_asked_row_by_row"),
        ("sensors", "0003_sight_is_asked_row_by_row"),
    ]

    operations = [
        SqlFile("tables/alerts_alert", sha256="0b1520f254da", was="e5f2e37a1218"),
        SqlFile("tables/alerts_alertgroup", sha256="dd5c7f25e4ea", was="b5432f7accb9"),
        SqlFile("tables/alerts_alertjudgement", sha256="49994dfb1df7", was="74776670cf8c"),
        SqlFile("tables/alerts_callbackcount", sha256="2d7fec7fac8c", was="fc1bbfad7166"),
        SqlFile("tables/alerts_inboxbatch", sha256="64fb1738c9ce", was="d9f32082bf09"),
        SqlFile("tables/alerts_quarantinedline", sha256="94fd0ed33a99", was="32091ac8150e"),
        SqlFile("tables/alerts_trafficaggregate", sha256="71079a314e7b", was="26c7d705cdaf"),
        SqlFile("tables/alerts_unexaminedfile", sha256="ce2ef94ab7a2", was="1ab9645ba838"),
    ]
