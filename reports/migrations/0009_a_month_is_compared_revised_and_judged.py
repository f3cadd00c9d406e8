"""A month is compared, revised and judged."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0009_a_soc_reads_what_is_agreed_for_its_programmes"),
        ("notifications", "0009_contacts_are_claimed_found_and_kept_apart"),
        ("sensors", "0012_isolations_have_their_walls"),
        ("alerts", "0013_filters_have_their_wall"),
        ("surveys", "0006_figures_are_kept_by_month"),
        ("reports", "0008_what_a_report_holds"),
        ("incidents", "0021_a_month_is_compared_revised_and_judged"),
    ]

    operations = [
        SqlFile("functions/figures_counted", sha256="fee43ca68030", was="da5b0e753976"),
        SqlFile("functions/month_states", sha256="87c105d1430e"),
        SqlFile("functions/office_figures", sha256="c0ce7eefe5d0", was="9866e8591ace"),
        SqlFile("functions/peer_medians", sha256="af2b108b2d2a"),
        SqlFile("functions/peers_count", sha256="579cde470462"),
        SqlFile("functions/reports_to_check", sha256="d37851df636d"),
        SqlFile("tables/reports_dailysales", sha256="fbe25f949822"),
        SqlFile("tables/reports_formerreport", sha256="4034dfe28938"),
        SqlFile("tables/reports_peergroup", sha256="3d53dee1126c"),
        SqlFile("tables/reports_reportopinion", sha256="6864cabc38df"),
    ]
