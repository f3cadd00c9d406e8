ALTER TABLE incidents_callbooking ENABLE ROW LEVEL SECURITY;
ALTER TABLE incidents_callbooking FORCE ROW LEVEL SECURITY;

CREATE POLICY reads ON incidents_callbooking FOR SELECT
  USING (tenant_id = (SELECT sec.readable_firm())
    OR EXISTS (SELECT FROM sec.sight s WHERE s.tenant_id = incidents_callbooking.tenant_id
         AND s.capability IN ('desk', 'breakglass') OFFSET 0));
CREATE POLICY adds ON incidents_callbooking FOR INSERT
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);
CREATE POLICY changes ON incidents_callbooking FOR UPDATE
  USING (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint)
  WITH CHECK (tenant_id = nullif(current_setting('otasuke.tenant', true), '')::bigint);

REVOKE ALL ON incidents_callbooking FROM otasuke_app;
GRANT SELECT, INSERT ON incidents_callbooking TO otasuke_app;
