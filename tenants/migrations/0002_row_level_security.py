"""The wall: who sees which firm, decided in PostgreSQL."""

from django.db import migrations

from tenants.tenancy import rls

USER = "nullif(current_setting('otasuke.user', true), '')::bigint"
ORGANISATION = "nullif(current_setting('otasuke.organisation', true), '')::bigint"
TENANT = "nullif(current_setting('otasuke.tenant', true), '')::bigint"

VISIBLE_TENANTS = f"""
SELECT CASE WHEN {TENANT} IS NOT NULL THEN ARRAY[{TENANT}]
ELSE ARRAY(
  SELECT o.id FROM tenants_membership m JOIN tenants_organisation o ON o.id = m.organisation_id
   WHERE m.user_id = {USER} AND m.organisation_id = {ORGANISATION} AND o.kind = 'sme' AND m.valid @> now()
  UNION
  SELECT g.tenant_id FROM tenants_accessgrant g
    JOIN tenants_membership m ON m.organisation_id = g.grantee_id AND m.valid @> now()
   WHERE m.user_id = {USER} AND m.organisation_id = {ORGANISATION}
     AND g.capability = ANY (capabilities) AND g.valid @> now()
  ORDER BY 1)
END
"""

OWN_ORGANISATIONS = f"""
SELECT ARRAY(SELECT m.organisation_id FROM tenants_membership m WHERE m.user_id = {USER} AND m.valid @> now())
"""

ANY_CAPABILITY = "(SELECT sec.visible_tenants('watch', 'desk', 'office'))::bigint[]"


def registry(table: str, sees: str) -> migrations.RunSQL:
    """A table of the registry: the application reads what `sees` allows; only the owner connection writes."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY reads ON {table} FOR SELECT USING ({sees});"
        f"CREATE POLICY registrar ON {table} TO otasuke_owner USING (true) WITH CHECK (true);",
        f"DROP POLICY reads ON {table}; DROP POLICY registrar ON {table};"
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]

    operations = [
        rls.definer_function(
            "visible_tenants(VARIADIC capabilities text[])", "bigint[]", VISIBLE_TENANTS, volatility="STABLE"
        ),
        rls.definer_function("own_organisations()", "bigint[]", OWN_ORGANISATIONS, volatility="STABLE"),
        migrations.RunSQL(
            "GRANT EXECUTE ON FUNCTION sec.visible_tenants(text[]), sec.own_organisations() TO otasuke_owner",
            migrations.RunSQL.noop,
        ),
        registry(
            "tenants_organisation",
            f"kind <> 'sme' OR id = ANY ({ANY_CAPABILITY}) OR id = ANY ((SELECT sec.own_organisations())::bigint[])",
        ),
        registry(
            "tenants_membership",
            f"user_id = {USER} OR organisation_id = ANY ((SELECT sec.visible_tenants('desk'))::bigint[])",
        ),
        registry(
            "tenants_accessgrant",
            f"grantee_id = {ORGANISATION} OR tenant_id = ANY ((SELECT sec.visible_tenants('desk'))::bigint[])",
        ),
        registry("tenants_enrolment", f"tenant_id = ANY ({ANY_CAPABILITY})"),
        migrations.RunSQL(
            "ALTER TABLE tenants_auditevent ENABLE ROW LEVEL SECURITY;"
            "ALTER TABLE tenants_auditevent FORCE ROW LEVEL SECURITY;"
            "REVOKE UPDATE, DELETE ON tenants_auditevent FROM otasuke_app;"
            "CREATE POLICY reads ON tenants_auditevent FOR SELECT"
            " USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk'))::bigint[]));"
            f"CREATE POLICY writes ON tenants_auditevent FOR INSERT"
            f" WITH CHECK (tenant_id IS NULL OR tenant_id = ANY ({ANY_CAPABILITY}));",
            "DROP POLICY reads ON tenants_auditevent; DROP POLICY writes ON tenants_auditevent;"
            "ALTER TABLE tenants_auditevent NO FORCE ROW LEVEL SECURITY;"
            "ALTER TABLE tenants_auditevent DISABLE ROW LEVEL SECURITY;",
        ),
    ]
