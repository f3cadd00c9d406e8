-- Nobody but the job's vendor writes its invoice, in its own name. It withdraws it, and changes nothing else about it.
ALTER TABLE incidents_invoice ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_invoice FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_invoice FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_invoice.tenant_id
         AND s.capability IN ('office', 'desk', 'breakglass') OFFSET 0)
    OR job_id = ANY ((SELECT sec.visible_jobs('job'))::bigint[]));
CREATE POLICY adds ON incidents_invoice FOR INSERT
  WITH CHECK (vendor_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
      AND state = 'issued'
      AND job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[])
    OR tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON incidents_invoice FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_invoice.tenant_id
         AND s.capability = 'office' OFFSET 0))
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_invoice.tenant_id
         AND s.capability = 'office' OFFSET 0));
CREATE POLICY withdraws ON incidents_invoice FOR UPDATE
  USING (vendor_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
    AND state IN ('issued', 'returned')
    AND job_id = ANY ((SELECT sec.writable_jobs('job'))::bigint[]))
  WITH CHECK (vendor_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
    AND state = 'void'
    AND state_by_id = nullif(current_setting('otasuke.user', true), '')::bigint);

REVOKE ALL ON incidents_invoice FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_invoice TO otasuke_app;
GRANT UPDATE (state, state_at, state_by_id, state_reason) ON incidents_invoice TO otasuke_app;
