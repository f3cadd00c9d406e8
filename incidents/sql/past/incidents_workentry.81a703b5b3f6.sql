ALTER TABLE incidents_workentry ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_workentry FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_workentry FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[])
    OR job_id = ANY ((SELECT sec.visible_jobs('job', 'office'))::bigint[]));
CREATE POLICY adds ON incidents_workentry FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[])
    OR job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]));
CREATE POLICY changes ON incidents_workentry FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[])
    OR job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[])
    OR job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]));

REVOKE ALL ON incidents_workentry FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_workentry TO otasuke_app;
GRANT UPDATE (minutes, stopped_at) ON incidents_workentry TO otasuke_app;
