"""What PostgreSQL does for this room: the functions of schema sec, and what is allowed on each table."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0001_tables"),
        ("tenants", "0002_sql"),
    ]

    operations = [
        SqlFile("functions/default_partitions_filled", sha256="14753adfa46f"),
        SqlFile("functions/drop_partitions", sha256="24d8f1b006ff"),
        SqlFile("functions/ensure_partitions", sha256="38db08858b34"),
        SqlFile("functions/firms_awaiting_digest", sha256="9c5ba86692c8"),
        SqlFile("functions/uuid7_floor", sha256="553e7d2e4a84"),
        SqlFile("functions/waiting_batches", sha256="a9821f3940c4"),
        SqlFile("tables/alerts_alert", sha256="e5f2e37a1218"),
        SqlFile("tables/alerts_alertgroup", sha256="b5432f7accb9"),
        SqlFile("tables/alerts_alertjudgement", sha256="74776670cf8c"),
        SqlFile("tables/alerts_callbackcount", sha256="fc1bbfad7166"),
        SqlFile("tables/alerts_inboxbatch", sha256="d9f32082bf09"),
        SqlFile("tables/alerts_quarantinedline", sha256="32091ac8150e"),
        SqlFile("tables/alerts_trafficaggregate", sha256="26c7d705cdaf"),
        SqlFile("tables/alerts_unexaminedfile", sha256="1ab9645ba838"),
        migrations.RunSQL(
            "SELECT sec.ensure_partitions((now() - interval '2 months')::date, (now() + interval '3 months')::date)",
            migrations.RunSQL.noop,
        ),
    ]
