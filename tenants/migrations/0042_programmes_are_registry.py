"""Programmes and their partners decide who gets grants: only an administrator's own request may write them."""

from django.db import migrations

ADMINISTRATOR = (
    "EXISTS (SELECT 1 FROM tenants_user u WHERE u.id = nullif(current_setting('otasuke.user', true), '')::bigint"
    " AND u.is_superuser AND u.is_active)"
)


def administered(table: str) -> migrations.RunSQL:
    """Everybody reads; the owner's connection and an administrator (Django admin) write; the application never deletes."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY reads ON {table} FOR SELECT USING (true);"
        f"CREATE POLICY adds ON {table} FOR INSERT TO otasuke_app WITH CHECK ({ADMINISTRATOR});"
        f"CREATE POLICY changes ON {table} FOR UPDATE TO otasuke_app USING ({ADMINISTRATOR});"
        f"CREATE POLICY registrar ON {table} TO otasuke_owner USING (true) WITH CHECK (true);"
        f"REVOKE DELETE ON {table} FROM otasuke_app;",
        f"DROP POLICY reads ON {table}; DROP POLICY adds ON {table}; DROP POLICY changes ON {table};"
        f"DROP POLICY registrar ON {table}; GRANT DELETE ON {table} TO otasuke_app;"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


class Migration(migrations.Migration):
    dependencies = [("tenants", "0041_doors_of_partners"), ("insurance", "0001_initial")]

    operations = [
        administered(table) for table in ("tenants_programme", "tenants_programmepartner", "insurance_policyversion")
    ]
