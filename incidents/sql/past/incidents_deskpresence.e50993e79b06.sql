ALTER TABLE incidents_deskpresence ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_deskpresence FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_deskpresence FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk'))::bigint[])
      AND (nullif(current_setting('otasuke.tenant', true), '') IS NOT NULL
          OR NOT (tenant_id = ANY ((SELECT sec.visible_tenants(VARIADIC ARRAY[]::text[]))::bigint[])))
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY adds ON incidents_deskpresence FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));
CREATE POLICY changes ON incidents_deskpresence FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));

REVOKE ALL ON incidents_deskpresence FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_deskpresence TO otasuke_app;
