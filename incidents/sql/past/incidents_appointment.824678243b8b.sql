ALTER TABLE incidents_appointment ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_appointment FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_appointment FOR SELECT
  USING (tenant_id = ANY ((SELECT sec.visible_tenants('desk', 'breakglass'))::bigint[])
    OR job_id = ANY ((SELECT sec.visible_jobs('job', 'job_offer', 'office'))::bigint[]));
CREATE POLICY adds ON incidents_appointment FOR INSERT
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'desk'))::bigint[])
    OR job_id = ANY ((SELECT sec.writable_jobs('job', 'office'))::bigint[]));
CREATE POLICY changes ON incidents_appointment FOR UPDATE
  USING (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'desk'))::bigint[])
    OR job_id = ANY ((SELECT sec.writable_jobs('job', 'office'))::bigint[]))
  WITH CHECK (tenant_id = ANY ((SELECT sec.writable_tenants('firm', 'desk'))::bigint[])
    OR job_id = ANY ((SELECT sec.writable_jobs('job', 'office'))::bigint[]));

REVOKE ALL ON incidents_appointment FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_appointment TO otasuke_app;
GRANT UPDATE (answered_at, answered_by_id, reason, sequence, state, uid, vendor_id) ON incidents_appointment TO
  otasuke_app;
