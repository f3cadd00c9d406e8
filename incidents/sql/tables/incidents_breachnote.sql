ALTER TABLE incidents_breachnote ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_breachnote FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_breachnote FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_breachnote.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON incidents_breachnote FOR INSERT
  WITH CHECK (tenant_id = (SELECT sec.writable_firm()));
CREATE POLICY changes ON incidents_breachnote FOR UPDATE
  USING (tenant_id = (SELECT sec.writable_firm()))
  WITH CHECK (tenant_id = (SELECT sec.writable_firm()));

REVOKE ALL ON incidents_breachnote FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_breachnote TO otasuke_app;
GRANT UPDATE (aware_on, changed_at, changed_by_id, final_on, quick_on, reasons, said) ON incidents_breachnote TO
  otasuke_app;
