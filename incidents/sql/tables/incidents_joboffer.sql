-- An asked vendor answers its own offer, and nothing else about it. It does not see whom else the firm asked.
ALTER TABLE incidents_joboffer ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_joboffer FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_joboffer FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_joboffer.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0)
    OR job_id = ANY ((SELECT sec.visible_jobs('office'))::bigint[])
    OR vendor_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
       AND job_id = ANY ((SELECT sec.visible_jobs('job_offer', 'job'))::bigint[]));
CREATE POLICY adds ON incidents_joboffer FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_joboffer.tenant_id
         AND s.capability = 'desk' OFFSET 0)
    OR job_id = ANY ((SELECT sec.writable_jobs('office'))::bigint[]));
CREATE POLICY answers ON incidents_joboffer FOR UPDATE
  USING (vendor_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
    AND state = 'waiting'
    AND job_id = ANY ((SELECT sec.writable_jobs('job_offer'))::bigint[]))
  WITH CHECK (vendor_id = nullif(current_setting('otasuke.organisation', true), '')::bigint
    AND state IN ('accepted', 'declined')
    AND answered_by_id = nullif(current_setting('otasuke.user', true), '')::bigint);
CREATE POLICY changes ON incidents_joboffer FOR UPDATE
  USING (tenant_id = (SELECT sec.writable_firm())
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_joboffer.tenant_id
         AND s.capability = 'desk' OFFSET 0)
    OR job_id = ANY ((SELECT sec.writable_jobs('office'))::bigint[]))
  WITH CHECK (tenant_id = (SELECT sec.writable_firm())
    OR EXISTS (SELECT FROM sec.reach s WHERE s.tenant_id = incidents_joboffer.tenant_id
         AND s.capability = 'desk' OFFSET 0)
    OR job_id = ANY ((SELECT sec.writable_jobs('office'))::bigint[]));

REVOKE ALL ON incidents_joboffer FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_joboffer TO otasuke_app;
GRANT UPDATE (answered_at, answered_by_id, reason, state) ON incidents_joboffer TO otasuke_app;

CREATE TRIGGER offered AFTER INSERT OR UPDATE ON incidents_joboffer FOR EACH ROW EXECUTE FUNCTION sec.offer_grants();
