"""What PostgreSQL does for this room: the functions of schema sec, and what is allowed on each table."""

from django.db import migrations

from base.sql_files import SqlFile


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0001_tables"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        SqlFile("functions/accept_invitation", sha256="6d75c29c7af0"),
        SqlFile("functions/api_token", sha256="b68148394800"),
        SqlFile("functions/approve_application", sha256="e4d37f2febaf"),
        SqlFile("functions/audit_fields", sha256="08d5ac0460a1"),
        SqlFile("functions/audit_chain", sha256="a04479c1167a"),
        SqlFile("functions/audit_head", sha256="48dabe6914a6"),
        SqlFile("functions/audit_seal", sha256="e550590ef38a"),
        SqlFile("functions/audit_stamp", sha256="5c257f17a489"),
        SqlFile("functions/audit_unsealed", sha256="fe6b2af5cdd1"),
        SqlFile("functions/factor_kept", sha256="120a9bb795fc"),
        SqlFile("functions/grant_fits", sha256="b8cc1f46f250"),
        SqlFile("functions/invitation_of", sha256="6120fff37f17"),
        SqlFile("functions/owned_organisations", sha256="a7bc218a44fb"),
        SqlFile("functions/member_log_in_failures", sha256="495ca5f3971a"),
        SqlFile("functions/membership_change", sha256="e065650485d9"),
        SqlFile("functions/programmes_run", sha256="8f4dfd80c4cb"),
        SqlFile("functions/office_firm_count", sha256="aa265c1e1f0e"),
        SqlFile("functions/own_organisations", sha256="a6e329952e77"),
        SqlFile("functions/says_something", sha256="e813e4705107"),
        SqlFile("functions/user_kept", sha256="756b2c47b662"),
        SqlFile("functions/visible_tenants", sha256="624b32d1d0db"),
        SqlFile("functions/writable_tenants", sha256="20360d5e1cbb"),
        SqlFile("tables/auth_group", sha256="eaabe001cd00"),
        SqlFile("tables/auth_group_permissions", sha256="04e42e9396d3"),
        SqlFile("tables/auth_permission", sha256="65f3a7d4453f"),
        SqlFile("tables/django_admin_log", sha256="79bbdd0ec80a"),
        SqlFile("tables/django_content_type", sha256="8a73ffdddbbe"),
        SqlFile("tables/django_migrations", sha256="e2477b013093"),
        SqlFile("tables/mfa_authenticator", sha256="41c8082f5ed4"),
        SqlFile("tables/tenants_accessgrant", sha256="cad5c96c7dfd"),
        SqlFile("tables/tenants_apitoken", sha256="d40832d0ae55"),
        SqlFile("tables/tenants_application", sha256="236a47a4730a"),
        SqlFile("tables/tenants_auditanchor", sha256="d5d9615bb4e6"),
        SqlFile("tables/tenants_auditevent", sha256="59ff36909d8d"),
        SqlFile("tables/tenants_auditseal", sha256="4749373465c2"),
        SqlFile("tables/tenants_consent", sha256="a7ff0d1aedbb"),
        SqlFile("tables/tenants_enrolment", sha256="9a5504f845e1"),
        SqlFile("tables/tenants_invitation", sha256="5a94b6d2dcf0"),
        SqlFile("tables/tenants_membership", sha256="f7d973b9aa77"),
        SqlFile("tables/tenants_organisation", sha256="cf9f88bb7299"),
        SqlFile("tables/tenants_programme", sha256="fad941b51e24"),
        SqlFile("tables/tenants_programmepartner", sha256="c497a857f745"),
        SqlFile("tables/tenants_programmesettings", sha256="b8873f7df386"),
        SqlFile("tables/tenants_user", sha256="d3669fc74870"),
        SqlFile("tables/tenants_user_groups", sha256="876c61ee2c26"),
        SqlFile("tables/tenants_user_user_permissions", sha256="a8ead6b87c63"),
    ]
