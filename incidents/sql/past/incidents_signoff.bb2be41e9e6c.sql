ALTER TABLE incidents_signoff ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_signoff FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_signoff FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[])
    OR job_id = ANY ((SELECT sec.visible_jobs('job', 'office'))::bigint[]));
CREATE POLICY adds ON incidents_signoff FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm'))::bigint[])
    OR job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]));
CREATE POLICY changes ON incidents_signoff FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON incidents_signoff FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_signoff TO otasuke_app;
