ALTER TABLE incidents_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_case FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_case FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY adds ON incidents_case FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));
CREATE POLICY changes ON incidents_case FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));

REVOKE ALL ON incidents_case FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_case TO otasuke_app;
