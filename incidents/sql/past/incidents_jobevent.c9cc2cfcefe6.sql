-- A vendor reads the lines about itself only.
ALTER TABLE incidents_jobevent ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_jobevent FORCE ROW LEVEL SECURITY;

CREATE POLICY own_lines ON incidents_jobevent FOR SELECT
  USING (vendor_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
    AND job_id = ANY ((SELECT sec.visible_jobs('job'))::bigint[]));
CREATE POLICY reads ON incidents_jobevent FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[])
    OR job_id = ANY ((SELECT sec.visible_jobs('office'))::bigint[]));
CREATE POLICY adds ON incidents_jobevent FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));
CREATE POLICY changes ON incidents_jobevent FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants(VARIADIC ARRAY[]::text[]))::bigint[]));

REVOKE ALL ON incidents_jobevent FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_jobevent TO otasuke_app;
