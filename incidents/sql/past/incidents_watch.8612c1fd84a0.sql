ALTER TABLE incidents_watch ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_watch FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_watch FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('watch', 'desk', 'breakglass'))::bigint[])
    OR job_id = ANY ((SELECT sec.visible_jobs('job'))::bigint[]));
CREATE POLICY adds ON incidents_watch FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON incidents_watch FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON incidents_watch FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_watch TO otasuke_app;
GRANT UPDATE (recurred_at, state) ON incidents_watch TO otasuke_app;
