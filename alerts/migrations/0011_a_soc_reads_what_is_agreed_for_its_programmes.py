"""A SOC reads what is agreed for its programmes."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0010_grading_is_changed_by_four_eyes"),
        ("tenants", "0009_a_soc_reads_what_is_agreed_for_its_programmes"),
    ]

    operations = [
        SqlFile("functions/tunings_count", sha256="5c21bf8dbc78"),
        SqlFile("functions/tunings_of_firm", sha256="d61e710cf5d3"),
        SqlFile("functions/tunings_over", sha256="c026ad263963"),
        SqlFile("functions/tunings_untried", sha256="c2380e554bd7"),
        SqlFile("tables/alerts_tuning", sha256="237d846d472e"),
        SqlFile("tables/alerts_tuningday", sha256="eece8453f5f9"),
        SqlFile("tables/alerts_tuningeffect", sha256="c9c61f49160d"),
    ]
