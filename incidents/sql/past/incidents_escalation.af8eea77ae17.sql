ALTER TABLE incidents_escalation ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_escalation FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_escalation FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[])
      AND (nullif(current_setting('otasuke.tenant', true), '') IS NOT NULL
          OR NOT (tenant_id = ANY ((SELECT sec.visible_tenants(VARIADIC ARRAY[]::text[]))::bigint[])))
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member', 'read_only'))::bigint[]));
CREATE POLICY adds ON incidents_escalation FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[]));
CREATE POLICY changes ON incidents_escalation FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.writable_tenants('watch'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('desk'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.desk_offices('owner', 'member'))::bigint[])
    OR tenant_id = ANY ((SELECT sec.writable_tenants('watch'))::bigint[]));

REVOKE ALL ON incidents_escalation FROM otasuke_app;
GRANT SELECT, INSERT, UPDATE ON incidents_escalation TO otasuke_app;
