"""Programmes are founded and partners come and go."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0011_programmes_are_founded"),
    ]

    operations = [
        SqlFile("functions/founding_open", sha256="697f4832187e"),
        SqlFile("functions/programme_founded", sha256="dda9c686138b"),
        SqlFile("functions/approve_application", sha256="bfe97a45fc51", was="e4d37f2febaf"),
        SqlFile("functions/founding_close", sha256="668664acc10d"),
        SqlFile("functions/founding_draft", sha256="89ace897b61b"),
        SqlFile("functions/founding_keep", sha256="21c3c7d1c2cf"),
        SqlFile("functions/founding_redeem", sha256="08fc4249a565"),
        SqlFile("functions/partner_confirm", sha256="253190b08b5d"),
        SqlFile("functions/partner_entered", sha256="2a2289242ccc"),
        SqlFile("functions/partner_invite", sha256="e0dc4c8d053d"),
        SqlFile("functions/partner_join", sha256="0f8c102d0fcd"),
        SqlFile("functions/partner_leave", sha256="ca297bd65152"),
        SqlFile("functions/programme_enter", sha256="2d994145536a"),
        SqlFile("functions/programmes_watched", sha256="a28c3e0e169c", was="a0938cf5255f"),
        SqlFile("tables/tenants_formerpartner", sha256="ad7af9524e90"),
        SqlFile("tables/tenants_founding", sha256="041cda85517e"),
        SqlFile("tables/tenants_programme", sha256="ff118ee7633c", was="fad941b51e24"),
        SqlFile("tables/tenants_programmepartner", sha256="bd1078beb333", was="c497a857f745"),
        SqlFile("tables/tenants_programmesettings", sha256="f95e8ff14ebb", was="b8873f7df386"),
    ]
