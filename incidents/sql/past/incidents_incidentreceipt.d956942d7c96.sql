ALTER TABLE incidents_incidentreceipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_incidentreceipt FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_incidentreceipt FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY adds ON incidents_incidentreceipt FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.visible_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON incidents_incidentreceipt FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON incidents_incidentreceipt FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_incidentreceipt TO otasuke_app;
