ALTER TABLE incidents_internalnote ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_internalnote FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_internalnote FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[])
      AND (nullif(current_setting('otasuke.tenant', true), '') IS NOT NULL
          OR NOT (tenant_id = ANY ((SELECT sec.visible_tenants(VARIADIC ARRAY[]::text[]))::bigint[])))
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY adds ON incidents_internalnote FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.writable_tenants('watch'))::bigint[]));
CREATE POLICY changes ON incidents_internalnote FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON incidents_internalnote FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_internalnote TO otasuke_app;
