ALTER TABLE incidents_job ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_job FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_job FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[])
    OR id = ANY ((SELECT sec.visible_jobs('job', 'office'))::bigint[]));
CREATE POLICY adds ON incidents_job FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'desk'))::bigint[]));
CREATE POLICY changes ON incidents_job FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'desk'))::bigint[])
    OR id = ANY ((SELECT sec.writable_jobs('job', 'office'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'desk'))::bigint[])
    OR id = ANY ((SELECT sec.writable_jobs('job', 'office'))::bigint[]));

REVOKE ALL ON incidents_job FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_job TO otasuke_app;
GRANT UPDATE (closed_at, office_since, reported_at, started_at, state, way, wish) ON incidents_job TO otasuke_app;
REVOKE ALL ON incidents_job FROM sec_definer;
GRANT SELECT, UPDATE ON incidents_job TO sec_definer;
GRANT UPDATE (accepted_at, state, vendor_id) ON incidents_job TO sec_definer;

CREATE TRIGGER moved BEFORE UPDATE ON incidents_job
  FOR EACH ROW WHEN (old.state IS DISTINCT FROM new.state)
  EXECUTE FUNCTION sec.job_grants();
