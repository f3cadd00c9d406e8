ALTER TABLE incidents_jobreport ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_jobreport FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_jobreport FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[])
    OR job_id = ANY ((SELECT sec.visible_jobs('job', 'office'))::bigint[]));
CREATE POLICY adds ON incidents_jobreport FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[])
    OR job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]));
CREATE POLICY changes ON incidents_jobreport FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON incidents_jobreport FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_jobreport TO otasuke_app;
