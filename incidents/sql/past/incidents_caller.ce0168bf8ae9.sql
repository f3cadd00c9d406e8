ALTER TABLE incidents_caller ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_caller FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_caller FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[])
      AND (nullif(current_setting('otasuke.tenant', true), '') IS NOT NULL
          OR NOT (tenant_id = ANY ((SELECT sec.visible_tenants(VARIADIC ARRAY[]::text[]))::bigint[])))
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY adds ON incidents_caller FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));
CREATE POLICY changes ON incidents_caller FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));

REVOKE ALL ON incidents_caller FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_caller TO otasuke_app;
